"""One log line and one count per request, and the last line of defence: a bug becomes a 500 that reveals nothing."""

import asyncio
import time
from collections.abc import Callable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from data.errors import ServiceStopping
from serve.operations.logs import logger
from serve.operations.metrics import Metrics
from serve.problems import internal_error, problem_of, send_problem

UNMATCHED = "unmatched"
QUIET = frozenset({"/healthz", "/readyz", "/metrics"})
"""Asked every few seconds by machines: logged at debug level only."""

_STOPPED_RETRY_SECONDS = 5
_CLIENT_LEFT = 499
"""Counted when the caller went away before an answer; never sent."""


def route_template(scope: Scope) -> str:
    """Return the template of the route that answered, `/v1/cases/{case_id}`; `unmatched` when there was none.

    A route that came with an included router knows the end of its template only; what stands before it in the path is
    literal, and any value of a path parameter in it is written as the parameter.
    """
    template = getattr(scope.get("route"), "path", None)
    if not isinstance(template, str):
        return _template_without_route(scope)
    path = str(scope["path"]).split("/")
    suffix = template.split("/")[1:]
    names = {str(value): name for name, value in scope.get("path_params", {}).items() if f"{{{name}" not in template}
    prefix = path[1 : max(1, len(path) - len(suffix))] if ":path}" not in template else []
    return "/" + "/".join([*(f"{{{names[part]}}}" if part in names else part for part in prefix), *suffix])


def _template_without_route(scope: Scope) -> str:
    """Return the path of the OpenAPI document, or what a mounted folder is called; neither is an API route."""
    if scope["path"] == getattr(scope.get("app"), "openapi_url", None):
        return str(scope["path"])
    mounted = str(scope.get("root_path", "")).removeprefix(str(scope.get("app_root_path", "")))
    return f"{mounted}/{{path}}" if mounted and "endpoint" in scope else UNMATCHED


class Access:
    """ASGI middleware: logs method, route template, status and duration, and counts them. Never a path, a query or a body."""

    def __init__(self, app: ASGIApp, metrics: Metrics, tick: Callable[[], float] = time.perf_counter) -> None:
        self._app = app
        self._metrics = metrics
        self._tick = tick
        self._log = logger("requests")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request and keep account of it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = 0
        start = self._tick()

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        with self._metrics.in_flight.track_inprogress():
            try:
                await self._app(scope, receive, noted)
            except asyncio.CancelledError:
                # A stop waits no longer. The server would answer with words of its own; what is cancelled stays cancelled.
                if not status:
                    await send_problem(noted, problem_of(ServiceStopping()), {"retry-after": str(_STOPPED_RETRY_SECONDS)})
                raise
            except Exception:
                # Not raised again: the server would log the message of the exception, which may quote what was sent.
                self._log.error("failed", method=scope["method"], route=route_template(scope), exc_info=True)
                if not status:
                    await send_problem(noted, internal_error())
            finally:
                self._account(scope, status or _CLIENT_LEFT, self._tick() - start)

    def _account(self, scope: Scope, status: int, seconds: float) -> None:
        method, route = scope["method"], route_template(scope)
        self._metrics.answered(method, route, status, seconds)
        write = self._log.debug if route in QUIET else self._log.info
        write("request", method=method, route=route, status=status, duration_ms=round(seconds * 1000, 1))
