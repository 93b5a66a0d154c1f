"""An officer's decision: a question to the exporter, or a reading that, alone or with others, becomes the determination."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Literal

from sqlalchemy import Connection

from data.errors import CaseClaimed, CatchallError, DecisionUnusable
from serve.cases.case import Case, Determination, Question, SignedReading
from serve.cases.desk import Actor, Desk, check_eligible, into, locked_case, record
from serve.cases.four_eyes import Reading, settle
from serve.cases.states import after
from serve.clock import parse_stamp, stamp
from serve.store.cases import find_case, insert_determination, insert_question, insert_reading, questions_of, readings_of

Action = Literal["accept", "correct", "none", "needs_information"]


@dataclass(frozen=True)
class Decision:
    """What an officer decides.

    Attributes:
        action: accept the model's best guess, correct it, decide that no category applies, or ask the exporter.
        categories: for `correct`, at least one; else empty.
        reason_code: of the review policy; empty for a question.
        comment: shown to the exporter with the determination; needed with the reason `other`.
        question: for `needs_information`; else empty.
    """

    action: Action
    categories: tuple[str, ...] = ()
    reason_code: str = ""
    comment: str = ""
    question: str = ""


@dataclass(frozen=True)
class BulkItem:
    """One case of a bulk decision, in the version the officer saw."""

    case_id: str
    version: int


def _fault(desk: Desk, decision: Decision) -> str:
    """Return what is wrong with a decision, or the empty string."""
    if (decision.action == "needs_information") != bool(decision.question.strip()):
        return "a question goes with 'needs_information', and only with it"
    if (decision.action == "correct") != bool(decision.categories):
        return "categories go with 'correct', and only with it"
    if unknown := desk.taxonomy.unknown(decision.categories):
        return f"unknown categories: {', '.join(unknown)}"
    if len(set(decision.categories)) != len(decision.categories):
        return "a category is given twice"
    if decision.action == "needs_information":
        return "a question has no reason code" if decision.reason_code else ""
    if decision.reason_code not in desk.policy.reasons:
        return f"the reason code is none of {', '.join(desk.policy.reasons)}"
    if decision.reason_code == "other" and not decision.comment.strip():
        return "the reason 'other' needs a comment"
    return ""


def _checked(desk: Desk, decision: Decision) -> Decision:
    if fault := _fault(desk, decision):
        raise DecisionUnusable(reason=fault)
    order = {name: i for i, name in enumerate(desk.taxonomy.ids)}
    return replace(decision, categories=tuple(sorted(decision.categories, key=order.__getitem__)))


def _said(case: Case, decision: Decision) -> tuple[str, tuple[str, ...]]:
    """Return the outcome and the categories that a decision states."""
    categories = case.categories if decision.action == "accept" else decision.categories
    return ("categories" if categories else "none"), categories


def _repeats(readings: Sequence[SignedReading], actor: Actor, version: int, decision: Decision) -> bool:
    """Whether the officer sent this very decision on this very version before: the answer got lost, not the decision."""
    wanted = (actor.user_id, version, decision.action, decision.reason_code, decision.comment)
    for each in readings:
        same = (each.officer_id, each.on_version, each.action, each.reason_code, each.comment) == wanted
        if same and (decision.action != "correct" or each.categories == decision.categories):
            return True
    return False


def decide(desk: Desk, actor: Actor, case_id: str, version: int, decision: Decision, same_text_as: str = "") -> Case:
    """Take an officer's decision; a repeated request changes nothing and gets the same answer.

    Args:
        desk, actor: with what and who.
        case_id, version: which case, as the officer saw it.
        decision: what is decided.
        same_text_as: for bulk decisions, the hash that the description must have.

    Raises:
        DecisionUnusable: it contradicts itself, or the text differs.
        CaseNotFound, StaleVersion: see `locked_case`.
        NotEligible: the officer may not decide this case.
        CaseClaimed: another officer holds it.
        MoveNotAllowed: it does not wait for a decision.
    """
    decision = _checked(desk, decision)
    with desk.database.writing() as connection:
        case = locked_case(connection, actor, case_id)
        if _repeats(readings_of(connection, case_id), actor, version, decision):
            return case
        case = locked_case(connection, actor, case_id, version)
        move = after(case.state, "ask" if decision.action == "needs_information" else "read")
        check_eligible(connection, case, actor.user_id, actor.organisation_id)
        if case.held_by_other(actor.user_id, desk.now()):
            raise CaseClaimed(until=case.lease_until)
        if same_text_as and case.text_hash != same_text_as:
            raise DecisionUnusable(reason="its description is not that of the first item")
        if decision.action == "needs_information":
            return _ask(connection, desk, actor, case, into(move, desk.now()), decision)
        return _read(connection, desk, actor, case, decision)


def _ask(connection: Connection, desk: Desk, actor: Actor, case: Case, changes: dict[str, Any], decision: Decision) -> Case:
    number = len(questions_of(connection, case.id)) + 1
    insert_question(connection, Question(case.id, number, decision.question, actor.user_id, desk.now(), None, None, None))
    texts = {"question": decision.question, "comment": decision.comment}
    return record(connection, desk, actor, case, "information_requested", changes, {"question": number}, texts)


def _read(connection: Connection, desk: Desk, actor: Actor, case: Case, decision: Decision) -> Case:
    now = desk.now()
    outcome, categories = _said(case, decision)
    before = readings_of(connection, case.id, case.round)
    reading = SignedReading(
        case_id=case.id,
        round=case.round,
        number=len(before) + 1,
        officer_id=actor.user_id,
        action=decision.action,
        outcome=outcome,
        categories=categories,
        reason_code=decision.reason_code,
        comment=decision.comment,
        on_version=case.version,
        made_at=now,
    )
    insert_reading(connection, reading)
    opinions = [Reading(each.officer_id, each.outcome, each.categories) for each in (*before, reading)]
    settled = settle(desk.policy.four_eyes, opinions, case.categories)
    changes: dict[str, Any] = {"readings": reading.number}
    told = {"reading": {name: getattr(reading, name) for name in ("round", "number", "action", "outcome", "categories", "reason_code")}}
    texts = {"comment": decision.comment}
    if settled is None:
        head_start = timedelta(hours=desk.policy.queue.second_reading_hours)
        rank_at = stamp(parse_stamp(str(case.rank_at)) - head_start)
        changes |= into(after(case.state, "read"), now) | {"rank_at": rank_at}
        return record(connection, desk, actor, case, "reading_given", changes, told, texts)
    determined = Determination(
        case_id=case.id,
        round=case.round,
        outcome=settled.outcome,
        categories=settled.categories,
        reason_code=decision.reason_code,
        comment=decision.comment,
        officer_id=actor.user_id,
        release=case.release,
        taxonomy=case.taxonomy,
        controls=case.controls,
        made_at=now,
    )
    insert_determination(connection, determined)
    changes |= into(after(case.state, "determine"), now)
    changes |= {"final_outcome": settled.outcome, "final_categories": settled.categories}
    return record(connection, desk, actor, case, "case_determined", changes, told, texts)


def decide_bulk(desk: Desk, actor: Actor, items: Sequence[BulkItem], decision: Decision) -> list[Case | CatchallError]:
    """Decide cases with one description alike, each in its own transaction; each has its own result, in order.

    Raises:
        DecisionUnusable: the decision contradicts itself.
        CaseNotFound: the first case does not exist.
    """
    _checked(desk, decision)
    with desk.database.reading() as connection:
        wanted = find_case(connection, items[0].case_id).text_hash or "redacted"
    results: list[Case | CatchallError] = []
    for item in items:
        try:
            results.append(decide(desk, actor, item.case_id, item.version, decision, same_text_as=wanted))
        except CatchallError as error:
            results.append(error)
    return results
