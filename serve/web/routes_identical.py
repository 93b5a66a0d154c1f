"""Deciding cases with the same description alike, each with a result of its own."""

from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response
from starlette.datastructures import FormData

from data.errors import CatchallError, DecisionUnusable, InputError
from serve.accounts.authenticate import Asker
from serve.accounts.gate import Gate
from serve.accounts.identity import Identity
from serve.accounts.names import names_for
from serve.accounts.session_routes import TheGate
from serve.cases.decide import BulkItem, decide_bulk
from serve.cases.desk import Desk
from serve.cases.routes import CaseId, actor_of
from serve.cases.schemas import MAX_BULK
from serve.cases.states import QUEUED
from serve.cases.views import summary
from serve.store.cases import Filters, find_case, list_cases
from serve.web.complaints import complaint
from serve.web.decisions import EMPTY, decision_in, fault_of, filled
from serve.web.forms import Posted
from serve.web.languages import N_
from serve.web.pages import Pages
from serve.web.visitor import TheVisitor, Visitor


def items_in(form: FormData) -> list[BulkItem]:
    """Return the ticked cases in the versions that were shown (`case_id:version`).

    Raises:
        InputError: a value was not made by the page.
    """
    items = []
    for value in form.getlist("item")[:MAX_BULK]:
        case_id, _, version = str(value)[:100].partition(":")
        if not (version.isascii() and version.isdecimal()):
            raise InputError
        items.append(BulkItem(case_id, int(version)))
    return items


def router(pages: Pages, desk: Desk) -> APIRouter:
    """Return the routes."""
    routes = APIRouter(include_in_schema=False)

    def shown(visitor: Visitor, asker: Identity, gate: Gate, case_id: str, status: int = 200, **more: Any) -> Response:
        actor = actor_of(asker)
        with desk.database.reading() as connection:
            case = find_case(connection, case_id)
            found, _ = list_cases(connection, Filters(text_hash=case.text_hash or "redacted"), "", MAX_BULK)
        # The case itself comes first: a bulk decision takes the text of its first item.
        rows = [summary(each, actor, desk.now()) for each in sorted(found, key=lambda each: (each.id != case_id, each.submitted_at))]
        context = {
            "case": summary(case, actor, desk.now()),
            "description": case.description,
            "rows": rows,
            "waiting": [row["id"] for row in rows if row["state"] in QUEUED],
            "names": names_for(gate, asker, [row["organisation_id"] for row in rows]),
            "reasons": desk.policy.reasons,
            "form": EMPTY,
            "problem": "",
            "results": {},
        }
        return pages.show(visitor, "identical.html.j2", status, **(context | more))

    @routes.get("/queue/{case_id}/identical")
    def identical(case_id: CaseId, visitor: TheVisitor, asker: Asker, gate: TheGate) -> Response:
        """Show the cases with the same description."""
        return shown(visitor, asker, gate, case_id)

    @routes.post("/queue/{case_id}/identical")
    def decide_them(case_id: CaseId, visitor: TheVisitor, asker: Asker, gate: TheGate, form: Posted) -> Response:
        """Decide the ticked cases alike; each says what became of it."""
        decision, items = decision_in(form), items_in(form)
        fault = fault_of(decision) or ("" if items else N_("Tick at least one case."))
        if fault or decision is None:
            return shown(visitor, asker, gate, case_id, 422, form=filled(form), problem=pages.words(visitor, fault))
        try:
            done = decide_bulk(desk, actor_of(asker), items, decision)
        except DecisionUnusable as error:
            return shown(visitor, asker, gate, case_id, 422, form=filled(form), problem=complaint(visitor.language, error))
        told = {
            item.case_id: complaint(visitor.language, result) if isinstance(result, CatchallError) else ""
            for item, result in zip(items, done, strict=True)
        }
        return shown(visitor, asker, gate, case_id, results=told)

    return routes
