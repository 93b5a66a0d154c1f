"""Cases on disk: write one, read one, change one, list many."""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, delete, func, insert, literal, select, tuple_, update

from data.errors import CaseNotFound, FilterUnusable
from serve.cases.case import Assessed, Assessment, Case, Determination, Question, SignedReading
from serve.store.case_tables import assessments, case_vectors, cases, determinations, idempotency_keys, questions, readings
from serve.store.rows import decoded, encoded
from serve.store.search import matching, words_of


@dataclass(frozen=True)
class Filters:
    """Which cases are wanted; empty: all.

    Attributes:
        organisation_id: whose.
        states: in any of these states.
        outcome: with this standing outcome: the determination's, else the model's.
        category: with this standing category.
        destination: exactly this one.
        words: full-text query; every word must occur.
        since, before: stamps; submitted from, inclusive, and to, exclusive.
        text_hash: with this description.
    """

    organisation_id: str = ""
    states: tuple[str, ...] = ()
    outcome: str = ""
    category: str = ""
    destination: str = ""
    words: str = ""
    since: str = ""
    before: str = ""
    text_hash: str = ""


def insert_case(connection: Connection, case: Case) -> None:
    """Write a new case."""
    connection.execute(insert(cases).values(encoded(vars(case))))


def find_case(connection: Connection, case_id: str, organisation_id: str = "", lock: bool = False) -> Case:
    """Return a case.

    Args:
        connection: of a transaction.
        case_id: which.
        organisation_id: when given, a case of another organisation is not found.
        lock: keep others from changing it until the transaction ends.

    Raises:
        CaseNotFound: there is none.
    """
    query = select(cases).where(cases.c.id == case_id)
    if organisation_id:
        query = query.where(cases.c.organisation_id == organisation_id)
    row = connection.execute(query.with_for_update() if lock else query).mappings().first()
    if row is None:
        raise CaseNotFound(id=case_id)
    return decoded(Case, row)


def find_cases(connection: Connection, case_ids: Sequence[str]) -> list[Case]:
    """Return the cases of these ids that exist, in no order."""
    return [decoded(Case, row) for row in connection.execute(select(cases).where(cases.c.id.in_(case_ids))).mappings()]


def change_case(connection: Connection, case: Case, changes: Mapping[str, Any]) -> Case:
    """Change a case that this transaction has locked, and return it as it is now."""
    connection.execute(update(cases).where(cases.c.id == case.id).values(encoded(changes)))
    return find_case(connection, case.id)


def insert_assessment(connection: Connection, case_id: str, assessed: Assessed, at: str) -> Assessment:
    """Add an assessment to a case's history."""
    number = connection.execute(select(func.count()).select_from(assessments).where(assessments.c.case_id == case_id)).scalar_one() + 1
    names = ("outcome", "categories", "reasons", "release", "taxonomy", "controls", "body")
    made = Assessment(case_id=case_id, number=number, made_at=at, **{name: getattr(assessed, name) for name in names})
    connection.execute(insert(assessments).values(encoded(vars(made))))
    return made


def insert_reading(connection: Connection, reading: SignedReading) -> None:
    """Add an officer's reading; a second one of the same officer in the round is a conflict."""
    connection.execute(insert(readings).values(encoded(vars(reading))))


def insert_determination(connection: Connection, determination: Determination) -> None:
    """Add the determination that ends a round."""
    connection.execute(insert(determinations).values(encoded(vars(determination))))


def insert_question(connection: Connection, question: Question) -> None:
    """Add a question to the exporter."""
    connection.execute(insert(questions).values(vars(question)))


def answer_question(connection: Connection, question: Question, answer: str, user_id: str, at: str) -> None:
    """Write the answer to a question."""
    which = (questions.c.case_id == question.case_id) & (questions.c.number == question.number)
    connection.execute(update(questions).where(which).values(answer=answer, answered_by=user_id, answered_at=at))


def assessments_of(connection: Connection, case_id: str) -> list[Assessment]:
    """Return a case's assessments, oldest first."""
    query = select(assessments).where(assessments.c.case_id == case_id).order_by(assessments.c.number)
    return [decoded(Assessment, row) for row in connection.execute(query).mappings()]


def newest_assessment(connection: Connection, case_id: str) -> Assessment:
    """Return a case's newest assessment."""
    query = select(assessments).where(assessments.c.case_id == case_id).order_by(assessments.c.number.desc()).limit(1)
    return decoded(Assessment, connection.execute(query).mappings().one())


def readings_of(connection: Connection, case_id: str, round_number: int | None = None) -> list[SignedReading]:
    """Return a case's readings, oldest first; of one round, or of all."""
    query = select(readings).where(readings.c.case_id == case_id).order_by(readings.c.round, readings.c.number)
    if round_number is not None:
        query = query.where(readings.c.round == round_number)
    return [decoded(SignedReading, row) for row in connection.execute(query).mappings()]


