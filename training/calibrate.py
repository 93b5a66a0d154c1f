"""Fitting calibration on the calibration split only: temperature, Platt and beta, the one with the lowest log loss is kept."""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from evals.metrics import log_loss
from model.calibration import METHODS, Calibration, Method, log_sigmoid

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Curve = tuple[float, float, float]
"""Hit, miss and intercept: see `model.calibration`."""

SHRINKAGE = 4.0
"""Weight of the pull of each category's curve towards the curve of all, in log-likelihood units per unit² of distance."""
FOLDS = 5
_FREE: dict[Method, int] = {"temperature": 1, "platt": 2, "beta": 3}


def _curve(method: Method, x: Floats) -> Curve:
    """Return the curve of free parameters `x`: logarithms of the slopes, so that a ranking is never reversed."""
    if method == "temperature":
        return float(np.exp(x[0])), float(np.exp(x[0])), 0.0
    if method == "platt":
        return float(np.exp(x[0])), float(np.exp(x[0])), float(x[1])
    return float(np.exp(x[0])), float(np.exp(x[1])), float(x[2])


def _start(method: Method, curve: Curve) -> Floats:
    hit, miss, intercept = curve
    free = {"temperature": [np.log(hit)], "platt": [np.log(hit), intercept], "beta": [np.log(hit), np.log(miss), intercept]}
    return np.array(free[method])


def fit_curve(logits: Floats, labels: Bools, method: Method = "platt", centre: Curve = (1.0, 1.0, 0.0), pull: float = 1e-3) -> Curve:
    """Return the penalised maximum-likelihood curve for flat `logits` and `labels`; `pull` draws it towards `centre`."""
    hits, misses = log_sigmoid(logits), log_sigmoid(-logits)
    start = _start(method, centre)

    def loss(x: Floats) -> float:
        hit, miss, intercept = _curve(method, x)
        z = hit * hits - miss * misses + intercept
        likelihood = np.logaddexp(0.0, np.where(labels, -z, z)).sum()
        return float(likelihood + pull * ((x - start) ** 2).sum())

    return _curve(method, minimize(loss, start, method="L-BFGS-B").x)


def fit_method(logits: Floats, labels: Bools, weights: Bools, method: Method) -> Calibration:
    """Fit one curve for all categories, then each category's own, pulled towards it; the last output has its own.

    A temperature is one for all categories.

    Args:
        logits, labels: [texts, outputs].
        weights: [texts, outputs], False where a label is unknown.
    """
    common = fit_curve(logits[:, :-1][weights[:, :-1]], labels[:, :-1][weights[:, :-1]], method)
    curves = []
    for output in range(logits.shape[1]):
        known = weights[:, output]
        if method == "temperature" and output < logits.shape[1] - 1:
            curves.append(common)
        else:
            curves.append(fit_curve(logits[known, output], labels[known, output], method, common, SHRINKAGE))
    hit, miss, intercept = (np.array(values) for values in zip(*curves, strict=True))
    return Calibration(hit, miss, intercept, method)


def cross_validated_loss(logits: Floats, labels: Bools, weights: Bools, method: Method, seed: int = 0) -> float:
    """Return the log loss per known cell of the categories when each fold is calibrated by the others."""
    folds = np.random.default_rng(seed).permutation(len(logits)) % FOLDS
    losses = []
    for fold in range(FOLDS):
        inside, outside = folds != fold, folds == fold
        fitted = fit_method(logits[inside], labels[inside], weights[inside], method)
        known = weights[outside][:, :-1]
        probabilities = fitted.probabilities(logits[outside])[:, :-1]
        losses.append(log_loss(labels[outside][:, :-1][known], probabilities[known]) or 0.0)
    return float(np.mean(losses))


def fit_calibration(logits: Floats, labels: Bools, weights: Bools) -> Calibration:
    """Fit the method of the lowest cross-validated log loss; arguments as in `fit_method`."""
    losses = {method: cross_validated_loss(logits, labels, weights, method) for method in METHODS}
    best = min(METHODS, key=lambda method: losses[method])
    fitted = fit_method(logits, labels, weights, best)
    return Calibration(fitted.hit, fitted.miss, fitted.intercept, best, {name: round(loss, 6) for name, loss in losses.items()})
