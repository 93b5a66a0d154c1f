"""Fitting calibration on the calibration split only: temperature, Platt and beta, the one with the lowest log loss is kept."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from evals.metrics import log_loss
from model.calibration import METHODS, Calibration, Method, log_sigmoid, sigmoid
from model.opinions import NETWORK_ALONE
from training.opinions import fit_opinions
from training.surroundings import Surroundings, scores_of

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

    def loss(x: Floats) -> tuple[float, Floats]:
        hit, miss, intercept = _curve(method, x)
        z = hit * hits - miss * misses + intercept
        likelihood = np.logaddexp(0.0, np.where(labels, -z, z)).sum()
        slope = sigmoid(z) - labels  # of the loss in z
        by_hit, by_miss, by_intercept = hit * (slope @ hits), -miss * (slope @ misses), slope.sum()
        gradient = {"temperature": [by_hit + by_miss], "platt": [by_hit + by_miss, by_intercept], "beta": [by_hit, by_miss, by_intercept]}
        return float(likelihood + pull * ((x - start) ** 2).sum()), np.array(gradient[method]) + 2 * pull * (x - start)

    return _curve(method, minimize(loss, start, jac=True, method="L-BFGS-B").x)


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


def fit_calibration(logits: Floats, labels: Bools, weights: Bools, near: Surroundings | None = None) -> Calibration:
    """Fit the method of the lowest cross-validated log loss; arguments as in `fit_method`.

    Args:
        near: what word model and precedents say of the texts. They are weighed in only if that lowers the cross-validated log loss.
    """
    candidates = [NETWORK_ALONE, *([fit_opinions(logits, near.opinion, near.shares, labels, weights)] if near else [])]
    losses = {
        (opinions, method): cross_validated_loss(scores_of(logits, near, opinions), labels, weights, method)
        for opinions in candidates
        for method in METHODS
    }
    chosen, best = min(losses, key=lambda each: losses[each])
    told: dict[str, float] = {method: losses[chosen, method] for method in METHODS}
    if near is not None:
        told["network alone"] = min(losses[NETWORK_ALONE, method] for method in METHODS)
    fitted = fit_method(scores_of(logits, near, chosen), labels, weights, best)
    return replace(fitted, log_losses={name: round(loss, 6) for name, loss in told.items()}, opinions=chosen)


def refitted(logits: Floats, labels: Bools, weights: Bools, near: Surroundings | None, like: Calibration) -> Calibration:
    """Return a calibration of the same method as another, fitted to these texts; opinions are weighed anew if that one weighs them."""
    opinions = NETWORK_ALONE
    if near is not None and like.opinions != NETWORK_ALONE:
        opinions = fit_opinions(logits, near.opinion, near.shares, labels, weights)
    return replace(fit_method(scores_of(logits, near, opinions), labels, weights, like.method), opinions=opinions)


def cross_calibrated(logits: Floats, labels: Bools, weights: Bools, near: Surroundings | None, like: Calibration, seed: int = 1) -> Floats:
    """Return probabilities [texts, outputs], each by a calibration that was fitted without its fold: what thresholds are chosen on.

    On the very texts that curves were fitted to, probabilities look better than they are: over 200 cuts 5.1 % of decided sets were
    wrong on average where 5 % was asked (docs/LOG.md).

    Args:
        like: the calibration in force, see `refitted`.
    """
    folds = np.random.default_rng(seed).permutation(len(logits)) % FOLDS
    result = np.zeros_like(logits)
    for fold in range(FOLDS):
        inside, outside = np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)
        others = None if near is None else near.rows(inside)
        fitted = refitted(logits[inside], labels[inside], weights[inside], others, like)
        its_own = None if near is None else near.rows(outside)
        result[outside] = fitted.probabilities(scores_of(logits[outside], its_own, fitted.opinions))
    return result
