"""Choosing the thresholds of the outcome policy on the calibration split, with the guarantees that go with them."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evals.metrics import area_under_risk_coverage, exact_matches
from model.confidence import ConfidenceModel, features_of, set_confidence
from model.outcome import Thresholds
from model.policy import Policy
from training.confidence import cross_fitted, fit_confidence, maximum_probability
from training.risk_control import Guarantee, control_share_of_acted, control_share_of_all
from training.surroundings import Surroundings

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class CalibrationSplit:
    """The calibration split as the policy sees it.

    Attributes:
        probabilities: calibrated [texts, outputs].
        labels: bool [texts, categories].
        vague: bool [texts], the texts too vague to label.
        surroundings: what the index says of each text; None when there was no index.
    """

    probabilities: Floats
    labels: Bools
    vague: Bools
    surroundings: Surroundings | None = None

    def __len__(self) -> int:
        return len(self.vague)

    @property
    def likeness(self) -> Floats:
        """Cosine of each text to its nearest training text; ones when there was no index, so that nothing is screened out."""
        return np.ones(len(self)) if self.surroundings is None else self.surroundings.likeness[:, 0]

    def features(self, predicted: Bools) -> Floats | None:
        """Return the features of confidence [texts, len(FEATURES)]; None when there was no index."""
        near = self.surroundings
        if near is None:
            return None
        words = near.words.astype(np.float64)
        return features_of(self.probabilities[:, :-1], predicted, near.likeness, near.labels, words, near.opinion)

    def confidence(self, predicted: Bools, model: ConfidenceModel | None) -> Floats:
        """Return the confidence of each guess [texts]: the learned one where there are a model and an index, else the plain one."""
        features = None if model is None else self.features(predicted)
        if model is None or features is None:
            return set_confidence(self.probabilities[:, :-1], predicted)
        return model.confidence(features, np.asarray(predicted.any(axis=1)))


@dataclass(frozen=True)
class ChosenDecision:
    """Thresholds, the policy they keep to, and what was shown of them.

    Attributes:
        confidence: the learned confidence; None for the plain one, when learning brought nothing.
        areas: area under risk-coverage of each estimate of confidence on the calibration split; what the choice rests on.
    """

    thresholds: Thresholds
    policy: Policy
    missed: Guarantee
    wrong: Guarantee
    confidence: ConfidenceModel | None
    areas: dict[str, float]

    def as_json(self) -> dict[str, Any]:
        """Return plain JSON types."""
        guarantees = {"missed": self.missed.as_json(), "wrong": self.wrong.as_json()}
        return {"policy": self.policy.as_json(), "thresholds": self.thresholds.as_json(), "guarantees": guarantees} | {
            "confidence": self.confidence.as_json() if self.confidence else None,
            "risk_coverage_areas": self.areas,
        }

    def write(self, path: Path) -> None:
        """Write as readable JSON."""
        path.write_text(json.dumps(self.as_json(), indent=1) + "\n", encoding="utf-8")

    def unmet(self) -> list[str]:
        """Return one sentence per target that the data at hand cannot show; such texts all go to review."""
        words = {"missed": (self.missed, "no text is cleared"), "wrong": (self.wrong, "no text is decided as categories")}
        return [
            f"'{name}' of at most {found.target:g}{found.words} cannot be shown on this split: {effect}"
            for name, (found, effect) in words.items()
            if not found.met
        ]


def best_predicted_threshold(probabilities: Floats, labels: Bools) -> float:
    """Return the threshold of highest micro-F1 on a grid; the middle of the best run, so that it does not sit on an edge."""
    grid = np.round(np.arange(0.20, 0.71, 0.02), 2)

    def f1(threshold: float) -> float:
        guess = probabilities >= threshold
        return float(2 * (guess & labels).sum() / max(1, guess.sum() + labels.sum()))

    scores = np.array([f1(threshold) for threshold in grid])
    smooth = np.convolve(np.pad(scores, 2, mode="edge"), np.ones(5) / 5, mode="valid")
    best = np.flatnonzero(np.isclose(smooth, smooth.max()))
    return float(grid[best[len(best) // 2]])


def _quantile(values: Floats, share: float, default: float) -> float:
    return float(np.quantile(values, share)) if len(values) else default


def choose_confidence(
    probabilities: Floats, guess: Bools, wrong: Bools, features: Floats | None
) -> tuple[Floats, ConfidenceModel | None, dict[str, float]]:
    """Return confidences [texts] for choosing thresholds, the model to serve with, and the area of every estimate.

    The learned estimate must rank errors better than the plain product, which in turn is compared with the maximum
    probability; its confidences here are cross-fitted.
    """
    some: Bools = np.asarray(guess.any(axis=1))
    plain = set_confidence(probabilities, guess)
    candidates = {"maximum probability": maximum_probability(probabilities, some), "product over categories": plain}
    learned = None if features is None else cross_fitted(features, some, ~wrong)
    if learned is not None:
        candidates["learned"] = learned
    areas = {name: float(area_under_risk_coverage(each, ~wrong) or 0.0) for name, each in candidates.items()}
    if learned is None or features is None or areas["learned"] >= areas["product over categories"]:
        return plain, None, areas
    return learned, fit_confidence(features, some, ~wrong), areas


def choose_decision(split: CalibrationSplit, policy: Policy, predicted: float | None = None) -> ChosenDecision:
    """Choose thresholds that keep to the policy.

    Screening thresholds are quantiles of what usable texts score; the two confidence thresholds come from learn-then-test on
    what screening lets through.

    Args:
        predicted: the threshold of the best guess; chosen for micro-F1 when not given.
    """
    sure = ~split.vague
    categories, truth = split.probabilities[sure, :-1], split.labels[sure]
    predicted = best_predicted_threshold(categories, truth) if predicted is None else predicted
    insufficient = _quantile(split.probabilities[sure, -1], 1 - policy.insufficient, 1.0)
    likeness = _quantile(split.likeness[sure], policy.out_of_domain, -1.0)
    every = split.probabilities[:, :-1] >= predicted
    guess = every[sure]
    features = split.features(every)
    wrong_set = ~exact_matches(truth, guess)
    some: Bools = np.asarray(guess.any(axis=1))
    controlled: Bools = np.asarray(truth.any(axis=1))
    confidence, model, areas = choose_confidence(categories, guess, wrong_set, None if features is None else features[sure])
    passed: Bools = np.asarray((split.probabilities[sure, -1] < insufficient) & (split.likeness[sure] >= likeness))
    cleared_from, missed = control_share_of_all(confidence, passed & ~some, controlled, int(controlled.sum()), policy.missed)
    decided_from, wrong = control_share_of_acted(confidence, passed & some, wrong_set, policy.wrong)
    thresholds = Thresholds(
        predicted=predicted,
        none_confidence=cleared_from,
        categories_confidence=decided_from,
        insufficient=insufficient,
        likeness=likeness,
        family=policy.family_confidence,
        high_consequence=policy.high_consequence,
    )
    return ChosenDecision(thresholds, policy, missed, wrong, model, areas)
