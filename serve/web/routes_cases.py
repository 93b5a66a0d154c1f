"""An exporter's cases: the list, the page of one, and what its owner does with it. Officers have a page of their own for a case."""

from typing import Annotated, Any

from fastapi import APIRouter, Path
from fastapi.responses import Response

from data.errors import InputError, NotFound, StaleVersion
from serve.accounts.authenticate import Asker
from serve.accounts.rules import REVIEWERS
from serve.cases.case import Case
from serve.cases.desk import Actor, Desk
from serve.cases.owner import answer, request_review, withdraw
from serve.cases.routes import actor_of
from serve.cases.states import STATES, TRANSITIONS
from serve.cases.views import case_view, events_view, summary
from serve.store.cases import find_case, list_cases
from serve.web.case_list import PAGE, Wanted
from serve.web.complaints import complaint
from serve.web.countries import country_name
from serve.web.forms import Posted, text_in, whole_in
from serve.web.memos import memo_response
from serve.web.pages import Pages
from serve.web.result import result_of
from serve.web.visitor import TheVisitor, Visitor

CaseId = Annotated[str, Path(min_length=1, max_length=64)]


def router(pages: Pages, desk: Desk) -> APIRouter:
    """Return the routes."""
    routes = APIRouter(include_in_schema=False)
    _reading(routes, pages, desk)
    _changing(routes, pages, desk)
    return routes


def _context(desk: Desk, visitor: Visitor, actor: Actor, case_id: str) -> dict[str, Any]:
    """Return what the page of a case is made from."""
    with desk.database.reading() as connection:
        case = find_case(connection, case_id, actor.scope)
        view, events = case_view(connection, case, actor, desk.now()), events_view(connection, case, actor)
    open_question = view["questions"][-1] if case.state == "needs_information" and view["questions"] else None
    return {
        "case": view,
        "events": events,
        "moves": TRANSITIONS[case.state] if case.organisation_id == actor.organisation_id else {},
        "question": open_question,
        "determination": next((each for each in reversed(view["determinations"]) if each["standing"]), None),
        "result": result_of(view["assessment"]["body"], case.description or ""),
        "destination": country_name(case.destination, visitor.language),
        "error": "",
        "typed": "",
    }


def _reading(routes: APIRouter, pages: Pages, desk: Desk) -> None:
    @routes.get("/cases")
    def listing(
        visitor: TheVisitor,
        asker: Asker,
        q: str = "",
        state: str = "",
        category: str = "",
        since: str = "",
        before: str = "",
        cursor: str = "",
    ) -> Response:
        """List cases, newest first: one's organisation's own for exporters, all for officers."""
        actor = actor_of(asker)
        wanted = Wanted.of(pages.taxonomy, q, state, category, since, before)
        with desk.database.reading() as connection:
            found, after = list_cases(connection, wanted.filters(actor.scope), cursor[:500], PAGE)
        now = desk.now()
        return pages.show(
            visitor,
            "cases.html.j2",
            items=[summary(case, actor, now) for case in found],
            wanted=wanted,
            states=STATES,
            next_path=wanted.path(cursor=after) if after else "",
            first_path=wanted.path() if cursor else "",
        )

    @routes.get("/cases/{case_id}")
    def one(case_id: CaseId, visitor: TheVisitor, asker: Asker) -> Response:
        """Show a case to its owner; officers are sent to theirs."""
        actor = actor_of(asker)
        if asker.role in REVIEWERS:
            return pages.go(visitor, f"/queue/{case_id}", visitor.flash)
        return pages.show(visitor, "case.html.j2", **_context(desk, visitor, actor, case_id))

    @routes.get("/cases/{case_id}/memo")
    def memo(case_id: CaseId, asker: Asker) -> Response:
        """Give the memo of the newest assessment."""
        actor = actor_of(asker)
        with desk.database.reading() as connection:
            case = find_case(connection, case_id, actor.scope)
            body = case_view(connection, case, actor, desk.now())["assessment"]["body"]
        if case.description is None or "findings" not in body:
            raise NotFound(what="memo for case", id=case_id)
        product = " ".join(part for part in (case.product_name, case.model) if part)
        return memo_response(body, case.description, desk.clock().date(), product, asker.name)


def _changing(routes: APIRouter, pages: Pages, desk: Desk) -> None:
    def changed(visitor: Visitor, case: Case, flash: str) -> Response:
        return pages.go(visitor, f"/cases/{case.id}", flash)

    def stale(visitor: Visitor, case_id: str) -> Response:
        return pages.go(visitor, f"/cases/{case_id}", "stale")

    @routes.post("/cases/{case_id}/answer")
    def give_answer(case_id: CaseId, visitor: TheVisitor, asker: Asker, posted: Posted) -> Response:
        """Answer the open question of a case."""
        actor, words = actor_of(asker), text_in(posted, "answer", 100_000)
        try:
            return changed(visitor, answer(desk, actor, case_id, whole_in(posted, "version"), words), "answered")
        except StaleVersion:
            return stale(visitor, case_id)
        except InputError as error:
            return pages.show(
                visitor,
                "case.html.j2",
                422,
                **(_context(desk, visitor, actor, case_id) | {"error": complaint(visitor.language, error), "typed": words}),
            )

    @routes.post("/cases/{case_id}/request-review")
    def ask_for_review(case_id: CaseId, visitor: TheVisitor, asker: Asker, posted: Posted) -> Response:
        """Ask for an officer's determination."""
        try:
            case = request_review(desk, actor_of(asker), case_id, whole_in(posted, "version"), text_in(posted, "comment"))
        except StaleVersion:
            return stale(visitor, case_id)
        return changed(visitor, case, "review-requested")

    @routes.post("/cases/{case_id}/withdraw")
    def take_back(case_id: CaseId, visitor: TheVisitor, asker: Asker, posted: Posted) -> Response:
        """Withdraw a case that is not determined."""
        try:
            case = withdraw(desk, actor_of(asker), case_id, whole_in(posted, "version"), text_in(posted, "comment"))
        except StaleVersion:
            return stale(visitor, case_id)
        return changed(visitor, case, "withdrawn")
