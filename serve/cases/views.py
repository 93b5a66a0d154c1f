"""What each reader sees of a case. A second reading is blind: until a round is over, nobody sees another officer's part in it."""

import json
from typing import Any

from sqlalchemy import Connection

from serve.cases.case import Case, SignedReading
from serve.cases.chain import Event
from serve.cases.desk import Actor
from serve.cases.four_eyes import stage_after
from serve.cases.states import QUEUED
from serve.store.audit import events_of_case
from serve.store.cases import determinations_of, newest_assessment, questions_of, readings_of

_FOR_OWNERS = frozenset(
    {
        "case_submitted",
        "review_requested",
        "information_requested",
        "information_given",
        "case_determined",
        "case_reopened",
        "case_reassessed",
        "case_withdrawn",
        "case_redacted",
    }
)
"""Events that an exporter sees; who holds a case and how many read it is the authority's business."""

_BY_OWNERS = frozenset({"case_submitted", "review_requested", "information_given", "case_withdrawn"})
_OWNER_SEES = (
    "version",
    "state",
    "outcome",
    "categories",
    "final_outcome",
    "final_categories",
    "release",
    "taxonomy",
    "controls",
    "difference",
)


def _open_round(case: Case) -> bool:
    return case.state in QUEUED or case.state == "needs_information"


def _blind(case: Case, actor: Actor, reading: SignedReading) -> bool:
    """Whether a reading must not be seen yet. The third officer decides between two readings, so he sees them."""
    if not _open_round(case) or reading.round != case.round or reading.officer_id == actor.user_id:
        return False
    return case.readings < 2


def summary(case: Case, actor: Actor, now: str) -> dict[str, Any]:
    """Return a case as a line of a listing."""
    names = (
        "id",
        "organisation_id",
        "submitter_id",
        "state",
        "version",
        "product_name",
        "model",
        "destination",
        "submitted_at",
        "updated_at",
    )
    shown: dict[str, Any] = {name: getattr(case, name) for name in names}
    shown["outcome"] = case.final_outcome or case.outcome
    shown["categories"] = list(case.categories if case.final_categories is None else case.final_categories)
    waits = _open_round(case)
    shown["due_at"] = case.due_at if waits else None
    shown["overdue"] = bool(waits and case.due_at and case.due_at < now)
    if actor.role != "exporter":
        held = case.claimed_by is not None and (case.lease_until or "") > now
        shown |= {
            "review": {
                "reasons": list(case.reasons),
                "likeliest": case.likeliest,
                "stage": stage_after(case.readings) if waits else None,
                "claimed_by": case.claimed_by if held else None,
                "lease_until": case.lease_until if held else None,
            }
        }
    return shown


def case_view(connection: Connection, case: Case, actor: Actor, now: str) -> dict[str, Any]:
    """Return a case in full, as this reader may see it."""
    assessment = newest_assessment(connection, case.id)
    decided = determinations_of(connection, case.id)
    names = ("description", "declared", "consent", "redacted_at", "difference")
    view = summary(case, actor, now) | {name: getattr(case, name) for name in names}
    view |= {"parties": [dict(party) for party in case.parties], "answers": dict(case.answers), "diligence": dict(case.diligence)}
    view["assessment"] = {
        name: getattr(assessment, name) for name in ("number", "outcome", "release", "taxonomy", "controls", "made_at", "body")
    }
    view["assessment"] |= {"categories": list(assessment.categories), "reasons": list(assessment.reasons)}
    told = ("round", "outcome", "reason_code", "comment", "release", "taxonomy", "controls", "made_at")
    officers = actor.role != "exporter"
    view["determinations"] = [
        {name: getattr(each, name) for name in told}
        | {"categories": list(each.categories), "standing": case.state == "determined" and each.round == case.round}
        | ({"officer_id": each.officer_id} if officers else {})
        for each in decided
    ]
    view["questions"] = [
        {name: getattr(each, name) for name in ("number", "question", "asked_at", "answer", "answered_at")}
        for each in questions_of(connection, case.id)
    ]
    if officers:
        view["readings"] = [_reading(each) for each in readings_of(connection, case.id) if not _blind(case, actor, each)]
    return view


def _reading(reading: SignedReading) -> dict[str, Any]:
    names = ("round", "number", "officer_id", "action", "outcome", "reason_code", "comment", "made_at")
    return {name: getattr(reading, name) for name in names} | {"categories": list(reading.categories)}


def events_view(connection: Connection, case: Case, actor: Actor) -> list[dict[str, Any]]:
    """Return what happened to a case, as this reader may see it."""
    hidden = {(each.round, each.number) for each in readings_of(connection, case.id, case.round) if _blind(case, actor, each)}
    events = [event for event in events_of_case(connection, case.id) if actor.role != "exporter" or event.type in _FOR_OWNERS]
    return [_event(event, actor, blind=_reading_of(event) in hidden) for event in events]


def _reading_of(event: Event) -> tuple[int, int] | None:
    """Return round and number of the reading that an event tells of."""
    reading = event.new.get("reading")
    return (int(reading["round"]), int(reading["number"])) if isinstance(reading, dict) else None


def _event(event: Event, actor: Actor, blind: bool) -> dict[str, Any]:
    texts = json.loads(event.private)["texts"] if event.private else {}
    old, new, who = event.old, event.new, event.actor_id
    if actor.role == "exporter":
        old, new = ({name: side[name] for name in _OWNER_SEES if name in side} for side in (old, new))
        who = who if event.type in _BY_OWNERS else "officer" if who != "system" else who
    elif blind:
        new = {name: value for name, value in new.items() if name != "reading"}
        texts, who = {}, "officer"
    return {"sequence": event.sequence, "type": event.type, "actor_id": who, "at": event.at, "old": old, "new": new, "texts": texts}
