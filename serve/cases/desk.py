"""What every use case of cases needs, in one frozen object; who acts; and how a change is made, so that none goes unrecorded."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection

from data.errors import NotEligible, StaleVersion
from data.taxonomy import Taxonomy
from serve.cases.assess import Assess
from serve.cases.case import Case
from serve.cases.four_eyes import why_not
from serve.cases.policy import ReviewPolicy
from serve.cases.priority import Place
from serve.cases.states import FINAL, State
from serve.clock import Clock, stamp
from serve.store.audit import Happened, append
from serve.store.cases import change_case, find_case, readings_of
from serve.store.database import Database
from serve.webhooks.events import announce


@dataclass(frozen=True)
class Desk:
    """What cases are worked on with."""

    database: Database
    assess: Assess
    policy: ReviewPolicy
    taxonomy: Taxonomy
    clock: Clock

    def now(self) -> str:
        """Return the time as a stamp."""
        return stamp(self.clock())

    def lease_until(self) -> str:
        """Return when a claim made now runs out, as a stamp."""
        return stamp(self.clock() + timedelta(minutes=self.policy.queue.lease_minutes))


@dataclass(frozen=True)
class Actor:
    """Who does it.

    Attributes:
        user_id, organisation_id: of the user.
        role: of the user.
        request_id: of the request; empty for commands.
    """

    user_id: str
    organisation_id: str
    role: str
    request_id: str = ""

    @property
    def scope(self) -> str:
        """The organisation whose cases are his business; empty: all."""
        return self.organisation_id if self.role == "exporter" else ""


_TOLD = (
    "state", "outcome", "categories", "reasons", "release", "taxonomy", "controls", "final_outcome", "final_categories", "round",
    "readings", "claimed_by",
)  # fmt: skip
"""What the audit tells of a case with old and new value; texts are told by digest."""


def locked_case(connection: Connection, actor: Actor, case_id: str, version: int | None = None) -> Case:
    """Return a case for change.

    Args:
        connection: of a writing transaction.
        actor: who asks; an exporter finds his organisation's cases only.
        case_id: which.
        version: that the actor has seen; None when it does not matter.

    Raises:
        CaseNotFound: there is none for this actor.
        StaleVersion: it has changed since.
    """
    case = find_case(connection, case_id, actor.scope, lock=True)
    if version is not None and version != case.version:
        current = {"version": case.version, "state": case.state, "updated_at": case.updated_at}
        raise StaleVersion(given=version, version=case.version, state=case.state, current=current)
    return case


def check_eligible(connection: Connection, case: Case, officer_id: str, organisation_id: str) -> None:
    """Refuse an officer who may not decide the case.

    Raises:
        NotEligible: says why.
    """
    readers = [reading.officer_id for reading in readings_of(connection, case.id, case.round)]
    if reason := why_not(officer_id, organisation_id, case.organisation_id, case.submitter_id, readers):
        raise NotEligible(reason=reason)


def placed(at: Place) -> dict[str, Any]:
    """Return a place in the queue as changes."""
    return {"due_at": stamp(at.due_at), "rank_at": stamp(at.rank_at)}


def into(state: State, now: str) -> dict[str, Any]:
    """Return the changes that go with a state: whoever held the case holds it no more; a final state has its day."""
    return {"state": state, "claimed_by": None, "lease_until": None, "closed_at": now if state in FINAL else None}


def record(
    connection: Connection,
    desk: Desk,
    actor: Actor,
    case: Case,
    event: str,
    changes: Mapping[str, Any],
    told: Mapping[str, Any] | None = None,
    texts: dict[str, str] | None = None,
) -> Case:
    """Change a locked case, count its version up, append the audit event and write down whom to tell, all in one transaction.

    Args:
        connection: of the transaction that locked the case.
        desk, actor: with what and who.
        case: as it was.
        event: type of the audit event.
        changes: new values by attribute.
        told: what else the event tells; no free text.
        texts: free text of the event, kept apart.
    """
    now = desk.now()
    result = change_case(connection, case, {**changes, "version": case.version + 1, "updated_at": now})
    names = [name for name in _TOLD if getattr(case, name) != getattr(result, name)]
    happened = Happened(
        organisation_id=case.organisation_id,
        type=event,
        actor_id=actor.user_id,
        case_id=case.id,
        request_id=actor.request_id,
        old={"version": case.version, "state": case.state} | {name: getattr(case, name) for name in names},
        new={"version": result.version, "state": result.state} | {name: getattr(result, name) for name in names} | dict(told or {}),
        texts=texts or {},
    )
    append(connection, happened, now)
    announce(connection, result, event, now)
    return result
