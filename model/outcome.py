"""The outcome policy: probabilities to `categories`, `none` or `review`. Data in one frozen place, read by everybody."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from data.errors import ReleaseDamaged

Outcome = Literal["categories", "none", "review"]
Reason = Literal["low_confidence", "insufficient_text"]


@dataclass(frozen=True)
class Thresholds:
    """Where the policy draws its lines, all in probability.

    Attributes:
        predicted: a category at or above it belongs to the best guess.
        none_confidence: a best guess of no category is cleared when the set confidence reaches this.
        categories_confidence: a best guess of categories is decided when the set confidence reaches this.
        insufficient: a text at or above this probability of being too vague goes to review.
    """

    predicted: float
    none_confidence: float
    categories_confidence: float
    insufficient: float

    def write(self, path: Path) -> None:
        """Write as readable JSON."""
        path.write_text(json.dumps(asdict(self), indent=1) + "\n", encoding="utf-8")

    @classmethod
    def read(cls, path: Path) -> "Thresholds":
        """Read what `write` wrote.

        Raises:
            ReleaseDamaged: not JSON, a threshold missing, unknown or outside 0..1.
        """
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            thresholds = cls(**{name: float(value) for name, value in content.items()})
        except (OSError, ValueError, TypeError, AttributeError) as exc:
            raise ReleaseDamaged(file=path.name, reason=str(exc)) from exc
        for name, value in asdict(thresholds).items():
            if not 0.0 <= value <= 1.0:
                raise ReleaseDamaged(file=path.name, reason=f"{name} is {value}, outside 0..1")
        return thresholds


@dataclass(frozen=True)
class Decision:
    """What the policy says about one text.

    Attributes:
        outcome: `categories`, `none` or `review`.
        predicted: bool [categories], the best guess whatever the outcome.
        confidence: probability that the best guess is the exact set, categories taken as independent.
        reasons: why a human must look; empty unless the outcome is `review`.
    """

    outcome: Outcome
    predicted: NDArray[np.bool_]
    confidence: float
    reasons: tuple[Reason, ...]


def set_confidence(probabilities: NDArray[np.float64], predicted: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return per row the product of each category's probability of being as guessed; inputs [..., categories]."""
    product: NDArray[np.float64] = np.prod(np.where(predicted, probabilities, 1.0 - probabilities), axis=-1)
    return product


def decide(probabilities: NDArray[np.float64], insufficient: float, thresholds: Thresholds) -> Decision:
    """Apply the policy to one text's calibrated `probabilities` [categories] and its probability of being too vague."""
    predicted = probabilities >= thresholds.predicted
    confidence = float(set_confidence(probabilities, predicted))
    needed = thresholds.categories_confidence if predicted.any() else thresholds.none_confidence
    reasons: list[Reason] = []
    if confidence < needed:
        reasons.append("low_confidence")
    if insufficient >= thresholds.insufficient:
        reasons.append("insufficient_text")
    outcome: Outcome = "review" if reasons else "categories" if predicted.any() else "none"
    return Decision(outcome, predicted, confidence, tuple(reasons))
