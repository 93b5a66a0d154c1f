"""Fitting the learned confidence on the calibration split, and deciding whether it may replace the plain one."""

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from model.confidence import FEATURES, OPINION, ConfidenceModel

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

FOLDS = 5
FEWEST = 30
"""A line is fitted only on at least so many right and wrong guesses together, and at least one of each."""


def fit_line(features: Floats, right: Bools) -> Floats | None:
    """Return weights and constant [features + 1] of a logistic regression on standardised features; None where there is too little."""
    if len(right) < FEWEST or right.all() or not right.any():
        return None
    mean, spread = features.mean(axis=0), features.std(axis=0)
    spread = np.where(spread > 0, spread, 1.0)
    fitted = LogisticRegression(C=1.0, max_iter=2000).fit((features - mean) / spread, right)
    weights = fitted.coef_[0] / spread
    return np.append(weights, fitted.intercept_[0] - weights @ mean)


CLEARING = ("set_confidence", *OPINION)
"""What the line for guesses of none may rest on: not on lengths and neighbours. A line over all features took length for
innocence and cleared long documents, whose length lies far outside the calibration split (docs/LOG.md)."""


def fit_confidence(features: Floats, some: Bools, right: Bools) -> ConfidenceModel | None:
    """Fit a line for guesses of categories and, over `CLEARING` alone, one for guesses of none; None where one cannot be fitted.

    Args:
        features: [texts, len(FEATURES)].
        some: whether the guess names a category.
        right: whether it is exactly right.
    """
    clearing = [FEATURES.index(name) for name in CLEARING]
    line, short = fit_line(features[some], right[some]), fit_line(features[~some][:, clearing], right[~some])
    if line is None or short is None:
        return None
    none = np.zeros(len(FEATURES) + 1)
    none[[*clearing, -1]] = short
    return ConfidenceModel(line, none)


def cross_fitted(features: Floats, some: Bools, right: Bools, seed: int = 0) -> Floats | None:
    """Return confidences [texts], each from lines fitted without its fold, so that thresholds are not chosen on what was fitted."""
    if features.shape[1] != len(FEATURES):
        return None
    folds = np.random.default_rng(seed).permutation(len(right)) % FOLDS
    result = np.zeros(len(right))
    for fold in range(FOLDS):
        inside, outside = folds != fold, folds == fold
        model = fit_confidence(features[inside], some[inside], right[inside])
        if model is None:
            return None
        result[outside] = model.confidence(features[outside], some[outside])
    return result


def maximum_probability(probabilities: Floats, some: Bools) -> Floats:
    """Return the baseline confidence [texts] (Hendrycks & Gimpel 2017): the highest probability; for a guess of none, 1 less it."""
    highest = probabilities.max(axis=1)
    return np.where(some, highest, 1 - highest)
