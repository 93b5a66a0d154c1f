"""Who may decide, and how many must. A reading is one officer's signed opinion; readings become a determination here."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from serve.cases.policy import FourEyes

Stage = Literal["first", "second", "third"]
STAGES: tuple[Stage, ...] = ("first", "second", "third")


@dataclass(frozen=True)
class Reading:
    """One officer's opinion on a case.

    Attributes:
        officer_id: who signed it.
        outcome: `categories` or `none`.
        categories: in taxonomy order; empty for `none`.
    """

    officer_id: str
    outcome: str
    categories: tuple[str, ...]

    def agrees(self, other: "Reading") -> bool:
        """Whether both say the same of the product."""
        return self.outcome == other.outcome and set(self.categories) == set(other.categories)


def why_not(officer_id: str, officer_organisation: str, case_organisation: str, submitter_id: str, readers: Sequence[str]) -> str:
    """Return why an officer may not decide a case, or the empty string.

    Args:
        officer_id, officer_organisation: who wants to decide.
        case_organisation, submitter_id: whose case it is.
        readers: officers who have read it in this round.
    """
    if officer_id == submitter_id:
        return "you submitted it"
    if officer_organisation == case_organisation:
        return "it comes from your own organisation"
    if officer_id in readers:
        return "you have read it already; another officer must"
    return ""


def needs_second(policy: FourEyes, reading: Reading, guessed: Sequence[str]) -> bool:
    """Return whether a first reading needs a second one, given the categories that the model guessed."""
    named = set(reading.categories) | set(guessed)
    if named & policy.categories:
        return True
    return reading.outcome in policy.outcomes and set(reading.categories) != set(guessed)


def settle(policy: FourEyes, readings: Sequence[Reading], guessed: Sequence[str]) -> Reading | None:
    """Return the reading that becomes the determination, None when another officer must read.

    The first two must agree; when they differ, the third, who has seen both, decides.

    Args:
        policy: what needs a second reading.
        readings: of this round, oldest first; at least one.
        guessed: the categories that the model guessed.
    """
    if len(readings) == 1:
        return None if needs_second(policy, readings[0], guessed) else readings[0]
    if len(readings) == 2:
        return readings[1] if readings[0].agrees(readings[1]) else None
    return readings[2]


def stage_after(readings: int) -> Stage:
    """Return which reading comes next when so many were given in this round."""
    return STAGES[min(readings, len(STAGES) - 1)]
