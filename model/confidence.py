"""How sure an answer is: the probability that the best guess is exactly the right set.

The plain estimate takes categories as independent and multiplies. The learned one (kept only where it ranks errors better on
the calibration split) is a logistic regression over that product, what the nearest precedents say and what a linear model over
words says of the same guess: selective classification with a trained selector (Geifman & El-Yaniv 2017; the neighbourhood
features follow trust scores, Jiang et al. 2018).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data.errors import ReleaseDamaged
from data.taxonomy import Taxonomy
from model.calibration import sigmoid
from model.opinions import shares_of
from model.precedents import Match

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

NEIGHBOURS = 10
OPINION = ("word_model_confidence", "word_model_least_sure", "word_model_doubted", "word_model_rival")
"""What the word model says of the guess: probability of the whole set and of the least sure category in it or out of it (log
odds), lowest probability of a guessed category (1 where there is none) and highest of one not guessed."""

FEATURES = (
    "set_confidence",
    "least_sure",
    "nearest",
    "fifth_nearest",
    "agreement",
    "disagreement",
    "guessed",
    "several",
    "words",
    *OPINION,
)
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


def _least_sure(probabilities: Floats, predicted: Bools) -> Floats:
    result: Floats = np.where(predicted, probabilities, 1 - probabilities).min(axis=1)
    return result


def features_of(probabilities: Floats, predicted: Bools, likeness: Floats, labels: Bools, words: Floats, opinion: Floats) -> Floats:
    """Return the features [texts, len(FEATURES)].

    Args:
        probabilities, predicted: [texts, categories].
        likeness, labels: [texts, NEIGHBOURS] and [texts, NEIGHBOURS, categories], see `Neighbourhood`.
        words: [texts], their lengths.
        opinion: log odds [texts, categories] by the word model.
    """
    weights = likeness.clip(min=_EPSILON)
    weights = weights / weights.sum(axis=1, keepdims=True)
    shares = shares_of(likeness, labels)
    same = (labels == predicted[:, None, :]).all(axis=2)
    count = predicted.sum(axis=1)
    second = sigmoid(opinion)
    columns = (
        _log_odds(set_confidence(probabilities, predicted)),
        _log_odds(_least_sure(probabilities, predicted)),
        likeness[:, 0],
        likeness[:, 4],
        (weights * same).sum(axis=1),
        np.abs(shares - predicted).max(axis=1),
        count,
        count > 1,
        np.log(np.maximum(1, words)),
        _log_odds(set_confidence(second, predicted)),
        _log_odds(_least_sure(second, predicted)),
        np.where(predicted, second, 1.0).min(axis=1),
        np.where(predicted, 0.0, second).max(axis=1),
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
        return sigmoid(score)

    def as_json(self) -> dict[str, Any]:
        """Return plain JSON types, each weight under the name of its feature."""
        names = (*FEATURES, "constant")
        return {name: dict(zip(names, line.tolist(), strict=True)) for name, line in (("some", self.some), ("none", self.none))}


def confidence_model_from(content: Any, source: str) -> ConfidenceModel | None:
    """Return the model that `as_json` wrote; None stands for the plain estimate.

    Releases older than the word model know nothing of `OPINION`: it weighs nothing there.

    Raises:
        ReleaseDamaged: a weight is missing or no finite number.
    """
    if content is None:
        return None
    try:
        absent = dict.fromkeys(OPINION, 0.0)
        some, none = (np.array([float({**absent, **content[side]}[name]) for name in (*FEATURES, "constant")]) for side in ("some", "none"))
    except (KeyError, TypeError, ValueError) as exc:
        raise ReleaseDamaged(file=source, reason=f"the confidence model is damaged ({exc!r})") from exc
    if not (np.isfinite(some).all() and np.isfinite(none).all()):
        raise ReleaseDamaged(file=source, reason="the confidence model holds a weight that is no finite number")
    return ConfidenceModel(some, none)
