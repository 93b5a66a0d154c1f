"""When to try again: waits that double, each shortened by chance so that receivers are not met by all at once, until the time is over."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

LONGEST_WAIT = timedelta(hours=4)
_MOST_DOUBLINGS = 20

Chance = random.Random


@dataclass(frozen=True)
class Schedule:
    """How long and how often.

    Attributes:
        first: the longest first wait.
        until: no attempt begins later than this after the first.
    """

    first: timedelta
    until: timedelta

    def wait(self, attempts: int, chance: Chance) -> timedelta:
        """Return the wait after so many failed attempts (at least 1): half of it fixed, half by chance."""
        longest = min(self.first * float(2 ** min(attempts - 1, _MOST_DOUBLINGS)), LONGEST_WAIT)
        return longest * (0.5 + 0.5 * chance.random())

    def next(self, attempts: int, started: datetime, now: datetime, chance: Chance) -> datetime | None:
        """Return when to try again; None: give up."""
        due = now + self.wait(attempts, chance)
        return due if due <= started + self.until else None
