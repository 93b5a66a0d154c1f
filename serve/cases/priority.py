"""When a case is due and where it stands in the queue.

Priority is age plus head starts, all in hours. As every case ages alike, the order is that of `rank_at` = time of arrival minus
head starts, which never has to be recomputed and can be an index.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from serve.cases.policy import QueuePolicy


@dataclass(frozen=True)
class Place:
    """A case's place in the queue: it should be decided by `due_at`; smaller `rank_at` goes first. Both UTC."""

    due_at: datetime
    rank_at: datetime


def place(
    policy: QueuePolicy,
    arrived: datetime,
    likeliest: float,
    high_consequence: bool,
    reopened: bool = False,
    second_reading: bool = False,
) -> Place:
    """Return the place of a case.

    Args:
        policy: deadlines and head starts.
        arrived: when it came into the queue, UTC.
        likeliest: probability of its likeliest category, 0..1.
        high_consequence: whether a category that always gets a look is among the guesses.
        reopened: whether it was closed before.
        second_reading: whether a first officer has read it already.
    """
    allowed = policy.high_consequence_hours if high_consequence else policy.standard_hours
    # A shorter deadline is a head start of the difference: at equal risk the earlier deadline goes first.
    start = max(policy.standard_hours - allowed, 0.0) + policy.likely_hours * min(max(likeliest, 0.0), 1.0)
    start += policy.reopened_hours * reopened + policy.second_reading_hours * second_reading
    return Place(due_at=arrived + timedelta(hours=allowed), rank_at=arrived - timedelta(hours=start))


def paused(at: Place, asked: datetime, answered: datetime) -> Place:
    """Return the place after the clock stood still from a question to its answer; a clock set back counts as no time."""
    pause = max(answered - asked, timedelta(0))
    return Place(at.due_at + pause, at.rank_at + pause)
