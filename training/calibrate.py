"""Fitting what turns logits into decisions, on the calibration split only: Platt lines and the outcome thresholds."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from evals.metrics import exact_matches
from model.calibration import Calibration
from model.outcome import Thresholds, set_confidence

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

SHRINKAGE = 4.0
"""Weight of the pull of each category's line towards the line of all, in log-likelihood units per unit² of distance."""


def fit_platt(logits: Floats, labels: Bools, centre: tuple[float, float] = (1.0, 0.0), pull: float = 1e-3) -> tuple[float, float]:
    """Return slope and intercept of the penalised maximum-likelihood line (Platt 1999) for flat `logits` and `labels`.

    The slope is kept positive, so that calibration never reverses a ranking.
    """

    def loss(line: Floats) -> float:
        z = np.exp(line[0]) * logits + line[1]
        likelihood = np.logaddexp(0.0, np.where(labels, -z, z)).sum()
        return float(likelihood + pull * ((line[0] - np.log(centre[0])) ** 2 + (line[1] - centre[1]) ** 2))

    found = minimize(loss, np.array([np.log(centre[0]), centre[1]]), method="L-BFGS-B")
    return float(np.exp(found.x[0])), float(found.x[1])


def fit_calibration(logits: Floats, labels: Bools, weights: Bools) -> Calibration:
    """Fit one line for all categories, then each category's own, pulled towards it; the last output has its own.

    Args:
        logits, labels: [texts, outputs].
        weights: [texts, outputs], False where a label is unknown.
    """
    common = fit_platt(logits[:, :-1][weights[:, :-1]], labels[:, :-1][weights[:, :-1]])
    lines = []
    for output in range(logits.shape[1]):
        known = weights[:, output]
        lines.append(fit_platt(logits[known, output], labels[known, output], common, SHRINKAGE))
    return Calibration(np.array([line[0] for line in lines]), np.array([line[1] for line in lines]))


@dataclass(frozen=True)
class Targets:
    """What the thresholds aim at on the calibration split.

    Attributes:
        missed: highest share of texts with a category that may be cleared.
        exact: lowest share of exact sets among those decided as `categories`.
        insufficient_kept: highest share of labelled texts that may be held to be too vague.
    """

    missed: float = 0.01
    exact: float = 0.95
    insufficient_kept: float = 0.02


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


def _lowest_confidence(confidence: Floats, bad: Bools, total: int, allowed: float) -> float:
    """Return the lowest confidence at which at most `allowed` of `total` are bad among those at or above it, else 1."""
    order = np.argsort(-confidence, kind="stable")
    share = np.cumsum(bad[order]) / np.maximum(1, total if total else np.arange(1, len(order) + 1))
    good = np.flatnonzero(share <= allowed)
    return float(confidence[order[good[-1]]]) if len(good) else 1.0


def choose_thresholds(probabilities: Floats, labels: Bools, vague: Bools, targets: Targets) -> Thresholds:
    """Choose the outcome thresholds.

    Args:
        probabilities: calibrated [texts, outputs].
        labels: bool [texts, categories].
        vague: bool [texts], the texts too vague to label.
    """
    sure = ~vague
    categories = probabilities[sure, :-1]
    truth = labels[sure]
    predicted = best_predicted_threshold(categories, truth)
    guess = categories >= predicted
    confidence = set_confidence(categories, guess)
    some: Bools = np.asarray(guess.any(axis=1))
    controlled: Bools = np.asarray(truth.any(axis=1))
    wrong = ~exact_matches(truth, guess)
    return Thresholds(
        predicted=predicted,
        none_confidence=_lowest_confidence(confidence[~some], controlled[~some], int(controlled.sum()), targets.missed),
        categories_confidence=_lowest_confidence(confidence[some], wrong[some], 0, 1 - targets.exact),
        insufficient=float(np.quantile(probabilities[sure, -1], 1 - targets.insufficient_kept)) if sure.any() else 1.0,
    )
