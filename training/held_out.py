"""Calibration and thresholds chosen on the calibration split, and what they give on both held-out splits."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data.records import CorpusRecord
from data.splits import split_corpus
from data.taxonomy import Taxonomy
from evals.figures import as_json, headline, outcome_figures
from evals.items import Predictions, item_of
from model.calibration import Calibration
from model.outcome import Signals, decide
from model.policy import Policy
from training.calibrate import cross_calibrated, fit_calibration
from training.decision import CalibrationSplit, ChosenDecision, choose_decision
from training.examples import targets
from training.surroundings import Surroundings, scores_of

LOOSER = (2.0, 5.0, 10.0)
"""How much looser than the policy in force the bounds of the other operating points are."""

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


def known_labels(records: Sequence[CorpusRecord], taxonomy: Taxonomy) -> tuple[Bools, Bools]:
    """Return labels and weights as bool [records, outputs]; see `training.examples.targets`."""
    both = [targets(record, taxonomy) for record in records]
    return np.array([row[0] for row in both]) > 0.5, np.array([row[1] for row in both]) > 0.5


@dataclass(frozen=True)
class HeldOut:
    """What a network says of the texts it was not trained on.

    Attributes:
        records, logits: by split; logits of the network alone, [texts, outputs].
        surroundings: by split, what the index of training texts says of each; None when no index was at hand.
    """

    records: dict[str, list[CorpusRecord]]
    logits: dict[str, Floats]
    surroundings: dict[str, Surroundings] | None = None

    def near(self, split: str) -> Surroundings | None:
        """Return what the index says of a split's texts."""
        return None if self.surroundings is None else self.surroundings[split]


def predictions_of(
    records: Sequence[CorpusRecord],
    logits: Floats,
    calibration: Calibration,
    chosen: ChosenDecision,
    taxonomy: Taxonomy,
    surroundings: Surroundings | None = None,
) -> Predictions:
    """Return what the policy says of records with the given logits [records, outputs] and what the index says of them."""
    probabilities = calibration.probabilities(scores_of(logits, surroundings, calibration.opinions))
    vague = np.array([record.insufficient for record in records], dtype=bool)
    split = CalibrationSplit(probabilities, np.zeros((len(records), len(taxonomy.ids)), dtype=bool), vague, surroundings)
    guess = probabilities[:, :-1] >= chosen.thresholds.predicted
    decisions = [
        decide(row[:-1], chosen.thresholds, taxonomy, Signals(insufficient=float(row[-1]), likeness=float(near), confidence=confidence))
        for row, near, confidence in zip(probabilities, split.likeness, split.confidence(guess, chosen.confidence).tolist(), strict=True)
    ]
    predicted = np.array([decision.predicted for decision in decisions])
    return Predictions(probabilities[:, :-1], predicted, tuple(decision.outcome for decision in decisions))


def measure(records: Sequence[CorpusRecord], predictions: Predictions, taxonomy: Taxonomy) -> dict[str, Any]:
    """Return the headline figures of predictions on records."""
    return as_json(headline([item_of(record) for record in records], predictions, taxonomy))


def loosened(policy: Policy, factor: float) -> Policy:
    """Return a policy with both bounds multiplied, to a half at most."""
    missed, wrong = (replace(target, share=min(target.share * factor, 0.5)) for target in (policy.missed, policy.wrong))
    return replace(policy, missed=missed, wrong=wrong)


def operating_points(
    held: HeldOut, split: CalibrationSplit, calibration: Calibration, chosen: ChosenDecision, taxonomy: Taxonomy
) -> list[dict[str, Any]]:
    """Return what the policy in force and looser ones (`LOOSER` multiplies both bounds) give on the test split.

    Thresholds of each are chosen on the calibration split alone.
    """
    records = held.records["test"]
    items = [item_of(record) for record in records]
    points = []
    for policy in (chosen.policy, *(loosened(chosen.policy, factor) for factor in LOOSER)):
        decision = chosen if policy is chosen.policy else choose_decision(split, policy, chosen.thresholds.predicted)
        found = predictions_of(records, held.logits["test"], calibration, decision, taxonomy, held.near("test"))
        bounds = {"bound_missed": policy.missed.share, "bound_wrong": policy.wrong.share}
        points.append(bounds | as_json(outcome_figures(items, found, taxonomy)))
    return points


@dataclass(frozen=True)
class Calibrated:
    """Calibration and thresholds as chosen, and what they give.

    Attributes:
        metrics: headline figures by split.
        operating_points: see `operating_points`.
    """

    calibration: Calibration
    chosen: ChosenDecision
    metrics: dict[str, Any]
    operating_points: list[dict[str, Any]]


def calibrate_and_measure(held: HeldOut, policy: Policy, taxonomy: Taxonomy) -> Calibrated:
    """Fit calibration and choose thresholds on the calibration split; measure on it and on the test split."""
    labels, weights = known_labels(held.records["calibration"], taxonomy)
    logits, near = held.logits["calibration"], held.near("calibration")
    calibration = fit_calibration(logits, labels, weights, near)
    probabilities = cross_calibrated(logits, labels, weights, near, calibration)
    split = CalibrationSplit(probabilities, labels[:, :-1], labels[:, -1], near)
    chosen = choose_decision(split, policy)
    metrics = {
        name: measure(records, predictions_of(records, held.logits[name], calibration, chosen, taxonomy, held.near(name)), taxonomy)
        for name, records in held.records.items()
    }
    return Calibrated(calibration, chosen, metrics, operating_points(held, split, calibration, chosen, taxonomy))


def held_out(records: Sequence[CorpusRecord]) -> dict[str, list[CorpusRecord]]:
    """Return the calibration and test records by split name."""
    parts = split_corpus(records)
    return {"calibration": list(parts.calibration), "test": list(parts.test)}
