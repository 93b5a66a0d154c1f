"""The outcome policy: probabilities and signals to `categories`, `none` or `review`, with reasons. Read by everybody."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from data.errors import ReleaseDamaged
from data.taxonomy import Taxonomy
from model.confidence import ConfidenceModel, confidence_model_from, set_confidence

Outcome = Literal["categories", "none", "review"]
Reason = Literal[
    "low_confidence",
    "categories_conflict",
    "family_only",
    "out_of_domain",
    "insufficient_text",
    "unsupported_language",
    "truncated",
    "high_consequence",
]
REASONS: tuple[Reason, ...] = get_args(Reason)

BESIDE: frozenset[Reason] = frozenset({"high_consequence"})
"""Reasons that ask for a look without withholding the answer."""

_RIVAL = (0.25, 0.75)
"""A category between these probabilities is a rival: neither said nor ruled out."""

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Thresholds:
    """Where the policy draws its lines.

    Attributes:
        predicted: a category of at least this probability belongs to the best guess.
        none_confidence: a best guess of no category is cleared when the set confidence reaches this; above 1: never.
        categories_confidence: likewise for a best guess of categories, which is then decided.
        insufficient: a text of at least this probability of being too vague goes to review.
        likeness: a text less like its nearest corpus text than this (cosine, -1..1) goes to review; -1: none does.
        family: a family of at least this probability is named when the categories stay in doubt.
        high_consequence: categories that always get a second look.
    """

    predicted: float
    none_confidence: float
    categories_confidence: float
    insufficient: float
    likeness: float = -1.0
    family: float = 0.9
    high_consequence: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return plain JSON types."""
        return asdict(self) | {"high_consequence": list(self.high_consequence)}


_RANGES = {"likeness": (-1.0, 1.0), "none_confidence": (0.0, 2.0), "categories_confidence": (0.0, 2.0)}


def thresholds_from(content: Any, source: str) -> Thresholds:
    """Return checked thresholds from decoded JSON.

    Raises:
        ReleaseDamaged: a threshold is missing, unknown or out of range.
    """
    try:
        values = dict(content)
        categories = tuple(str(name) for name in values.pop("high_consequence", ()))
        thresholds = Thresholds(**{name: float(value) for name, value in values.items()}, high_consequence=categories)
    except (ValueError, TypeError) as exc:
        raise ReleaseDamaged(file=source, reason=str(exc)) from exc
    for name, value in thresholds.as_json().items():
        low, high = _RANGES.get(name, (0.0, 1.0))
        if name != "high_consequence" and not low <= value <= high:
            raise ReleaseDamaged(file=source, reason=f"{name} is {value}, outside {low:g}..{high:g}")
    return thresholds


def read_decision(path: Path) -> tuple[Thresholds, ConfidenceModel | None]:
    """Read the thresholds and the confidence model of a release's `decision.json`; None stands for the plain estimate.

    Raises:
        ReleaseDamaged: not JSON, or see `thresholds_from` and `confidence_model_from`.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        thresholds, confidence = content["thresholds"], content["confidence"]
    except (OSError, ValueError, TypeError, KeyError) as exc:
        raise ReleaseDamaged(file=path.name, reason=f"no thresholds in it ({exc})") from exc
    return thresholds_from(thresholds, path.name), confidence_model_from(confidence, path.name)


@dataclass(frozen=True)
class Signals:
    """What is known of a text beside its categories.

    Attributes:
        insufficient: probability that the text is too vague to tell.
        likeness: cosine to the nearest corpus text; 1 when unknown.
        language_supported: whether it may be in a language that the model was trained on.
        truncated: whether part of the text was not read.
        confidence: that the best guess is exactly right; None for the plain estimate.
        windows: how many windows the text takes.
    """

    insufficient: float = 0.0
    likeness: float = 1.0
    language_supported: bool = True
    truncated: bool = False
    confidence: float | None = None
    windows: int = 1


@dataclass(frozen=True)
class Decision:
    """What the policy says about one text.

    Attributes:
        outcome: `categories`, `none` or `review`.
        predicted: bool [categories], the best guess whatever the outcome.
        confidence: probability that the best guess is the exact set.
        reasons: why a human must look, in the order of `REASONS`; those in `BESIDE` leave the outcome as it is.
        family: the family that is clear although its categories are not; None when there is none.
    """

    outcome: Outcome
    predicted: Bools
    confidence: float
    reasons: tuple[Reason, ...] = field(default=())
    family: str | None = None


def family_probabilities(probabilities: Floats, taxonomy: Taxonomy) -> dict[str, float]:
    """Return per family the probability that at least one of its categories applies, taken as independent."""
    members: dict[str, list[float]] = {family.id: [] for family in taxonomy.families}
    for category, probability in zip(taxonomy.categories, probabilities.tolist(), strict=True):
        members[category.family].append(1.0 - probability)
    return {name: 1.0 - float(np.prod(absent)) for name, absent in members.items()}


def _clear_family(probabilities: Floats, thresholds: Thresholds, taxonomy: Taxonomy) -> str | None:
    """Return the only family that is sure to apply, None when there is none or more than one may apply."""
    families = family_probabilities(probabilities, taxonomy)
    sure = [name for name, probability in families.items() if probability >= thresholds.family]
    possible = [name for name, probability in families.items() if probability > 1 - thresholds.family]
    return sure[0] if len(sure) == 1 and len(possible) == 1 else None


def decide(probabilities: Floats, thresholds: Thresholds, taxonomy: Taxonomy, signals: Signals | None = None) -> Decision:
    """Apply the policy to one text's calibrated `probabilities` [categories]."""
    signals = signals or Signals()
    predicted = probabilities >= thresholds.predicted
    confidence = float(set_confidence(probabilities, predicted)) if signals.confidence is None else signals.confidence
    needed = thresholds.categories_confidence if predicted.any() else thresholds.none_confidence
    found: set[Reason] = set()
    family = None
    if confidence < needed:
        found.add("low_confidence")
        rivals = (probabilities >= _RIVAL[0]) & (probabilities <= _RIVAL[1])
        if rivals.any() and (rivals | predicted).sum() > 1:
            found.add("categories_conflict")
        family = _clear_family(probabilities, thresholds, taxonomy)
        if family is not None:
            found.add("family_only")
    if signals.insufficient >= thresholds.insufficient:
        found.add("insufficient_text")
    # The thresholds were chosen on texts of one window: of longer ones nothing is promised, so a person decides.
    if signals.likeness < thresholds.likeness or signals.windows > 1:
        found.add("out_of_domain")
    if not signals.language_supported:
        found.add("unsupported_language")
    if signals.truncated:
        found.add("truncated")
    outcome: Outcome = "review" if found else "categories" if predicted.any() else "none"
    named = {name for name, hit in zip(taxonomy.ids, predicted, strict=True) if hit}
    if named & set(thresholds.high_consequence):
        found.add("high_consequence")
    return Decision(outcome, predicted, confidence, tuple(reason for reason in REASONS if reason in found), family)
