"""Deletion: the text of a case goes, on request or when its time is over; that it was there, and what was decided, stays."""

from datetime import timedelta
from typing import Any

from sqlalchemy import Connection

from data.errors import MoveNotAllowed
from serve.cases.case import Case
from serve.cases.chain import REDACTED
from serve.cases.desk import Actor, Desk, locked_case, record
from serve.cases.owner import check_comment
from serve.cases.states import FINAL
from serve.clock import stamp
from serve.store.audit import remove_texts
from serve.store.cases import remove_case_texts
from serve.store.search import remove_case
from serve.store.selections import expired_ids

_BARE: dict[str, Any] = {
    "description": None,
    "text_salt": None,
    "text_hash": None,
    "product_name": "",
    "model": "",
    "parties": (),
    "declared": "",
    "answers": {},
    "diligence": {},
}


def _remove(connection: Connection, desk: Desk, actor: Actor, case: Case, cause: str, comment: str) -> Case:
    remove_texts(connection, case.id)
    remove_case_texts(connection, case.id)
    remove_case(connection, case.id)
    changes = _BARE | {"redacted_at": desk.now()}
    return record(connection, desk, actor, case, REDACTED, changes, {"cause": cause}, {"comment": comment})


def redact(desk: Desk, actor: Actor, case_id: str, version: int, comment: str) -> Case:
    """Remove every text of a closed case for good: description, names, parties, answers, checklist, questions, comments, evidence.

    Outcome, categories, times and the audit chain stay. A case already bare stays as it is.

    Raises:
        DecisionUnusable: no comment says why.
        CaseNotFound, StaleVersion: see `locked_case`.
        MoveNotAllowed: the case is not closed.
    """
    check_comment(comment)
    with desk.database.writing() as connection:
        case = locked_case(connection, actor, case_id, version)
        if case.state not in FINAL:
            raise MoveNotAllowed(state=case.state.replace("_", " "), move="redact")
        if case.redacted_at is not None:
            return case
        return _remove(connection, desk, actor, case, "requested", comment)


def expired(desk: Desk) -> list[str]:
    """Return the cases whose text has been kept as long as the policy says."""
    before = stamp(desk.clock() - timedelta(days=365.25 * desk.policy.retention_years))
    with desk.database.reading() as connection:
        return expired_ids(connection, before)


def redact_expired(desk: Desk, actor: Actor) -> list[str]:
    """Remove the texts of cases whose time is over, each in its own transaction; return their ids."""
    done: list[str] = []
    for case_id in expired(desk):
        with desk.database.writing() as connection:
            case = locked_case(connection, actor, case_id)
            if case.state in FINAL and case.redacted_at is None:
                _remove(connection, desk, actor, case, "retention", "")
                done.append(case_id)
    return done
