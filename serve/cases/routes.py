"""The routes of cases for everybody: submit, list, read, and what an owner does with a case."""

from typing import Annotated, Any

from fastapi import APIRouter, Header, Path, Query, Response

from serve.accounts.authenticate import Asker
from serve.accounts.identity import Identity
from serve.cases.answers import CaseOut, CasesOut, EventsOut
from serve.cases.case import Case, Submission
from serve.cases.desk import Actor, Desk
from serve.cases.owner import answer, request_review, withdraw
from serve.cases.redact import redact
from serve.cases.reopen import reopen
from serve.cases.schemas import AnswerRequest, CaseRequest, Text, VersionedRequest
from serve.cases.states import State
from serve.cases.submit import submit
from serve.cases.views import case_view, events_view, summary
from serve.operations.request_ids import current_request_id
from serve.schemas import documented
from serve.store.cases import Filters, find_case, list_cases

CaseId = Annotated[str, Path(min_length=1, max_length=64)]
Limit = Annotated[int, Query(ge=1, le=200)]
Cursor = Annotated[Text, Query(max_length=500)]
_Word = Annotated[Text, Query(max_length=300)]
_Stamp = Annotated[str, Query(pattern=r"^(\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}(\.\d{1,6})?Z)?)?$", examples=["2026-11-27"])]
_Key = Annotated[str, Header(pattern=r"^[\x21-\x7e]{0,255}$", description="Makes a repeated submission return the same case.")]

GUARDED = documented(401, 403, 404)
CHANGES = documented(401, 403, 404, 409)


def actor_of(identity: Identity) -> Actor:
    """Return who acts, as cases know him."""
    return Actor(identity.user_id, identity.organisation_id, identity.role, current_request_id() or "")


def shown(desk: Desk, case: Case, actor: Actor) -> dict[str, Any]:
    """Return a case in full, as its reader may see it."""
    with desk.database.reading() as connection:
        return case_view(connection, case, actor, desk.now())


def router(desk: Desk) -> APIRouter:
    """Return the routes."""
    routes = APIRouter(prefix="/v1", tags=["cases"])
    _reading(routes, desk)
    _changing(routes, desk)
    return routes


def _reading(routes: APIRouter, desk: Desk) -> None:
    @routes.get("/cases", response_model=CasesOut, response_model_exclude_unset=True, responses=documented(401, 403))
    def listing(
        asker: Asker,
        state: Annotated[list[State] | None, Query(max_length=7)] = None,
        outcome: _Word = "",
        category: _Word = "",
        destination: _Word = "",
        organisation_id: _Word = "",
        q: Annotated[Text, Query(max_length=500, description="Words that must all occur.")] = "",
        since: _Stamp = "",
        before: _Stamp = "",
        cursor: Cursor = "",
        limit: Limit = 50,
    ) -> dict[str, Any]:
        """List cases, newest first: one's organisation's own for exporters, all for officers."""
        actor = actor_of(asker)
        wanted = Filters(
            organisation_id=actor.scope or organisation_id,
            states=tuple(state or ()),
            outcome=outcome,
            category=category,
            destination=destination,
            words=q,
            since=since,
            before=before,
        )
        with desk.database.reading() as connection:
            if actor.scope and organisation_id not in ("", actor.scope):
                return {"items": [], "next": None}
            found, after = list_cases(connection, wanted, cursor, limit)
        return {"items": [summary(case, actor, desk.now()) for case in found], "next": after}

    @routes.get("/cases/{case_id}", response_model=CaseOut, response_model_exclude_unset=True, responses=GUARDED)
    def one(case_id: CaseId, asker: Asker) -> dict[str, Any]:
        """Return a case in full."""
        actor = actor_of(asker)
        with desk.database.reading() as connection:
            return case_view(connection, find_case(connection, case_id, actor.scope), actor, desk.now())

    @routes.get("/cases/{case_id}/events", response_model=EventsOut, responses=GUARDED)
    def events(case_id: CaseId, asker: Asker) -> dict[str, Any]:
        """Return what happened to a case, in order."""
        actor = actor_of(asker)
        with desk.database.reading() as connection:
            return {"items": events_view(connection, find_case(connection, case_id, actor.scope), actor)}


def _changing(routes: APIRouter, desk: Desk) -> None:
    created: dict[int | str, dict[str, Any]] = {200: {"description": "The case that this key was used for before.", "model": CaseOut}}

    @routes.post(
        "/cases", status_code=201, response_model=CaseOut, response_model_exclude_unset=True, responses=created | documented(401, 403, 409)
    )
    def new(request: CaseRequest, asker: Asker, response: Response, idempotency_key: _Key = "") -> dict[str, Any]:
        """Assess a product and keep the case."""
        actor = actor_of(asker)
        content = request.model_dump()
        submission = Submission(**(content | {"parties": tuple(content["parties"])}))
        case, is_new = submit(desk, actor, submission, idempotency_key)
        response.headers["location"] = f"/v1/cases/{case.id}"
        response.status_code = 201 if is_new else 200
        return shown(desk, case, actor)

    @routes.post("/cases/{case_id}/request-review", response_model=CaseOut, response_model_exclude_unset=True, responses=CHANGES)
    def ask_for_review(case_id: CaseId, request: VersionedRequest, asker: Asker) -> dict[str, Any]:
        """Ask for an officer's determination of a case that the model decided."""
        actor = actor_of(asker)
        return shown(desk, request_review(desk, actor, case_id, request.version, request.comment), actor)

    @routes.post("/cases/{case_id}/answer", response_model=CaseOut, response_model_exclude_unset=True, responses=CHANGES)
    def give_answer(case_id: CaseId, request: AnswerRequest, asker: Asker) -> dict[str, Any]:
        """Answer the open question of a case."""
        actor = actor_of(asker)
        return shown(desk, answer(desk, actor, case_id, request.version, request.answer), actor)

    @routes.post("/cases/{case_id}/withdraw", response_model=CaseOut, response_model_exclude_unset=True, responses=CHANGES)
    def take_back(case_id: CaseId, request: VersionedRequest, asker: Asker) -> dict[str, Any]:
        """Withdraw a case that is not determined."""
        actor = actor_of(asker)
        return shown(desk, withdraw(desk, actor, case_id, request.version, request.comment), actor)

    @routes.post("/cases/{case_id}/reopen", response_model=CaseOut, response_model_exclude_unset=True, responses=CHANGES)
    def take_up(case_id: CaseId, request: VersionedRequest, asker: Asker) -> dict[str, Any]:
        """Take a closed case up again; the comment says why."""
        actor = actor_of(asker)
        return shown(desk, reopen(desk, actor, case_id, request.version, request.comment), actor)

    @routes.post("/cases/{case_id}/redact", response_model=CaseOut, response_model_exclude_unset=True, responses=CHANGES)
    def remove_texts(case_id: CaseId, request: VersionedRequest, asker: Asker) -> dict[str, Any]:
        """Remove every text of a closed case for good; the comment says why."""
        actor = actor_of(asker)
        return shown(desk, redact(desk, actor, case_id, request.version, request.comment), actor)
