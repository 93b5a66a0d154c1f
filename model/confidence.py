"""How sure an answer is: the probability that the best guess is exactly the right set.

The plain estimate takes categories as independent and multiplies. The learned one (kept only where it ranks errors better on
the calibration split) is a logistic regression over that product and what the nearest precedents say: selective
classification with a trained selector (Geifman & El-Yaniv 2017; the neighbourhood features follow trust scores, Jiang et al. 2018).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data.errors import ReleaseDamaged
from data.taxonomy import Taxonomy
from model.precedents import Match

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

NEIGHBOURS = 10
FEATURES = ("set_confidence", "least_sure", "nearest", "fifth_nearest", "agreement", "disagreement", "guessed", "several", "words")
_EPSILON = 1e-6


@dataclass(frozen=True)
class Neighbourhood:
    """What the nearest precedents of a text are.

    Attributes:
        likeness: [NEIGHBOURS], cosine, the most alike first.
        labels: bool [NEIGHBOURS, categories].
    """

    likeness: Floats
    labels: Bools


def neighbourhood(matches: Sequence[Match], taxonomy: Taxonomy) -> Neighbourhood | None:
    """Return the neighbourhood of a text, None when the index holds too few precedents."""
    if len(matches) < NEIGHBOURS:
        return None
    nearest = matches[:NEIGHBOURS]
    labels = np.array([[name in match.precedent.labels for name in taxonomy.ids] for match in nearest], dtype=bool)
    return Neighbourhood(np.array([match.likeness for match in nearest]), labels)


def set_confidence(probabilities: Floats, predicted: Bools) -> Floats:
    """Return per row the product of each category's probability of being as guessed; inputs [..., categories]."""
    product: Floats = np.prod(np.where(predicted, probabilities, 1.0 - probabilities), axis=-1)
    return product


def _log_odds(p: Floats) -> Floats:
    result: Floats = np.log(p + _EPSILON) - np.log(1 - p + _EPSILON)
    return result


def features_of(probabilities: Floats, predicted: Bools, likeness: Floats, labels: Bools, words: Floats) -> Floats:
    """Return the features [texts, len(FEATURES)].

    Args:
        probabilities, predicted: [texts, categories].
        likeness, labels: [texts, NEIGHBOURS] and [texts, NEIGHBOURS, categories], see `Neighbourhood`.
        words: [texts], their lengths.
    """
    weights = likeness.clip(min=_EPSILON)
    weights = weights / weights.sum(axis=1, keepdims=True)
    shares = np.einsum("tn,tnc->tc", weights, labels)
    same = (labels == predicted[:, None, :]).all(axis=2)
    count = predicted.sum(axis=1)
    columns = (
        _log_odds(set_confidence(probabilities, predicted)),
        _log_odds(np.where(predicted, probabilities, 1 - probabilities).min(axis=1)),
        likeness[:, 0],
        likeness[:, 4],
        (weights * same).sum(axis=1),
        np.abs(shares - predicted).max(axis=1),
        count,
        count > 1,
        np.log(np.maximum(1, words)),
    )
    return np.column_stack([np.asarray(column, dtype=np.float64) for column in columns])


@dataclass(frozen=True)
class ConfidenceModel:
    """The learned estimate: one line for guesses of categories, one for guesses of none.

    Attributes:
        some, none: weights of `FEATURES` and, last, the constant.
    """

    some: Floats
    none: Floats

    def confidence(self, features: Floats, some: Bools) -> Floats:
        """Return the probability that each guess is right, [texts].

        Args:
            features: [texts, len(FEATURES)].
            some: [texts], whether the guess names a category.
        """
        lines = np.where(some[:, None], self.some[None], self.none[None])
        score = (features * lines[:, :-1]).sum(axis=1) + lines[:, -1]
        result: Floats = 1 / (1 + np.exp(-score))
        return result

    def as_json(self) -> dict[str, Any]:
        """Return plain JSON types, each weight under the name of its feature."""
        names = (*FEATURES, "constant")
        return {name: dict(zip(names, line.tolist(), strict=True)) for name, line in (("some", self.some), ("none", self.none))}


def confidence_model_from(content: Any, source: str) -> ConfidenceModel | None:
    """Return the model that `as_json` wrote; None stands for the plain estimate.

    Raises:
        ReleaseDamaged: a weight is missing or no finite number.
    """
    if content is None:
        return None
    try:
        some, none = (np.array([float(content[side][name]) for name in (*FEATURES, "constant")]) for side in ("some", "none"))
    except (KeyError, TypeError, ValueError) as exc:
        raise ReleaseDamaged(file=source, reason=f"the confidence model is damaged ({exc!r})") from exc
    if not (np.isfinite(some).all() and np.isfinite(none).all()):
        raise ReleaseDamaged(file=source, reason="the confidence model holds a weight that is no finite number")
    return ConfidenceModel(some, none)
