"""Who holds a case: claim, renew, release, hand over. The first to claim wins; a claim runs out by itself."""

from sqlalchemy import Connection

from data.errors import CaseClaimed, CaseNotHeld, MoveNotAllowed, NotEligible, QueueEmpty
from serve.cases.case import Case
from serve.cases.desk import Actor, Desk, check_eligible, locked_case
from serve.cases.states import QUEUED
from serve.store import queue
from serve.store.audit import Happened, append
from serve.store.cases import find_case

_TRIES = 10
"""How many of the most urgent cases are tried before the queue is read again; others claim at the same time."""


def _note(connection: Connection, desk: Desk, actor: Actor, before: Case, after: Case, event: str) -> None:
    old = {"version": before.version, "state": before.state, "claimed_by": before.claimed_by}
    new = {"version": after.version, "state": after.state, "claimed_by": after.claimed_by}
    append(connection, Happened(before.organisation_id, event, actor.user_id, before.id, actor.request_id, old, new), desk.now())


def _take(connection: Connection, desk: Desk, actor: Actor, case: Case) -> Case | None:
    if not queue.claim(connection, case.id, actor.user_id, desk.now(), desk.lease_until()):
        return None
    taken = find_case(connection, case.id)
    if case.claimed_by != actor.user_id:
        _note(connection, desk, actor, case, taken, "case_claimed")
    return taken


def claim(desk: Desk, actor: Actor, case_id: str) -> Case:
    """Take a case; taking one's own again prolongs the claim.

    Raises:
        CaseNotFound: there is none.
        MoveNotAllowed: it does not wait for an officer.
        NotEligible: the officer may not decide it.
        CaseClaimed: another officer holds it.
    """
    with desk.database.writing() as connection:
        case = find_case(connection, case_id)
        if case.state in QUEUED:
            check_eligible(connection, case, actor.user_id, actor.organisation_id)
        taken = _take(connection, desk, actor, case)
        if taken is not None:
            return taken
        case = find_case(connection, case_id)
        if case.state not in QUEUED:
            raise MoveNotAllowed(state=case.state.replace("_", " "), move="claim")
        raise CaseClaimed(until=case.lease_until)


def claim_next(desk: Desk, actor: Actor) -> Case:
    """Take the most urgent case that the officer may decide and nobody holds.

    Raises:
        QueueEmpty: there is none.
    """
    while True:
        with desk.database.writing() as connection:
            candidates = queue.next_ids(connection, actor.user_id, actor.organisation_id, desk.now(), _TRIES)
            if not candidates:
                raise QueueEmpty()
            for case_id in candidates:
                taken = _take(connection, desk, actor, find_case(connection, case_id))
                if taken is not None:
                    return taken


def renew(desk: Desk, actor: Actor, case_id: str) -> Case:
    """Prolong one's claim.

    Raises:
        CaseNotFound: there is none.
        CaseNotHeld: somebody else took it, or it is decided.
    """
    with desk.database.writing() as connection:
        if not queue.renew(connection, case_id, actor.user_id, desk.lease_until()):
            find_case(connection, case_id)
            raise CaseNotHeld()
        return find_case(connection, case_id)


def release(desk: Desk, actor: Actor, case_id: str) -> Case:
    """Give a case back into the queue.

    Raises:
        CaseNotFound: there is none.
        CaseNotHeld: the officer does not hold it.
    """
    with desk.database.writing() as connection:
        case = locked_case(connection, actor, case_id)
        if not queue.release(connection, case_id, actor.user_id):
            raise CaseNotHeld()
        free = find_case(connection, case_id)
        _note(connection, desk, actor, case, free, "claim_released")
        return free


def assign(desk: Desk, actor: Actor, case_id: str, officer_id: str) -> Case:
    """Hand a waiting case to an officer: one's own or a free one; an administrator also takes it from another officer.

    Raises:
        CaseNotFound: there is none.
        MoveNotAllowed: it does not wait for an officer.
        CaseClaimed: another officer holds it.
        NotEligible: the one it is handed to is no active officer or may not decide it.
    """
    with desk.database.writing() as connection:
        case = locked_case(connection, actor, case_id)
        if case.state not in QUEUED:
            raise MoveNotAllowed(state=case.state.replace("_", " "), move="assign")
        if actor.role != "admin" and case.held_by_other(actor.user_id, desk.now()):
            raise CaseClaimed(until=case.lease_until)
        organisation_id = queue.organisation_of_officer(connection, officer_id)
        if organisation_id is None:
            raise NotEligible(reason="it can be handed to an active officer only")
        check_eligible(connection, case, officer_id, organisation_id)
        taken = queue.hand_over(connection, case_id, officer_id, desk.lease_until())
        _note(connection, desk, actor, case, taken, "case_assigned")
        return taken
