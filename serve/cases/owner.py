"""What the owner of a case does with it after submission: ask for a review, answer a question, withdraw."""

from sqlalchemy import Connection

from data.errors import DecisionUnusable, NotEligible
from data.text import check_text
from serve.cases.case import Case
from serve.cases.desk import Actor, Desk, into, locked_case, placed, record
from serve.cases.priority import Place, paused, place
from serve.cases.states import after
from serve.clock import parse_stamp
from serve.store.cases import answer_question, questions_of


def _own_case(connection: Connection, actor: Actor, case_id: str, version: int) -> Case:
    """Return a case of the actor's organisation for change.

    Raises:
        CaseNotFound, StaleVersion: see `locked_case`.
        NotEligible: an officer sees it, but it belongs to another organisation.
    """
    case = locked_case(connection, actor, case_id, version)
    if case.organisation_id != actor.organisation_id:
        raise NotEligible(reason="it belongs to another organisation")
    return case


def request_review(desk: Desk, actor: Actor, case_id: str, version: int, comment: str) -> Case:
    """Put a case that the model decided before an officer.

    Raises:
        CaseNotFound, NotEligible, StaleVersion, MoveNotAllowed: see `_own_case` and `after`.
    """
    with desk.database.writing() as connection:
        case = _own_case(connection, actor, case_id, version)
        state = after(case.state, "request_review")
        at = place(desk.policy.queue, desk.clock(), case.likeliest, "high_consequence" in case.reasons)
        return record(connection, desk, actor, case, "review_requested", into(state, desk.now()) | placed(at), texts={"comment": comment})


def answer(desk: Desk, actor: Actor, case_id: str, version: int, text: str) -> Case:
    """Answer the open question of a case; it goes back into the queue, and the time it waited for the answer does not count.

    A new round begins: whoever read the case before did not know the answer.

    Raises:
        InputError: the answer is blank or no text.
        CaseNotFound, NotEligible, StaleVersion, MoveNotAllowed: see `_own_case` and `after`.
    """
    check_text(text, "answer")
    with desk.database.writing() as connection:
        case = _own_case(connection, actor, case_id, version)
        state = after(case.state, "answer")
        question = questions_of(connection, case_id)[-1]
        now = desk.now()
        answer_question(connection, question, text, actor.user_id, now)
        before = Place(parse_stamp(str(case.due_at)), parse_stamp(str(case.rank_at)))
        changes = into(state, now) | placed(paused(before, parse_stamp(question.asked_at), desk.clock()))
        changes |= {"round": case.round + 1, "readings": 0}
        told = {"question": question.number}
        return record(connection, desk, actor, case, "information_given", changes, told, texts={"answer": text})


def withdraw(desk: Desk, actor: Actor, case_id: str, version: int, comment: str) -> Case:
    """Withdraw a case that is not determined.

    Raises:
        CaseNotFound, NotEligible, StaleVersion, MoveNotAllowed: see `_own_case` and `after`.
    """
    with desk.database.writing() as connection:
        case = _own_case(connection, actor, case_id, version)
        changes = into(after(case.state, "withdraw"), desk.now())
        return record(connection, desk, actor, case, "case_withdrawn", changes, texts={"comment": comment})


def check_comment(comment: str, name: str = "comment") -> None:
    """Refuse a blank text where one is needed.

    Raises:
        DecisionUnusable: it is blank.
    """
    if not comment.strip():
        raise DecisionUnusable(reason=f"it needs a {name}")
