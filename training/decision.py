"""Choosing the thresholds of the outcome policy on the calibration split, with the guarantees that go with them."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evals.metrics import exact_matches
from model.outcome import Thresholds, set_confidence
from model.policy import Policy
from training.risk_control import Guarantee, control_share_of_acted, control_share_of_all

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class CalibrationSplit:
    """The calibration split as the policy sees it.

    Attributes:
        probabilities: calibrated [texts, outputs].
        labels: bool [texts, categories].
        vague: bool [texts], the texts too vague to label.
        likeness: [texts], cosine to the nearest training text; ones when not measured.
    """

    probabilities: Floats
    labels: Bools
    vague: Bools
    likeness: Floats

    def __len__(self) -> int:
        return len(self.vague)

    def rows(self, index: NDArray[np.int64]) -> "CalibrationSplit":
        """Return the texts at `index`."""
        return CalibrationSplit(self.probabilities[index], self.labels[index], self.vague[index], self.likeness[index])


@dataclass(frozen=True)
class ChosenDecision:
    """Thresholds, the policy they keep to, and what was shown of them."""

    thresholds: Thresholds
    policy: Policy
    missed: Guarantee
    wrong: Guarantee

    def as_json(self) -> dict[str, Any]:
        """Return plain JSON types."""
        guarantees = {"missed": self.missed.as_json(), "wrong": self.wrong.as_json()}
        return {"policy": self.policy.as_json(), "thresholds": self.thresholds.as_json(), "guarantees": guarantees}

    def write(self, path: Path) -> None:
        """Write as readable JSON."""
        path.write_text(json.dumps(self.as_json(), indent=1) + "\n", encoding="utf-8")

    def unmet(self) -> list[str]:
        """Return one sentence per target that the data at hand cannot show; such texts all go to review."""
        words = {"missed": (self.missed, "no text is cleared"), "wrong": (self.wrong, "no text is decided as categories")}
        return [
            f"'{name}' of at most {found.target:g} with {found.confidence:.0%} confidence cannot be shown on this split: {effect}"
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
    guess = categories >= predicted
    confidence = set_confidence(categories, guess)
    some: Bools = np.asarray(guess.any(axis=1))
    controlled: Bools = np.asarray(truth.any(axis=1))
    passed: Bools = np.asarray((split.probabilities[sure, -1] < insufficient) & (split.likeness[sure] >= likeness))
    cleared_from, missed = control_share_of_all(confidence, passed & ~some, controlled, int(controlled.sum()), policy.missed)
    decided_from, wrong = control_share_of_acted(confidence, passed & some, ~exact_matches(truth, guess), policy.wrong)
    thresholds = Thresholds(
        predicted=predicted,
        none_confidence=cleared_from,
        categories_confidence=decided_from,
        insufficient=insufficient,
        likeness=likeness,
        family=policy.family_confidence,
        high_consequence=policy.high_consequence,
    )
    return ChosenDecision(thresholds, policy, missed, wrong)
