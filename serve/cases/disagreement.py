"""One disagreement between model and officers, for who teaches the model: what was said on both sides, and nobody's name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from data.errors import CaseNotFound
from serve.cases.case import Assessment, Case, Determination
from serve.cases.deidentify import deidentified, deidentified_with_spans
from serve.cases.desk import Desk
from serve.store.accounts import names_of_users
from serve.store.cases import assessments_of, determinations_of, find_case, readings_of
from serve.store.selections import organisation_names

_OF_THE_ANSWER = ("outcome", "confidence", "review", "considered", "truncated", "release")
"""What the page needs of the model's answer besides the categories; the rest quotes the exporter's facts and answers."""


@dataclass(frozen=True)
class Disagreement:
    """A standing determination that names other categories than the model did.

    Attributes:
        body: the model's answer as JSON; its spans refer to `description`.
        description, comment: without names; None where the owner does not let the case teach, or where the texts were removed.
    """

    case_id: str
    body: Mapping[str, Any]
    guessed: tuple[str, ...]
    outcome: str
    categories: tuple[str, ...]
    reason_code: str
    made_at: str
    release: str
    consent: bool
    description: str | None
    comment: str | None


def disagreement(desk: Desk, case_id: str) -> Disagreement:
    """Return a case as a disagreement.

    Raises:
        CaseNotFound: there is no such case, it is not determined at present, or the determination is what the model said.
    """
    with desk.database.reading() as connection:
        case = find_case(connection, case_id)
        if case.state != "determined":
            raise CaseNotFound(id=case_id)
        decided = determinations_of(connection, case_id)[-1]
        stood = [each for each in assessments_of(connection, case_id) if each.made_at <= decided.made_at][-1]
        if set(stood.categories) == set(decided.categories):
            raise CaseNotFound(id=case_id)
        parties = _names(connection, case, decided)
    products = (case.product_name, case.model)
    shown = case.consent and case.description is not None
    description, categories = _without_names(str(case.description), stood, products, parties) if shown else (None, _bare(stood))
    return Disagreement(
        case_id=case_id,
        body={name: stood.body[name] for name in _OF_THE_ANSWER if name in stood.body} | {"categories": categories},
        guessed=stood.categories,
        outcome=decided.outcome,
        categories=decided.categories,
        reason_code=decided.reason_code,
        made_at=decided.made_at,
        release=stood.release,
        consent=case.consent,
        description=description,
        comment=deidentified(decided.comment, products, parties) if shown else None,
    )


def _names(connection: Connection, case: Case, decided: Determination) -> list[str]:
    """Return the names of everybody who has to do with a case: every organisation, the parties, who submitted and who read it."""
    people = {case.submitter_id, decided.officer_id, *(each.officer_id for each in readings_of(connection, case.id))}
    known = names_of_users(connection, sorted(people)).values()
    return [*organisation_names(connection), *known, *(party["name"] for party in case.parties)]


def _bare(stood: Assessment) -> list[dict[str, Any]]:
    return [each | {"evidence": [], "against": []} for each in stood.body.get("categories", ())]


def _without_names(text: str, stood: Assessment, products: Sequence[str], parties: Sequence[str]) -> tuple[str, list[dict[str, Any]]]:
    """Return the description without names, and the categories with their evidence in it."""
    categories = _bare(stood)
    places = [
        (number, side, (int(span["start"]), int(span["end"])))
        for number, each in enumerate(stood.body.get("categories", ()))
        for side in ("evidence", "against")
        for span in each.get(side, ())
    ]
    bare, moved = deidentified_with_spans(text, products, parties, [span for _, _, span in places])
    for (number, side, _), (start, end) in zip(places, moved, strict=True):
        categories[number][side].append({"start": start, "end": end, "text": bare[start:end]})
    return bare, categories
