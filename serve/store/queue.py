"""The review queue on disk: what waits in which order, and who holds what. A claim is one conditional UPDATE."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, exists, func, literal, or_, select, tuple_, update

from serve.cases.case import Case
from serve.cases.states import QUEUED
from serve.store.case_tables import cases, readings
from serve.store.cases import cursor_after, find_case, position_of
from serve.store.rows import decoded
from serve.store.tables import users


@dataclass(frozen=True)
class QueueFilters:
    """Which waiting cases are wanted; empty: all.

    Attributes:
        reason: of the model for asking a person.
        category: among the model's guesses.
        stage: `first`, `second` or `third` reading.
        hold: `free`: nobody holds it; `mine`: the officer does; `others`.
        overdue: past its time only.
        organisation_id: whose.
        decidable: only cases that the officer may decide.
    """

    reason: str = ""
    category: str = ""
    stage: str = ""
    hold: str = ""
    overdue: bool = False
    organisation_id: str = ""
    decidable: bool = False


@dataclass(frozen=True)
class QueueFigures:
    """The queue in numbers.

    Attributes:
        waiting: cases that nobody holds.
        held: cases that an officer holds.
        overdue: of both, past their time.
        oldest_submitted_at: when the oldest waiting case was submitted, as a stamp; None when none waits.
    """

    waiting: int
    held: int
    overdue: int
    oldest_submitted_at: str | None


def _queued() -> ColumnElement[bool]:
    return cases.c.state.in_(QUEUED)


def _free_for(officer_id: str, now: str) -> ColumnElement[bool]:
    return or_(cases.c.claimed_by.is_(None), cases.c.claimed_by == officer_id, cases.c.lease_until <= now)


def _may_decide(officer_id: str, organisation_id: str) -> ColumnElement[bool]:
    """Return the condition that `serve.cases.four_eyes.why_not` has no objection."""
    read = exists().where(readings.c.case_id == cases.c.id, readings.c.round == cases.c.round, readings.c.officer_id == officer_id)
    return and_(cases.c.organisation_id != organisation_id, cases.c.submitter_id != officer_id, ~read)


def _wanted(wanted: QueueFilters, officer_id: str, officer_organisation: str, now: str) -> list[ColumnElement[bool]]:
    """Return the conditions of filters, as they stand for an officer at a moment."""
    held = and_(cases.c.claimed_by.is_not(None), cases.c.lease_until > now)
    holds = {"free": ~held, "mine": and_(held, cases.c.claimed_by == officer_id), "others": and_(held, cases.c.claimed_by != officer_id)}
    stages = {"first": cases.c.readings == 0, "second": cases.c.readings == 1, "third": cases.c.readings >= 2}
    conditions = [holds[wanted.hold]] if wanted.hold in holds else []
    if wanted.stage in stages:
        conditions.append(stages[wanted.stage])
    if wanted.reason:
        conditions.append(cases.c.reasons.contains(f'"{wanted.reason}"', autoescape=True))
    if wanted.category:
        conditions.append(cases.c.categories.contains(f'"{wanted.category}"', autoescape=True))
    if wanted.overdue:
        conditions.append(cases.c.due_at < now)
    if wanted.organisation_id:
        conditions.append(cases.c.organisation_id == wanted.organisation_id)
    if wanted.decidable:
        conditions.append(_may_decide(officer_id, officer_organisation))
    return conditions


def list_filtered(
    connection: Connection, wanted: QueueFilters, officer_id: str, officer_organisation: str, now: str, cursor: str = "", limit: int = 50
) -> tuple[Sequence[Case], str | None]:
    """Return the waiting cases that filters let through, most urgent first, and the cursor of the next page.

    Raises:
        FilterUnusable: the cursor is not from a listing.
    """
    conditions = _wanted(wanted, officer_id, officer_organisation, now)
    return _page(connection, select(cases).where(_queued(), *conditions), cursor, limit)


def neighbours(connection: Connection, case: Case, officer_id: str, organisation_id: str, now: str) -> tuple[str | None, str | None]:
    """Return the cases before and after a case in the queue, among those that an officer may decide and nobody else holds."""
    query = select(cases.c.id).where(_queued(), _free_for(officer_id, now), _may_decide(officer_id, organisation_id)).limit(1)
    if case.rank_at is None:
        return None, connection.execute(query.order_by(cases.c.rank_at, cases.c.id)).scalar_one_or_none()
    here, place = tuple_(literal(case.rank_at), literal(case.id)), tuple_(cases.c.rank_at, cases.c.id)
    before = query.where(place < here).order_by(cases.c.rank_at.desc(), cases.c.id.desc())
    after = query.where(place > here).order_by(cases.c.rank_at, cases.c.id)
    return connection.execute(before).scalar_one_or_none(), connection.execute(after).scalar_one_or_none()


def list_queue(
    connection: Connection, cursor: str, limit: int, officer_id: str = "", organisation_id: str = ""
) -> tuple[Sequence[Case], str | None]:
    """Return waiting cases, most urgent first, and the cursor of the next page; with an officer, only those he may decide.

    Raises:
        FilterUnusable: the cursor is not from a listing.
    """
    query = select(cases).where(_queued())
    if officer_id:
        query = query.where(_may_decide(officer_id, organisation_id))
    return _page(connection, query, cursor, limit)


def _page(connection: Connection, query: Select[Any], cursor: str, limit: int) -> tuple[Sequence[Case], str | None]:
    if cursor:
        query = query.where(tuple_(cases.c.rank_at, cases.c.id) > tuple_(*map(literal, position_of(cursor))))
    query = query.order_by(cases.c.rank_at, cases.c.id).limit(limit + 1)
    found = [decoded(Case, row) for row in connection.execute(query).mappings()]
    more = len(found) > limit
    found = found[:limit]
    return found, cursor_after(str(found[-1].rank_at), found[-1].id) if more else None


def next_ids(connection: Connection, officer_id: str, organisation_id: str, now: str, limit: int) -> list[str]:
    """Return the most urgent cases that an officer may decide and nobody holds."""
    free = or_(cases.c.claimed_by.is_(None), cases.c.lease_until <= now)
    query = select(cases.c.id).where(_queued(), free, _may_decide(officer_id, organisation_id))
    return list(connection.execute(query.order_by(cases.c.rank_at, cases.c.id).limit(limit)).scalars())


def claim(connection: Connection, case_id: str, officer_id: str, now: str, until: str) -> bool:
    """Take a waiting case that nobody else holds, or prolong one's own claim; whether it was taken."""
    condition = and_(cases.c.id == case_id, _queued(), _free_for(officer_id, now))
    done = connection.execute(update(cases).where(condition).values(claimed_by=officer_id, lease_until=until))
    return done.rowcount == 1


