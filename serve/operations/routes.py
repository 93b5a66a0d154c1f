"""The routes of operations: alive, ready, figures, and the documents."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, Literal

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST
from pydantic import BaseModel

from data.errors import NotReady
from serve.operations.documents import STYLE, documents_page
from serve.operations.health import Readiness
from serve.operations.metrics import Metrics
from serve.schemas import documented


class Alive(BaseModel):
    """The process runs."""

    status: Literal["ok"] = "ok"


class Ready(BaseModel):
    """Every part works."""

    status: Literal["ready"] = "ready"
    release: str


def router(readiness: Readiness, metrics: Metrics, release: str, openapi: Callable[[], dict[str, Any]]) -> APIRouter:
    """Return the routes; `openapi` gives the document that `/docs` shows."""
    routes = APIRouter()

    @routes.get("/healthz", tags=["operations"])
    def healthz() -> Alive:
        """Say that the process is alive. Restart it when this fails."""
        return Alive()

    @routes.get("/readyz", tags=["operations"], responses=documented(503))
    def readyz() -> Ready:
        """Say whether a request would be answered: a short text is classified, the database is asked. Send no traffic while this fails."""
        failed = [name for name, works in readiness.parts().items() if not works]
        if failed:
            raise NotReady(parts=", ".join(f"{name} does not work" for name in failed), failed=failed)
        return Ready(release=release)

    @routes.get("/metrics", tags=["operations"], response_class=Response, responses={200: {"content": {"text/plain": {}}}})
    def figures() -> Response:
        """Return the figures of this process in the text format of Prometheus."""
        return Response(metrics.page(), media_type=CONTENT_TYPE_LATEST)

    @lru_cache(maxsize=1)
    def page() -> str:
        return documents_page(openapi())

    @routes.get("/docs", include_in_schema=False)
    def docs() -> HTMLResponse:
        return HTMLResponse(page())

    @routes.get("/docs/style.css", include_in_schema=False)
    def style() -> Response:
        return Response(STYLE, media_type="text/css")

    return routes
