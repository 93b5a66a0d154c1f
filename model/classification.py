"""The answer: what a user, the API and the evaluations get for one description."""

from dataclasses import asdict, dataclass
from typing import Any

from model.evidence import EvidenceSpan
from model.outcome import Outcome, Reason
from model.reasons import EXPLANATIONS


@dataclass(frozen=True)
class CategoryScore:
    """One category's part of the answer.

    Attributes:
        probability: calibrated, 0..1.
        predicted: whether it belongs to the best guess, whatever the outcome.
        evidence: the phrases that speak for it, heaviest first.
        against: the phrases that speak against it, heaviest (most negative) first.
    """

    id: str
    title: str
    family: str
    probability: float
    predicted: bool
    evidence: tuple[EvidenceSpan, ...]
    against: tuple[EvidenceSpan, ...] = ()


@dataclass(frozen=True)
class Review:
    """Whether a human must look, and why (machine-readable reasons; `model.reasons` explains them).

    A look may be asked for beside a decided answer: the outcome then stays as it is.
    """

    required: bool
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Classification:
    """The classification of one description.

    Attributes:
        outcome: `categories` (decided), `none` (cleared) or `review`.
        confidence: probability that the best guess is exactly right.
        categories: best first.
        family: the family that is clear although its categories are not; else None.
        release, taxonomy: what answered.
        characters: length of the text as given, in Unicode code points.
        truncated: whether part of the text was not read.
    """

    outcome: Outcome
    confidence: float
    categories: tuple[CategoryScore, ...]
    review: Review
    family: str | None
    release: str
    taxonomy: str
    characters: int
    truncated: bool

    def as_json(self) -> dict[str, Any]:
        """Return plain JSON types, in field order."""
        content = asdict(self)
        content["categories"] = [dict(score) for score in content["categories"]]
        for score in content["categories"]:
            score |= {name: list(score[name]) for name in ("evidence", "against")}
        content["review"]["reasons"] = list(self.review.reasons)
        content["review"]["explanations"] = [asdict(EXPLANATIONS[reason]) for reason in self.review.reasons]
        return content
