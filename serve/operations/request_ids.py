"""Every request has an id: the caller's when it is sane, else a new one; in the answer's header, every problem and every log line."""

import re
import uuid
from contextvars import ContextVar

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bound_contextvars

HEADER = "x-request-id"
_SANE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_current: ContextVar[str | None] = ContextVar("request_id", default=None)


def current_request_id() -> str | None:
    """Return the id of the request being answered, in whatever thread; None outside a request."""
    return _current.get()


def accepted(proposed: str | None) -> str:
    """Return the caller's id when it is 1 to 64 letters, digits, dots, dashes or underscores, else a new one.

    Anything else could forge a log line or a header.
    """
    return proposed if proposed is not None and _SANE.fullmatch(proposed) else uuid.uuid4().hex


class RequestIds:
    """ASGI middleware: gives each request its id. The outermost layer, so that every answer carries one."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request under its id."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = accepted(Headers(scope=scope).get(HEADER))
        token = _current.set(request_id)

        async def with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)[HEADER] = request_id
            await send(message)

        try:
            with bound_contextvars(request_id=request_id):
                await self._app(scope, receive, with_id)
        finally:
            _current.reset(token)
