"""Curves and figures per category as plain numbers, to be kept beside a release and drawn by whoever shows it."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data.taxonomy import Taxonomy
from evals.figures import as_json, per_category
from evals.items import EvalItem, Predictions, label_matrix
from evals.metrics import exact_matches, risk_coverage
from model.confidence import set_confidence

BINS = 10
POINTS = 50


def reliability_bins(truth: NDArray[np.bool_], probabilities: NDArray[np.float64], bins: int = BINS) -> list[dict[str, Any]]:
    """Return, per filled bin of stated probability, its mean, the observed share and the number of cells (DeGroot & Fienberg 1983).

    Args:
        truth, probabilities: [items, categories].
        bins: of equal width over 0..1.
    """
    p, y = probabilities.ravel(), truth.ravel()
    which = np.minimum((p * bins).astype(int), bins - 1)
    filled = [which == b for b in range(bins) if (which == b).any()]
    return [{"stated": float(p[b].mean()), "observed": float(y[b].mean()), "n": int(b.sum())} for b in filled]


def risk_points(confidence: NDArray[np.float64], correct: NDArray[np.bool_], points: int = POINTS) -> list[dict[str, float]]:
    """Return coverage and risk at evenly spread cuts, the last at full coverage (El-Yaniv & Wiener 2010)."""
    if len(correct) == 0:
        return []
    coverage, risk = risk_coverage(confidence, correct)
    cuts = np.unique(np.ceil(np.arange(1, points + 1) / points * len(correct)).astype(int) - 1)
    return [{"coverage": float(coverage[i]), "risk": float(risk[i])} for i in cuts]


def curves(items: Sequence[EvalItem], predictions: Predictions, taxonomy: Taxonomy) -> dict[str, Any]:
    """Return reliability, risk against coverage and F1 per category; texts too vague to have labels are left out."""
    known = [i for i, item in enumerate(items) if not item.insufficient]
    truth = label_matrix([items[i].labels for i in known], taxonomy)
    chance, guess = predictions.probabilities[known], predictions.predicted[known]
    return {
        "n": len(known),
        "reliability": reliability_bins(truth, chance),
        "risk_coverage": risk_points(set_confidence(chance, guess), exact_matches(truth, guess)),
        "categories": as_json(per_category(items, predictions, taxonomy)),
    }
