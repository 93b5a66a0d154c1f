"""Error pages: what a browser sees where a program sees problem details. A layer, so that refusals of other layers are covered too."""

import json
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from starlette.datastructures import Headers
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from serve.problems import MEDIA_TYPE
from serve.web.languages import N_
from serve.web.pages import Pages
from serve.web.told import told
from serve.web.visitor import stranger, visitor_of

_HEADINGS: dict[int, tuple[str, str]] = {
    400: (N_("This request cannot be read"), N_("Go back and try again.")),
    401: (N_("Please sign in"), N_("Your session is over or you are not signed in. Nothing was changed.")),
    403: (N_("You may not do this"), N_("Your role does not cover it. An administrator can change your role.")),
    404: (N_("There is nothing here"), N_("The address is wrong, the page is gone, or it is not yours to see.")),
    405: (N_("This address does not take that"), N_("Go back and try again.")),
    409: (N_("It has changed in the meantime"), N_("Nothing was changed. Load the page again and look at it as it is now.")),
    413: (N_("That is too large"), N_("Send the part that describes the product.")),
    422: (N_("Something in the form cannot be used"), N_("Go back; what you wrote is still there.")),
    429: (N_("Too many requests"), N_("Wait a little, then load the page again.")),
    500: (N_("Something failed on our side"), N_("It was logged. Nothing of what you sent is in the log.")),
    503: (N_("Too busy at the moment"), N_("Nothing was changed. Try again in a few seconds.")),
}
_WITHOUT_STORE = (413, 429, 503)
"""Refusals that must cost nothing: the store is not asked who it is."""
_MOST = 1_000_000


def wants_page(scope: Scope) -> bool:
    """Return whether the one who asks is a browser that shows pages."""
    return scope["type"] == "http" and "text/html" in Headers(scope=scope).get("accept", "")


class ErrorPages:
    """ASGI middleware: turns problem details into a page for those who want one."""

    def __init__(self, app: ASGIApp, pages: Pages) -> None:
        self._app = app
        self._pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer; a problem becomes a page."""
        if not wants_page(scope):
            await self._app(scope, receive, send)
            return
        start: Message | None = None
        body = bytearray()

        async def paged(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start" and Headers(raw=message["headers"]).get("content-type") == MEDIA_TYPE:
                start = message
            elif start is None:
                await send(message)
            else:
                body.extend(message.get("body", b"")[: _MOST - len(body)])
                if not message.get("more_body", False):
                    response = await self._page(Request(scope), start, json.loads(bytes(body)))
                    await response(scope, receive, send)

        await self._app(scope, receive, paged)

    async def _page(self, request: Request, start: Message, problem: dict[str, Any]) -> Response:
        status = int(start["status"])
        visitor = stranger(request) if status in _WITHOUT_STORE else await visitor_of(request)
        if status == 401 and request.method == "GET":
            return RedirectResponse(f"/sign-in?{urlencode({'next': visitor.path})}", 303)
        heading, remedy = _HEADINGS.get(status, _HEADINGS[500])
        said = told(visitor.language, str(problem.get("type", "")).rpartition(":")[2], str(problem.get("detail", "")))
        shown = {"code": status, "heading": heading, "remedy": remedy, "problem": problem, "said": said}
        response = self._pages.show(visitor, "error.html.j2", status, **shown)
        if retry := Headers(raw=start["headers"]).get("retry-after"):
            response.headers["retry-after"] = retry
        return response
