"""A bound on the request body, enforced while it arrives, whatever Content-Length claims."""

import json

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from serve.problems import MEDIA_TYPE, problem


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
            await self._refuse(send)
            return
        sent = False

        async def replay() -> Message:
            nonlocal sent
            if sent:
                return await receive()
            sent = True
            return {"type": "http.request", "body": bytes(body), "more_body": False}

        await self._app(scope, replay, send)

    async def _refuse(self, send: Send) -> None:
        detail = f"The request body is larger than {self._limit} bytes."
        content = json.dumps(problem(413, "body-too-large", "Body too large", detail)).encode()
        headers = [(b"content-type", MEDIA_TYPE.encode()), (b"content-length", str(len(content)).encode()), (b"connection", b"close")]
        await send({"type": "http.response.start", "status": 413, "headers": headers})
        await send({"type": "http.response.body", "body": content})
