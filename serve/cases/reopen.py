"""A closed case comes back: because an officer says so, or because the model or the control list says something else now."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from data.errors import InferenceFailed, InputError, ServiceBusy
from serve.cases.case import Assessed, Assessment, Case, Submission
from serve.cases.desk import Actor, Desk, into, locked_case, placed, record
from serve.cases.owner import check_comment
from serve.cases.priority import place
from serve.cases.states import after
from serve.cases.submit import shown
from serve.store.cases import find_case, insert_assessment, newest_assessment
from serve.store.selections import outdated_ids

_BATCH = 200

Result = Literal["unchanged", "updated", "reopened", "failed"]


@dataclass(frozen=True)
class Reassessed:
    """What became of one case.

    Attributes:
        result: `unchanged`; `updated`: the assessment differs and the case goes on; `reopened`; `failed`: see `difference`.
        difference: what differs; empty for none.
    """

    case_id: str
    result: Result
    difference: dict[str, Any]


def _back(desk: Desk, case: Case, likeliest: float, high_consequence: bool, difference: dict[str, Any]) -> dict[str, Any]:
    at = place(desk.policy.queue, desk.clock(), likeliest, high_consequence, reopened=True)
    return {
        **into(after(case.state, "reopen"), desk.now()),
        **placed(at),
        "round": case.round + 1,
        "readings": 0,
        "final_outcome": None,
        "final_categories": None,
        "difference": difference,
    }


def reopen(desk: Desk, actor: Actor, case_id: str, version: int, comment: str) -> Case:
    """Take a closed case up again.

    Raises:
        DecisionUnusable: no comment says why.
        CaseNotFound, StaleVersion, MoveNotAllowed: see `locked_case` and `after`.
    """
    check_comment(comment)
    with desk.database.writing() as connection:
        case = locked_case(connection, actor, case_id, version)
        changes = _back(desk, case, case.likeliest, "high_consequence" in case.reasons, {"cause": "requested"})
        return record(connection, desk, actor, case, "case_reopened", changes, texts={"comment": comment})


def _findings(body: dict[str, Any]) -> dict[str, str]:
    """Return the verdict per control of an answer with findings; nothing for one without."""
    found = body.get("findings") or ()
    return {str(each["control"]): str(each["status"]) for each in found if each.get("control")}


def difference(before: Assessment, now: Assessed) -> dict[str, Any]:
    """Return what differs between two assessments: outcome, categories and findings, each with old and new; empty for nothing."""
    found: dict[str, Any] = {}
    if before.outcome != now.outcome:
        found["outcome"] = {"old": before.outcome, "new": now.outcome}
    added = [name for name in now.categories if name not in before.categories]
    removed = [name for name in before.categories if name not in now.categories]
    if added or removed:
        found["categories"] = {"added": added, "removed": removed}
    old, new = _findings(before.body), _findings(now.body)
    findings = {name: {"old": old.get(name), "new": new.get(name)} for name in sorted({*old, *new}) if old.get(name) != new.get(name)}
    if findings:
        found["findings"] = findings
    return found


def calls_for_review(case: Case, now: Assessed, differs: dict[str, Any]) -> bool:
    """Return whether a closed case must be looked at again.

    A person's determination outweighs the model's doubt: it is reopened when the model now guesses other categories than it did
    and than the person decided, or when a finding changed.
    """
    if case.state == "determined":
        guesses_otherwise = "categories" in differs and set(now.categories) != set(case.final_categories or ())
        return guesses_otherwise or "findings" in differs
    return case.state in ("cleared", "decided") and (bool(differs) or now.review_required)


def _submission(case: Case) -> Submission:
    names = Submission.__dataclass_fields__
    return Submission(**{name: getattr(case, name) for name in names})


def reassess(desk: Desk, actor: Actor, case_id: str, apply: bool) -> Reassessed:
    """Run a stored case through the present model; with `apply`, keep the new assessment and reopen the case when it must be.

    The model runs outside the transaction; a case that changed meanwhile keeps its change, only the assessment is new.
    """
    with desk.database.reading() as connection:
        case, before = find_case(connection, case_id), newest_assessment(connection, case_id)
    try:
        now = desk.assess(_submission(case))
    except (InputError, InferenceFailed, ServiceBusy) as error:
        return Reassessed(case_id, "failed", {"error": type(error).__name__})
    differs = difference(before, now)
    back = calls_for_review(case, now, differs)
    result: Result = "reopened" if back else "updated" if differs else "unchanged"
    if not apply:
        return Reassessed(case_id, result, differs)
    with desk.database.writing() as connection:
        case = locked_case(connection, actor, case_id)
        if case.versions == now.versions or case.description is None:
            return Reassessed(case_id, "unchanged", {})  # somebody else did it, or the text is gone
        back = calls_for_review(case, now, differs)
        insert_assessment(connection, case_id, now, desk.now())
        changes = shown(now)
        if back:
            cause = {"cause": "reassessed", "release": {"old": before.release, "new": now.release}} | differs
            changes |= _back(desk, case, now.likeliest, now.high_consequence, cause)
            record(connection, desk, actor, case, "case_reopened", changes, {"difference": cause})
            return Reassessed(case_id, "reopened", differs)
        record(connection, desk, actor, case, "case_reassessed", changes, {"difference": differs} if differs else None)
    return Reassessed(case_id, "updated" if differs else "unchanged", differs)


def reassess_all(desk: Desk, actor: Actor, apply: bool, progress: Callable[[str], None] = lambda _: None) -> Iterator[Reassessed]:
    """Reassess every case whose newest assessment rests on another release, taxonomy or set of control facts.

    Each case is its own transaction: when it is broken off and started again, it goes on where it was.
    """
    last = ""
    while True:
        with desk.database.reading() as connection:
            ids = outdated_ids(connection, desk.assess.versions, last, _BATCH)
        if not ids:
            return
        for case_id in ids:
            progress(case_id)
            yield reassess(desk, actor, case_id, apply)
        last = ids[-1]
