"""The queue as an officer works through it: each waiting case with its urgency, and what comes before and after a case."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from serve.cases.case import Case
from serve.cases.desk import Actor, Desk
from serve.cases.four_eyes import why_not
from serve.cases.views import summary
from serve.clock import parse_stamp
from serve.store.cases import find_case, readings_of
from serve.store.queue import QueueFilters, list_filtered, neighbours

EXCERPT = 160
SOON = timedelta(hours=8)
"""A case that is due in less is shown as urgent."""


@dataclass(frozen=True)
class WorkRow:
    """A waiting case as a line.

    Attributes:
        case: its summary.
        priority: age plus head starts, in hours; the higher, the sooner it is to be decided.
        late, soon: whether its time is over, or nearly.
        excerpt: the beginning of the description; empty after redaction.
    """

    case: dict[str, Any]
    priority: float
    late: bool
    soon: bool
    excerpt: str


def _row(desk: Desk, actor: Actor, case: Case) -> WorkRow:
    now = desk.clock()
    due = parse_stamp(case.due_at) if case.due_at else None
    waited = (now - parse_stamp(case.rank_at)) / timedelta(hours=1) if case.rank_at else 0.0
    text = " ".join((case.description or "")[: 4 * EXCERPT].split())
    return WorkRow(
        case=summary(case, actor, desk.now()),
        priority=round(waited, 1),
        late=due is not None and due < now,
        soon=due is not None and now <= due < now + SOON,
        excerpt=text if len(text) <= EXCERPT else text[:EXCERPT].rstrip() + "…",
    )


def worklist(desk: Desk, actor: Actor, wanted: QueueFilters, cursor: str = "", limit: int = 50) -> tuple[list[WorkRow], str | None]:
    """Return the waiting cases that filters let through, most urgent first, and the cursor of the next page.

    Raises:
        FilterUnusable: the cursor is not from a listing.
    """
    with desk.database.reading() as connection:
        found, after = list_filtered(connection, wanted, actor.user_id, actor.organisation_id, desk.now(), cursor, limit)
    return [_row(desk, actor, case) for case in found], after


def beside(desk: Desk, actor: Actor, case_id: str) -> tuple[str | None, str | None]:
    """Return the cases before and after a case, among those that the officer may decide and nobody else holds.

    Raises:
        CaseNotFound: there is none.
    """
    with desk.database.reading() as connection:
        case = find_case(connection, case_id)
        return neighbours(connection, case, actor.user_id, actor.organisation_id, desk.now())


def objection(desk: Desk, actor: Actor, case_id: str) -> str:
    """Return why an officer may not decide a case, or the empty string.

    Raises:
        CaseNotFound: there is none.
    """
    with desk.database.reading() as connection:
        case = find_case(connection, case_id)
        readers = [reading.officer_id for reading in readings_of(connection, case.id, case.round)]
    return why_not(actor.user_id, actor.organisation_id, case.organisation_id, case.submitter_id, readers)
