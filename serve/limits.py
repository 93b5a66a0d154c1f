"""A bound on the request body, enforced while it arrives, whatever Content-Length claims."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from data.errors import BodyTooLarge
from serve.problems import problem_of, send_problem


class BodyLimit:
    """ASGI middleware: answers 413 as soon as a body is over the limit."""

    def __init__(self, app: ASGIApp, limit: int) -> None:
        self._app = app
        self._limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with its body read, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        declared = dict(scope["headers"]).get(b"content-length", b"0")
        body = bytearray()
        over = declared.isdigit() and int(declared) > self._limit
        more = not over
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            body += message.get("body", b"")
            more = message.get("more_body", False)
            if len(body) > self._limit:
                over, more = True, False
        if over:
            await send_problem(send, problem_of(BodyTooLarge(limit=self._limit)), {"connection": "close"})
            return
        sent = False

        async def replay() -> Message:
            nonlocal sent
            if sent:
                return await receive()
            sent = True
            return {"type": "http.request", "body": bytes(body), "more_body": False}

        await self._app(scope, replay, send)
