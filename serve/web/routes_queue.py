"""The officers' pages: the queue, a case with everything on one screen, what is decided, and deciding like cases alike."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from starlette.datastructures import FormData

from data.errors import CaseClaimed, DecisionUnusable, MoveNotAllowed, NotEligible, QueueEmpty, StaleVersion
from serve.accounts.authenticate import Asker
from serve.accounts.gate import Gate
from serve.accounts.identity import Identity
from serve.accounts.names import names_for
from serve.accounts.session_routes import TheGate
from serve.cases import claims
from serve.cases.dashboard import queue_now
from serve.cases.decide import decide
from serve.cases.desk import Desk
from serve.cases.precedents import Precedents
from serve.cases.redact import redact
from serve.cases.reopen import reopen
from serve.cases.routes import CaseId, Cursor, actor_of
from serve.cases.worklist import worklist
from serve.problems import status_of
from serve.store.queue import QueueFilters
from serve.web.complaints import complaint
from serve.web.decisions import EMPTY, decision_in, fault_of, filled
from serve.web.forms import Posted, text_in, whole_in
from serve.web.labels import names
from serve.web.officer_case import officer_case
from serve.web.pages import Pages
from serve.web.visitor import TheVisitor, Visitor

PAGE = 40
_Word = Annotated[str, Query(max_length=64)]
_FIELDS = ("reason", "category", "stage", "hold", "overdue", "decidable")


def router(pages: Pages, desk: Desk, precedents: Precedents) -> APIRouter:
    """Return the routes."""
    routes = APIRouter(include_in_schema=False)
    _queue(routes, pages, desk)
    _case(routes, pages, desk, precedents)
    _moves(routes, pages, desk)
    return routes


def case_path(case_id: str) -> str:
    """Return where an officer works on a case."""
    return f"/queue/{case_id}"


def _queue(routes: APIRouter, pages: Pages, desk: Desk) -> None:
    @routes.get("/queue")
    def queue(
        request: Request,
        visitor: TheVisitor,
        asker: Asker,
        gate: TheGate,
        reason: _Word = "",
        category: _Word = "",
        stage: _Word = "",
        hold: _Word = "",
        overdue: bool = False,
        decidable: bool = False,
        cursor: Cursor = "",
    ) -> Response:
        """Show what waits, the most urgent first; the filters are in the address."""
        wanted = QueueFilters(reason, category, stage, hold, overdue, decidable=decidable)
        rows, after = worklist(desk, actor_of(asker), wanted, cursor, PAGE)
        ids = [row.case[name] or "" for row in rows for name in ("organisation_id",)]
        ids += [row.case["review"]["claimed_by"] or "" for row in rows]
        kept = [(name, value) for name, value in request.query_params.multi_items() if name in _FIELDS]
        return pages.show(
            visitor,
            "queue.html.j2",
            rows=rows,
            wanted=wanted,
            filtered=wanted != QueueFilters(),
            figures=queue_now(desk),
            names=names_for(gate, asker, ids),
            reasons=names("reason"),
            stages=names("stage"),
            holds=names("hold"),
            next_path=str(request.url.replace_query_params(**dict(kept), cursor=after).query) if after else "",
            first_path=str(request.url.replace_query_params(**dict(kept)).query) if cursor else "",
            at_first=not cursor,
        )

    @routes.post("/queue/next")
    def take_next(visitor: TheVisitor, asker: Asker) -> Response:
        """Claim the most urgent case and go to it."""
        return _next(pages, desk, visitor, asker, "claimed")


def _next(pages: Pages, desk: Desk, visitor: Visitor, asker: Identity, flash: str) -> Response:
    try:
        case = claims.claim_next(desk, actor_of(asker))
    except QueueEmpty:
        return pages.go(visitor, "/queue", "queue-empty")
    return pages.go(visitor, case_path(case.id), flash)


def _case(routes: APIRouter, pages: Pages, desk: Desk, precedents: Precedents) -> None:
    def shown(visitor: Visitor, asker: Identity, gate: Gate, case_id: str, status: int = 200, like: bool = False, **more: Any) -> Response:
        context = officer_case(desk, gate, precedents, asker, case_id, like) | {"form": EMPTY, "problem": "", "hidden": False} | more
        return pages.show(visitor, "officer_case.html.j2", status, **context)

    @routes.get("/queue/{case_id}")
    def one(case_id: CaseId, visitor: TheVisitor, asker: Asker, gate: TheGate, hide: bool = False, like: bool = False) -> Response:
        """Show a case with everything that its decision needs; `hide`: without the suggestion; `like`: with precedents of a long text."""
        return shown(visitor, asker, gate, case_id, like=like, hidden=hide)

    @routes.post("/queue/{case_id}/decide")
    def give(case_id: CaseId, visitor: TheVisitor, asker: Asker, gate: TheGate, form: Posted) -> Response:
        """Take a decision; what cannot be used is shown again with what was written."""
        decision = decision_in(form)
        fault = fault_of(decision)
        if fault or decision is None:
            return shown(visitor, asker, gate, case_id, 422, form=filled(form), problem=pages.words(visitor, fault))
        try:
            case = decide(desk, actor_of(asker), case_id, whole_in(form, "version"), decision)
        except (DecisionUnusable, StaleVersion, CaseClaimed, NotEligible, MoveNotAllowed) as error:
            return shown(visitor, asker, gate, case_id, status_of(error), form=filled(form), problem=complaint(visitor.language, error))
        flash = {"determined": "determined", "needs_information": "asked"}.get(case.state, "read")
        if text_in(form, "then") == "next":
            return _next(pages, desk, visitor, asker, flash)
        return pages.go(visitor, case_path(case_id), flash)


def _moves(routes: APIRouter, pages: Pages, desk: Desk) -> None:
    @routes.post("/queue/{case_id}/claim")
    def claim(case_id: CaseId, visitor: TheVisitor, asker: Asker) -> Response:
        """Take a case, or prolong one's claim."""
        claims.claim(desk, actor_of(asker), case_id)
        return pages.go(visitor, case_path(case_id), "claimed")

    @routes.post("/queue/{case_id}/release")
    def release(case_id: CaseId, visitor: TheVisitor, asker: Asker) -> Response:
        """Give a case back."""
        claims.release(desk, actor_of(asker), case_id)
        return pages.go(visitor, "/queue", "given-back")

    @routes.post("/queue/{case_id}/assign")
    def assign(case_id: CaseId, visitor: TheVisitor, asker: Asker, form: Posted) -> Response:
        """Hand a case to an officer."""
        claims.assign(desk, actor_of(asker), case_id, text_in(form, "officer_id", 64))
        return pages.go(visitor, case_path(case_id), "handed-over")

    @routes.post("/queue/{case_id}/reopen")
    def take_up(case_id: CaseId, visitor: TheVisitor, asker: Asker, form: Posted) -> Response:
        """Take a closed case up again; the comment says why."""
        reopen(desk, actor_of(asker), case_id, *_why(form))
        return pages.go(visitor, case_path(case_id), "reopened")

    @routes.post("/queue/{case_id}/redact")
    def remove(case_id: CaseId, visitor: TheVisitor, asker: Asker, form: Posted) -> Response:
        """Remove every text of a closed case for good."""
        redact(desk, actor_of(asker), case_id, *_why(form))
        return pages.go(visitor, case_path(case_id), "redacted")


def _why(form: FormData) -> tuple[int, str]:
    return whole_in(form, "version"), text_in(form, "comment")
