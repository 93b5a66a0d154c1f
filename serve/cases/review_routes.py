"""The routes of review, for officers: the queue, claims, decisions, precedents."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from data.errors import CatchallError
from serve.accounts.authenticate import Asker
from serve.cases import claims
from serve.cases.answers import BulkOut, CaseOut, CasePrecedentsOut, CasesOut, ReviewPolicyOut
from serve.cases.decide import BulkItem, Decision, decide, decide_bulk
from serve.cases.desk import Desk
from serve.cases.precedents import Precedents
from serve.cases.routes import CHANGES, GUARDED, CaseId, Cursor, Limit, actor_of, shown
from serve.cases.schemas import AssignRequest, BulkDecisionRequest, DecisionRequest
from serve.cases.views import summary
from serve.problems import problem_of, status_of
from serve.schemas import documented
from serve.store.cases import Filters, find_case, list_cases
from serve.store.queue import list_queue


def router(desk: Desk, precedents: Precedents) -> APIRouter:
    """Return the routes."""
    routes = APIRouter(prefix="/v1", tags=["review"])
    _reading(routes, desk, precedents)
    _claiming(routes, desk)
    _deciding(routes, desk)
    return routes


def _reading(routes: APIRouter, desk: Desk, precedents: Precedents) -> None:
    @routes.get("/review/policy", response_model=ReviewPolicyOut, responses=documented(401, 403))
    def policy() -> dict[str, Any]:
        """Return the review policy: deadlines, what needs four eyes, reason codes."""
        return desk.policy.as_json()

    @routes.get("/review/queue", response_model=CasesOut, response_model_exclude_unset=True, responses=documented(401, 403))
    def queue(
        asker: Asker,
        mine: Annotated[bool, Query(description="Only cases that you may decide.")] = False,
        cursor: Cursor = "",
        limit: Limit = 50,
    ) -> dict[str, Any]:
        """List the cases that wait for an officer, most urgent first."""
        actor = actor_of(asker)
        with desk.database.reading() as connection:
            found, after = list_queue(connection, cursor, limit, actor.user_id if mine else "", actor.organisation_id)
        return {"items": [summary(case, actor, desk.now()) for case in found], "next": after}

    @routes.get("/cases/{case_id}/precedents", response_model=CasePrecedentsOut, responses=GUARDED)
    def like_cases(case_id: CaseId, k: Annotated[int, Query(ge=1, le=20)] = 5) -> dict[str, Any]:
        """Return the determined cases and corpus descriptions nearest in meaning, with outcome and reason."""
        return precedents.of_case(case_id, k)

    @routes.get("/cases/{case_id}/identical", response_model=CasesOut, response_model_exclude_unset=True, responses=GUARDED)
    def identical(case_id: CaseId, asker: Asker, cursor: Cursor = "", limit: Limit = 50) -> dict[str, Any]:
        """List the cases with the same description, the case itself among them: what a bulk decision may hold."""
        actor = actor_of(asker)
        with desk.database.reading() as connection:
            wanted = Filters(text_hash=find_case(connection, case_id).text_hash or "redacted")
            found, after = list_cases(connection, wanted, cursor, limit)
        return {"items": [summary(case, actor, desk.now()) for case in found], "next": after}


def _claiming(routes: APIRouter, desk: Desk) -> None:
    @routes.post("/review/claim", response_model=CaseOut, response_model_exclude_unset=True, responses=GUARDED)
    def claim_next(asker: Asker) -> dict[str, Any]:
        """Take the most urgent case that you may decide and nobody holds; 404 when there is none."""
        actor = actor_of(asker)
        return shown(desk, claims.claim_next(desk, actor), actor)

    @routes.post("/cases/{case_id}/claim", response_model=CaseOut, response_model_exclude_unset=True, responses=CHANGES)
    def claim(case_id: CaseId, asker: Asker) -> dict[str, Any]:
        """Take a case; 409 when another officer holds it."""
        actor = actor_of(asker)
        return shown(desk, claims.claim(desk, actor, case_id), actor)

    @routes.post("/cases/{case_id}/renew", response_model=CaseOut, response_model_exclude_unset=True, responses=CHANGES)
    def renew(case_id: CaseId, asker: Asker) -> dict[str, Any]:
        """Prolong your claim."""
        actor = actor_of(asker)
        return shown(desk, claims.renew(desk, actor, case_id), actor)

    @routes.post("/cases/{case_id}/release", response_model=CaseOut, response_model_exclude_unset=True, responses=CHANGES)
    def release(case_id: CaseId, asker: Asker) -> dict[str, Any]:
        """Give a case back into the queue."""
        actor = actor_of(asker)
        return shown(desk, claims.release(desk, actor, case_id), actor)

    @routes.post("/cases/{case_id}/assign", response_model=CaseOut, response_model_exclude_unset=True, responses=CHANGES)
    def assign(case_id: CaseId, request: AssignRequest, asker: Asker) -> dict[str, Any]:
        """Hand a case to an officer."""
        actor = actor_of(asker)
        return shown(desk, claims.assign(desk, actor, case_id, request.officer_id), actor)


def _decision(request: DecisionRequest | BulkDecisionRequest) -> Decision:
    return Decision(request.action, tuple(request.categories), request.reason_code, request.comment, request.question)


def _deciding(routes: APIRouter, desk: Desk) -> None:
    @routes.post("/cases/{case_id}/decide", response_model=CaseOut, response_model_exclude_unset=True, responses=CHANGES)
    def decide_one(case_id: CaseId, request: DecisionRequest, asker: Asker) -> dict[str, Any]:
        """Decide a case, or ask the exporter. Sent twice, it counts once."""
        actor = actor_of(asker)
        return shown(desk, decide(desk, actor, case_id, request.version, _decision(request)), actor)

    @routes.post("/review/decide", response_model=BulkOut, response_model_exclude_unset=True, responses=GUARDED)
    def decide_many(request: BulkDecisionRequest, asker: Asker) -> dict[str, Any]:
        """Decide cases with the same description alike; each item has its own result."""
        actor = actor_of(asker)
        items = [BulkItem(item.case_id, item.version) for item in request.items]
        results = decide_bulk(desk, actor, items, _decision(request))
        told: list[dict[str, Any]] = []
        for item, result in zip(items, results, strict=True):
            if isinstance(result, CatchallError):
                told.append({"case_id": item.case_id, "status": status_of(result), "error": problem_of(result)})
            else:
                told.append({"case_id": item.case_id, "status": 200, "case": summary(result, actor, desk.now())})
        return {"items": told, "failed": sum(each["status"] != 200 for each in told)}
