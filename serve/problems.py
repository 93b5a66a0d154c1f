"""Errors on the wire: one table from error class to status, one JSON shape (RFC 9457 problem+json)."""

import json
import re
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.types import Send

from data.errors import (
    AccessError,
    BackupError,
    BlankText,
    BodyTooLarge,
    CaseError,
    CaseNotFound,
    CatchallError,
    ConfigurationError,
    ControlsInvalid,
    CorpusInvalid,
    DuplicateId,
    InferenceFailed,
    InputError,
    LastAdministrator,
    LoginLocked,
    NameTaken,
    NotAuthenticated,
    NotEligible,
    NotFound,
    NotReady,
    ProviderUnavailable,
    QueueEmpty,
    ReleaseError,
    RuleMissing,
    SecretSealed,
    ServiceBusy,
    ServiceStopping,
    SetupOver,
    StoreConflict,
    StoreError,
    TaxonomyInvalid,
    TextTooLong,
    TooManyRequests,
    WebhookError,
)
from serve.operations.request_ids import current_request_id

STATUS: dict[type[CatchallError], int] = {
    BlankText: 422,
    TextTooLong: 413,
    DuplicateId: 422,
    InputError: 422,
    InferenceFailed: 500,
    ServiceBusy: 503,
    ServiceStopping: 503,
    TooManyRequests: 429,
    BodyTooLarge: 413,
    NotReady: 503,
    BackupError: 500,
    ReleaseError: 503,
    AccessError: 403,
    NotAuthenticated: 401,
    LoginLocked: 429,
    RuleMissing: 500,
    NotFound: 404,
    NameTaken: 409,
    LastAdministrator: 409,
    SetupOver: 409,
    ProviderUnavailable: 503,
    StoreError: 503,
    StoreConflict: 409,
    CaseError: 409,
    CaseNotFound: 404,
    QueueEmpty: 404,
    NotEligible: 403,
    WebhookError: 409,
    SecretSealed: 500,
    ConfigurationError: 500,
    ControlsInvalid: 500,
    CorpusInvalid: 500,
    TaxonomyInvalid: 500,
}
"""The nearest listed ancestor decides."""

MEDIA_TYPE = "application/problem+json"


def slug(name: str) -> str:
    """Return `BlankText` as `blank-text`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", name).lower()


def status_of(error: CatchallError) -> int:
    """Return the HTTP status of an error."""
    return next(STATUS[cls] for cls in type(error).__mro__ if cls in STATUS)


def problem(status: int, name: str, title: str, detail: str, errors: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    """Return problem details as JSON types."""
    content: dict[str, Any] = {"type": f"urn:catchall:problem:{name}", "title": title, "status": status, "detail": detail}
    return content | ({"errors": errors} if errors else {})


def problem_of(error: CatchallError) -> dict[str, Any]:
    """Return the problem details of a domain error."""
    name = type(error).__name__
    content = problem(status_of(error), slug(name), slug(name).replace("-", " ").capitalize(), str(error))
    # What the thing is like now, so that whoever saw an older state can go on from it.
    return content | ({"current": error.data["current"]} if "current" in error.data else {})


def internal_error() -> dict[str, Any]:
    """Return the problem details of a failure nobody foresaw; they say nothing about it, the log does."""
    return problem(500, "internal-error", "Internal error", "The request failed on our side; it was logged.")


def _with_request_id(content: dict[str, Any]) -> dict[str, Any]:
    request_id = current_request_id()
    return content | ({"request_id": request_id} if request_id else {})


async def send_problem(send: Send, content: dict[str, Any], headers: Mapping[str, str] | None = None) -> None:
    """Answer with problem details from a layer in front of the application."""
    body = json.dumps(_with_request_id(content)).encode()
    lines = {"content-type": MEDIA_TYPE, "content-length": str(len(body))} | dict(headers or {})
    raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in lines.items()]
    await send({"type": "http.response.start", "status": content["status"], "headers": raw})
    await send({"type": "http.response.body", "body": body})


def _respond(content: dict[str, Any]) -> JSONResponse:
    return JSONResponse(_with_request_id(content), status_code=content["status"], media_type=MEDIA_TYPE)


def _field(location: tuple[Any, ...]) -> str:
    return ".".join(str(part) for part in location if part != "body") or "body"


def _fault(item: Mapping[str, Any]) -> dict[str, str]:
    """Return field and reason of one fault of a request."""
    if item["type"] == "json_invalid":  # its place is a character of the body, not a field
        return {"field": "body", "reason": f"not valid JSON: {item['ctx']['error']} (character {item['loc'][-1]})"}
    return {"field": _field(tuple(item["loc"])), "reason": item["msg"]}


def install(app: FastAPI) -> None:
    """Make every error of the application problem+json, with no description text in it."""

    @app.exception_handler(CatchallError)
    def _domain(_: Request, error: CatchallError) -> JSONResponse:
        response = _respond(problem_of(error))
        if "retry_after" in error.data:
            response.headers["retry-after"] = str(error.data["retry_after"])
        if response.status_code == 401:
            response.headers["www-authenticate"] = "Bearer"
        return response

    @app.exception_handler(RequestValidationError)
    def _invalid(_: Request, error: RequestValidationError) -> JSONResponse:
        errors = [_fault(item) for item in error.errors()]
        detail = "; ".join(f"{item['field']}: {item['reason']}" for item in errors[:5])
        return _respond(problem(422, "invalid-request", "Invalid request", detail, errors[:50]))

    @app.exception_handler(HTTPException)
    def _http(_: Request, error: HTTPException) -> JSONResponse:
        detail = str(error.detail)
        response = _respond(problem(error.status_code, slug(detail.title().replace(" ", "")), detail, detail))
        response.headers.update(error.headers or {})
        return response
