"""What the work over time says: submissions per day, what waits, and determinations beside what the model guessed then."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select

from serve.cases.states import QUEUED
from serve.store.case_tables import assessments, cases, determinations

MOST_DETERMINATIONS = 20_000
"""The newest so many are read; more would not change a rate that people look at."""


@dataclass(frozen=True)
class Decided:
    """A determination beside the model's answer that stood before it.

    Attributes:
        guessed, model_outcome: what the model had said.
        categories, outcome: what the person said.
        submitted_at, made_at: stamps.
        release: that had answered.
        standing: whether the determination still stands.
    """

    case_id: str
    guessed: tuple[str, ...]
    model_outcome: str
    categories: tuple[str, ...]
    outcome: str
    reason_code: str
    submitted_at: str
    made_at: str
    release: str
    standing: bool

    @property
    def agrees(self) -> bool:
        """Whether the person said what the model had guessed."""
        return set(self.guessed) == set(self.categories)


@dataclass(frozen=True)
class Day:
    """The submissions of one day (UTC) with one model outcome.

    Attributes:
        likeliest: mean probability of the likeliest category.
        characters: mean length of the descriptions that are still kept; None when none is.
    """

    day: str
    outcome: str
    count: int
    likeliest: float
    characters: float | None


@dataclass(frozen=True)
class Waiting:
    """A case in the queue: when it came and when it is due."""

    submitted_at: str
    due_at: str | None


def decided_since(connection: Connection, since: str) -> list[Decided]:
    """Return the determinations made since a moment, newest first."""
    earlier = assessments.alias()
    stood = (
        select(func.max(earlier.c.number))
        .where(earlier.c.case_id == determinations.c.case_id, earlier.c.made_at <= determinations.c.made_at)
        .correlate(determinations)
        .scalar_subquery()
    )
    query = (
        select(
            determinations.c.case_id,
            assessments.c.categories.label("guessed"),
            assessments.c.outcome.label("model_outcome"),
            determinations.c.categories,
            determinations.c.outcome,
            determinations.c.reason_code,
            cases.c.submitted_at,
            determinations.c.made_at,
            assessments.c.release,
            ((cases.c.state == "determined") & (cases.c.round == determinations.c.round)).label("standing"),
        )
        .join(cases, cases.c.id == determinations.c.case_id)
        .join(assessments, (assessments.c.case_id == determinations.c.case_id) & (assessments.c.number == stood))
        .where(determinations.c.made_at >= since)
        .order_by(determinations.c.made_at.desc(), determinations.c.case_id)
        .limit(MOST_DETERMINATIONS)
    )
    return [_decided(dict(row)) for row in connection.execute(query).mappings()]


def _decided(row: dict[str, Any]) -> Decided:
    lists = {name: tuple(json.loads(row[name])) for name in ("guessed", "categories")}
    return Decided(**(row | lists | {"standing": bool(row["standing"])}))


def days_since(connection: Connection, since: str) -> list[Day]:
    """Return the submissions since a moment by day and model outcome, oldest first."""
    day = func.substr(cases.c.submitted_at, 1, 10)
    query = (
        select(day, cases.c.outcome, func.count(), func.avg(cases.c.likeliest), func.avg(func.length(cases.c.description)))
        .where(cases.c.submitted_at >= since)
        .group_by(day, cases.c.outcome)
        .order_by(day, cases.c.outcome)
    )
    return [
        Day(each, outcome, count, float(likeliest), None if characters is None else float(characters))
        for each, outcome, count, likeliest, characters in connection.execute(query)
    ]


def waiting_cases(connection: Connection) -> list[Waiting]:
    """Return arrival and deadline of everything in the queue."""
    query = select(cases.c.submitted_at, cases.c.due_at).where(cases.c.state.in_(QUEUED))
    return [Waiting(*row) for row in connection.execute(query)]


def state_counts(connection: Connection) -> dict[str, int]:
    """Return how many cases are in which state."""
    query = select(cases.c.state, func.count().label("number")).group_by(cases.c.state)
    return {row.state: row.number for row in connection.execute(query)}


def outdated_count(connection: Connection, versions: tuple[str, str, str]) -> int:
    """Return how many cases with text rest on another release, taxonomy or set of control facts than these."""
    release, taxonomy, controls = versions
    differs = (cases.c.release != release) | (cases.c.taxonomy != taxonomy) | (cases.c.controls != controls)
    query = select(func.count()).where(differs, cases.c.description.is_not(None), cases.c.state != "withdrawn")
    return int(connection.execute(query).scalar_one())


def reopened_ids(connection: Connection, limit: int) -> Sequence[str]:
    """Return the cases that were reopened, the last changed first."""
    query = select(cases.c.id).where(cases.c.difference.is_not(None))
    return list(connection.execute(query.order_by(cases.c.updated_at.desc(), cases.c.id).limit(limit)).scalars())


def control_versions(connection: Connection) -> list[tuple[str, str, int]]:
    """Return, per release and set of control facts that newest assessments rest on, how many cases do."""
    query = select(cases.c.release, cases.c.controls, func.count()).group_by(cases.c.release, cases.c.controls)
    return [(release, controls, count) for release, controls, count in connection.execute(query.order_by(func.count().desc()))]
