"""Thresholds with a guarantee: learn then test (Angelopoulos et al. 2021, 'Learn then Test'), fixed-sequence testing.

A grid of thresholds, fixed beforehand, is walked from the strictest to the loosest. At each step the hypothesis "the error
rate is above the bound" is tested by the exact binomial tail on the calibration split, and "so it will be among as many texts
to come" by the hypergeometric one; the walk stops at the first step that cannot be rejected. The last rejected threshold keeps
the bound with the stated confidence, whatever the model is.
A target without a confidence is met in expectation: the whole grid is looked at and the loosest threshold that keeps it is taken.
"""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import beta, binom, hypergeom

from model.policy import RiskTarget

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

GRID: Floats = 1.0 - np.logspace(-5, np.log10(0.7), 240)
"""Confidence thresholds from 0.99999 down to 0.3, evenly spaced in the logarithm of what is missing to 1."""
FIRST_STEP = 3
NEVER = 2.0
"""A threshold that no confidence reaches: always to review."""


@dataclass(frozen=True)
class Guarantee:
    """What was promised of a threshold and what the calibration split showed.

    Attributes:
        target, confidence: the bound on the error rate and how sure it is; None: in expectation.
        n, errors: calibration texts counted, and errors among them at the chosen threshold.
        rate: errors / n; None when nothing could be counted.
        upper: one-sided upper limit of the rate (Clopper & Pearson 1934) at `confidence`, or at 95 % where that is None; None
            when nothing could be counted.
        met: whether a threshold could be found at all; if not, everything goes to review.
    """

    target: float
    confidence: float | None
    n: int
    errors: int
    rate: float | None
    upper: float | None
    met: bool

    @property
    def words(self) -> str:
        """How sure the bound is, for a sentence."""
        return " in expectation" if self.confidence is None else f" with {self.confidence:.0%} confidence"

    def as_json(self) -> dict[str, Any]:
        """Return plain JSON types."""
        return asdict(self)


def upper_limit(errors: int, n: int, confidence: float) -> float | None:
    """Return the one-sided Clopper-Pearson upper limit of an error rate, None for n = 0."""
    if n == 0:
        return None
    return 1.0 if errors >= n else float(beta.ppf(confidence, errors + 1, n - errors))


def smallest_sample(target: RiskTarget) -> int:
    """Return the number of error-free texts from which a rate below the target can be shown at all."""
    n = int(np.ceil(1 / target.share))
    while not _rejected(0, n, target):
        n += 1
    return n


def next_batch_breaks(errors: int, n: int, share: float) -> float:
    """Return how probable it can be, at most, that `n` texts show no more than `errors` and the next `n` more than the share.

    Whatever the errors of both together, each half is as likely as any other, so those of the first follow the hypergeometric
    distribution; the worst total counts.
    """
    most = int(np.floor(share * n))
    totals = np.arange(most + 1, errors + most + 2)
    return float(np.max(hypergeom.cdf(np.minimum(errors, totals - most - 1), 2 * n, totals, n)))


def _rejected(errors: int, n: int, target: RiskTarget) -> bool:
    """Return whether "the error rate is above the target" is refuted by `errors` of `n`.

    With a confidence, both the rate that these texts are drawn with and the share among the next `n` texts must be refuted. In
    expectation the rate itself must be below, with one error added for the text to come, as in conformal risk control
    (Angelopoulos et al. 2024).
    """
    if target.confidence is None:
        return bool(n and (errors + 1) / (n + 1) <= target.share)
    doubt = 1 - target.confidence
    return bool(n and binom.cdf(errors, n, target.share) <= doubt and next_batch_breaks(errors, n, target.share) <= doubt)


def _guarantee(errors: int, n: int, target: RiskTarget, met: bool) -> Guarantee:
    rate = errors / n if n else None
    return Guarantee(target.share, target.confidence, n, errors, rate, upper_limit(errors, n, target.confidence or 0.95), met)


def control_share_of_all(confidence: Floats, acted: Bools, bad: Bools, n: int, target: RiskTarget) -> tuple[float, Guarantee]:
    """Return the loosest threshold at which texts that are acted on and bad stay below a share of `n` texts.

    Args:
        confidence: [texts].
        acted: [texts], whether a text above the threshold would be acted on (for `missed`: whose best guess is none).
        bad: [texts], whether acting on it is an error (for `missed`: it has a category).
        n: the texts that the share refers to (for `missed`: all that have a category).
    """
    chosen, errors = NEVER, 0
    for threshold in GRID:
        found = int((acted & bad & (confidence >= threshold)).sum())
        if _rejected(found, n, target):
            chosen, errors = float(threshold), found
        elif target.confidence is not None:
            break
    return chosen, _guarantee(errors, n, target, met=chosen != NEVER)


def control_share_of_acted(confidence: Floats, acted: Bools, bad: Bools, target: RiskTarget) -> tuple[float, Guarantee]:
    """Return the loosest threshold at which the bad share of the texts that are acted on stays below the target.

    The walk starts at the first threshold above which `FIRST_STEP` times the smallest telling sample lies, so that a single
    error does not end it; this looks at confidences only, never at errors, so the test stays valid.
    """
    enough = smallest_sample(target) * (1 if target.confidence is None else FIRST_STEP)
    chosen, errors, n = NEVER, 0, 0
    for threshold in GRID:
        above = acted & (confidence >= threshold)
        count = int(above.sum())
        if count < enough:
            continue
        found = int((above & bad).sum())
        if _rejected(found, count, target):
            chosen, errors, n = float(threshold), found, count
        elif target.confidence is not None:
            break
    return chosen, _guarantee(errors, n, target, met=chosen != NEVER)
