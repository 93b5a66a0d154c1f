"""Everything an officer needs on one screen to decide a case."""

from typing import Any

from data.errors import InferenceFailed, InputError, ServiceBusy, StoreUnavailable
from serve.accounts.gate import Gate
from serve.accounts.identity import Identity
from serve.accounts.names import names_for, officers_for
from serve.capacity import LONG_CHARACTERS
from serve.cases.desk import Desk
from serve.cases.precedents import Precedents
from serve.cases.routes import actor_of
from serve.cases.states import QUEUED
from serve.cases.views import case_view, events_view
from serve.cases.worklist import beside, objection
from serve.store.cases import Filters, find_case, list_cases
from serve.web.declared import compare
from serve.web.result import result_of

PRECEDENTS = 3
LEAST_ALIKE = 0.4
"""A case less alike says nothing about this one."""
SAME_TEXT = 100


def _precedents(precedents: Precedents, case_id: str) -> dict[str, Any] | None:
    """Return like cases; None when the model cannot say at the moment. The page does not fail for it."""
    try:
        found = precedents.of_case(case_id, PRECEDENTS)
        return found | {"cases": [each for each in found["cases"] if each["likeness"] >= LEAST_ALIKE]}
    except (InferenceFailed, InputError, ServiceBusy, StoreUnavailable):
        return None


def _ids(case: dict[str, Any], events: list[dict[str, Any]]) -> list[str]:
    people = [case["submitter_id"], case["organisation_id"], case["review"]["claimed_by"] or ""]
    people += [event["actor_id"] for event in events] + [reading["officer_id"] for reading in case["readings"]]
    return people + [str(event["new"].get("claimed_by") or "") for event in events]


def _moves(case: dict[str, Any], asker: Identity, why_not: str) -> dict[str, bool]:
    """Return what the asker may do with the case now."""
    waits, closed = case["state"] in QUEUED, case["state"] in ("cleared", "decided", "determined")
    mine, held = case["review"]["claimed_by"] == asker.user_id, case["review"]["claimed_by"] is not None
    officer = asker.role == "officer"
    return {
        "claim": officer and waits and not held and not why_not,
        "release": officer and waits and mine,
        "decide": officer and waits and (mine or not held) and not why_not,
        "assign": waits and (asker.role == "admin" or mine or not held),
        "reopen": closed,
        "redact": asker.role == "admin" and case["redacted_at"] is None and (closed or case["state"] == "withdrawn"),
    }


def officer_case(desk: Desk, gate: Gate, precedents: Precedents, asker: Identity, case_id: str, like: bool = False) -> dict[str, Any]:
    """Return what the page of a case shows to an officer or an administrator.

    Args:
        desk, gate, precedents: with what.
        asker: who looks.
        case_id: which.
        like: whether to look for cases like a long text too; that may take many seconds.

    Raises:
        CaseNotFound: there is none.
    """
    actor = actor_of(asker)
    with desk.database.reading() as connection:
        stored = find_case(connection, case_id)
        case = case_view(connection, stored, actor, desk.now())
        events = events_view(connection, stored, actor)
        alike = list_cases(connection, Filters(text_hash=stored.text_hash or "redacted"), "", SAME_TEXT)[0]
    why_not = objection(desk, actor, case_id) if asker.role == "officer" else ""
    before, after = beside(desk, actor, case_id) if asker.role == "officer" else (None, None)
    long = len(case["description"] or "") > LONG_CHARACTERS
    result = result_of(case["assessment"]["body"], case["description"] or "")
    return {
        "case": case,
        "body": result.body,
        "result": result,
        "scores": [*result.predicted, *result.possible],
        "evidence": result.evidence if case["description"] is not None else None,
        "declared": compare(case["declared"], desk.taxonomy, case["assessment"]["categories"], result.body["findings"]),
        "events": events,
        "precedents": _precedents(precedents, case_id) if like or not long else None,
        "told": list(dict.fromkeys((each["title"], each["words"], each.get("text", "")) for each in result.body["parameters"])),
        "unasked": long and not like,
        "same_text": max(len(alike) - 1, 0),
        "why_not": why_not,
        "may": _moves(case, asker, why_not),
        "before": before,
        "after": after,
        "names": names_for(gate, asker, _ids(case, events)),
        "officers": officers_for(gate, asker),
        "reasons": desk.policy.reasons,
        "lease_minutes": round(desk.policy.queue.lease_minutes),
    }
