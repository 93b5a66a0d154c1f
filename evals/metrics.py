"""Pure metrics over a label matrix. Arrays are [texts, categories]; an undefined figure is None."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]


def micro_f1(truth: Bools, guess: Bools) -> float | None:
    """Return 2·TP / (2·TP + FP + FN) over all cells, None when there is neither a label nor a guess."""
    hits, cells = int((truth & guess).sum()), int(truth.sum() + guess.sum())
    return 2 * hits / cells if cells else None


def category_f1(truth: Bools, guess: Bools) -> list[float | None]:
    """Return F1 per category; None for a category that has no text in `truth`."""
    hits, labels, guesses = (truth & guess).sum(0), truth.sum(0), guess.sum(0)
    return [float(2 * h / (labelled + guessed)) if labelled else None for h, labelled, guessed in zip(hits, labels, guesses, strict=True)]


def macro_f1(truth: Bools, guess: Bools, support: int = 1) -> float | None:
    """Return the mean F1 of the categories with at least `support` texts, None when there are none."""
    counted = [f1 for f1, labelled in zip(category_f1(truth, guess), truth.sum(0), strict=True) if f1 is not None and labelled >= support]
    return float(np.mean(counted)) if counted else None


def exact_matches(truth: Bools, guess: Bools) -> Bools:
    """Return per text whether the whole set is right."""
    result: Bools = (truth == guess).all(axis=1)
    return result


def labels_in_top(truth: Bools, probabilities: Floats, k: int = 3) -> tuple[int, int]:
    """Return how many labels are among their text's `k` most probable categories, and how many labels there are."""
    order = np.argsort(-probabilities, axis=1)[:, :k]
    top = np.zeros_like(truth)
    np.put_along_axis(top, order, True, axis=1)
    return int((truth & top).sum()), int(truth.sum())


def log_loss(truth: Bools, probabilities: Floats) -> float | None:
    """Return the mean binary cross-entropy per cell, in nats."""
    if truth.size == 0:
        return None
    clipped = np.clip(probabilities, 1e-7, 1 - 1e-7)
    return float(-np.where(truth, np.log(clipped), np.log(1 - clipped)).mean())


def expected_calibration_error(truth: Bools, probabilities: Floats, bins: int = 10) -> list[float | None]:
    """Return per category the expected calibration error over equal-width bins (Naeini et al. 2015); None without a text."""
    errors: list[float | None] = []
    for column in range(truth.shape[1]):
        if not truth[:, column].any():
            errors.append(None)
            continue
        p, y = probabilities[:, column], truth[:, column]
        which = np.minimum((p * bins).astype(int), bins - 1)
        gaps = [abs(float(p[which == b].mean() - y[which == b].mean())) * (which == b).sum() for b in range(bins) if (which == b).any()]
        errors.append(float(sum(gaps) / len(p)))
    return errors


def average_precision(truth: Bools, probabilities: Floats) -> list[float | None]:
    """Return per category the mean of the precision at each of its texts, ranked by probability; None without a text."""
    order = np.argsort(-probabilities, axis=0, kind="stable")
    labelled = np.take_along_axis(truth, order, axis=0)
    precision = np.cumsum(labelled, axis=0) / np.arange(1, len(truth) + 1)[:, None]
    support = truth.sum(axis=0)
    sums = (precision * labelled).sum(axis=0)
    return [float(total / count) if count else None for total, count in zip(sums, support, strict=True)]


def mean_known(values: Sequence[float | None]) -> float | None:
    """Return the mean of the values that are known, None when none is."""
    known = [value for value in values if value is not None]
    return float(np.mean(known)) if known else None


def risk_coverage(confidence: Floats, correct: Bools) -> tuple[Floats, Floats]:
    """Return coverage and risk (share wrong among the most confident) for every cut (El-Yaniv & Wiener 2010); [texts] each."""
    order = np.argsort(-confidence, kind="stable")
    counts = np.arange(1, len(order) + 1)
    return counts / len(order), np.cumsum(~correct[order]) / counts


def area_under_risk_coverage(confidence: Floats, correct: Bools) -> float | None:
    """Return the mean risk over all coverages; lower is better, None without a text."""
    if len(correct) == 0:
        return None
    return float(risk_coverage(confidence, correct)[1].mean())