def determinations_of(connection: Connection, case_id: str) -> list[Determination]:
    """Return a case's determinations, oldest first; the last one stands while the case is determined."""
    query = select(determinations).where(determinations.c.case_id == case_id).order_by(determinations.c.round)
    return [decoded(Determination, row) for row in connection.execute(query).mappings()]


def questions_of(connection: Connection, case_id: str) -> list[Question]:
    """Return a case's questions, oldest first."""
    query = select(questions).where(questions.c.case_id == case_id).order_by(questions.c.number)
    return [decoded(Question, row) for row in connection.execute(query).mappings()]


def keyed_case(connection: Connection, user_id: str, key: str) -> tuple[str, str] | None:
    """Return the content hash and the case that an idempotency key was used for; None for a new key."""
    which = (idempotency_keys.c.user_id == user_id) & (idempotency_keys.c.key == key)
    row = connection.execute(select(idempotency_keys.c.content_hash, idempotency_keys.c.case_id).where(which)).first()
    return (row.content_hash, row.case_id) if row else None


def keep_key(connection: Connection, user_id: str, key: str, content_hash: str, case_id: str, at: str) -> None:
    """Remember what an idempotency key was used for; a conflict when somebody was faster."""
    row = {"user_id": user_id, "key": key, "content_hash": content_hash, "case_id": case_id, "created_at": at}
    connection.execute(insert(idempotency_keys).values(row))


def cursor_after(*position: str) -> str:
    """Return the opaque cursor of a position in a listing."""
    return base64.urlsafe_b64encode(json.dumps(position).encode()).decode().rstrip("=")


def position_of(cursor: str) -> tuple[str, str]:
    """Return the position that a cursor stands for.

    Raises:
        FilterUnusable: it was not made by `cursor_after`.
    """
    try:
        first, second = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars="-_", validate=True))
        if not (isinstance(first, str) and isinstance(second, str) and "\x00" not in first + second):
            raise ValueError("no strings")
        (first + second).encode()
    except (ValueError, TypeError) as exc:
        raise FilterUnusable(name="cursor", reason="it does not come from a listing") from exc
    return first, second


def _filtered(connection: Connection, query: Select[Any], wanted: Filters) -> Select[Any]:
    columns = cases.c
    for column, value in (
        (columns.organisation_id, wanted.organisation_id),
        (columns.destination, wanted.destination),
        (columns.text_hash, wanted.text_hash),
        (func.coalesce(columns.final_outcome, columns.outcome), wanted.outcome),
    ):
        if value:
            query = query.where(column == value)
    if wanted.states:
        query = query.where(columns.state.in_(wanted.states))
    if wanted.category:
        standing = func.coalesce(columns.final_categories, columns.categories)
        query = query.where(standing.contains(f'"{wanted.category}"', autoescape=True))
    if wanted.since:
        query = query.where(columns.submitted_at >= wanted.since)
    if wanted.before:
        query = query.where(columns.submitted_at < wanted.before)
    if wanted.words:
        # A query without a single word (only signs) finds nothing.
        words = words_of(wanted.words)
        query = query.where(matching(connection, words) if words else literal(False))
    return query


def list_cases(connection: Connection, wanted: Filters, cursor: str, limit: int) -> tuple[Sequence[Case], str | None]:
    """Return cases, newest first, and the cursor of the next page (None on the last). New cases never shift a page.

    Raises:
        FilterUnusable: the cursor is not from a listing.
    """
    query = _filtered(connection, select(cases), wanted)
    if cursor:
        query = query.where(tuple_(cases.c.submitted_at, cases.c.id) < tuple_(*map(literal, position_of(cursor))))
    query = query.order_by(cases.c.submitted_at.desc(), cases.c.id.desc()).limit(limit + 1)
    found = [decoded(Case, row) for row in connection.execute(query).mappings()]
    more = len(found) > limit
    found = found[:limit]
    return found, cursor_after(found[-1].submitted_at, found[-1].id) if more else None


def remove_case_texts(connection: Connection, case_id: str) -> None:
    """Remove what readings, determinations, questions, assessments, vectors and idempotency keys hold of a case's texts."""
    # The key's hash is of the content and has no salt: whoever guesses a short text could confirm the guess.
    connection.execute(delete(idempotency_keys).where(idempotency_keys.c.case_id == case_id))
    for table in (readings, determinations):
        connection.execute(update(table).where(table.c.case_id == case_id).values(comment=""))
    connection.execute(update(questions).where(questions.c.case_id == case_id).values(question="", answer=None))
    connection.execute(update(assessments).where(assessments.c.case_id == case_id).values(body="{}"))
    connection.execute(delete(case_vectors).where(case_vectors.c.case_id == case_id))