def renew(connection: Connection, case_id: str, officer_id: str, until: str) -> bool:
    """Prolong a claim; False when the officer does not hold the case. One that ran out is still his until somebody takes it."""
    condition = and_(cases.c.id == case_id, _queued(), cases.c.claimed_by == officer_id)
    return connection.execute(update(cases).where(condition).values(lease_until=until)).rowcount == 1


def release(connection: Connection, case_id: str, officer_id: str) -> bool:
    """Give a case back; False when the officer does not hold it."""
    condition = and_(cases.c.id == case_id, cases.c.claimed_by == officer_id)
    return connection.execute(update(cases).where(condition).values(claimed_by=None, lease_until=None)).rowcount == 1


def queue_figures(connection: Connection, now: str) -> QueueFigures:
    """Return the queue in numbers."""
    held = and_(cases.c.claimed_by.is_not(None), cases.c.lease_until > now)
    query = select(
        func.count().filter(_free_for("", now)),
        func.count().filter(held),
        func.count().filter(cases.c.due_at < now),
        func.min(cases.c.submitted_at).filter(_free_for("", now)),
    )
    return QueueFigures(*connection.execute(query.where(_queued())).one())


def organisation_of_officer(connection: Connection, user_id: str) -> str | None:
    """Return the organisation of an officer who is not disabled; None for anybody else."""
    query = select(users.c.organisation_id).where(users.c.id == user_id, users.c.role == "officer", users.c.disabled_at.is_(None))
    return connection.execute(query).scalar_one_or_none()


def hand_over(connection: Connection, case_id: str, officer_id: str, until: str) -> Case:
    """Give a case that this transaction has locked to an officer, whoever held it."""
    connection.execute(update(cases).where(cases.c.id == case_id).values(claimed_by=officer_id, lease_until=until))
    return find_case(connection, case_id)
