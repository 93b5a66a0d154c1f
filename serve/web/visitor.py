"""Who looks at a page, and how: identity if any, language, theme, and the message that waits for the next page."""

from contextlib import suppress
from dataclasses import dataclass
from typing import Annotated, Literal, get_args
from urllib.parse import quote

from fastapi import Depends, Request
from starlette.concurrency import run_in_threadpool

from data.errors import NotAuthenticated, StoreError
from serve.accounts.authenticate import gate_in, session_token
from serve.accounts.identify import identify_by_session
from serve.accounts.identity import Identity, Role
from serve.accounts.tokens import csrf_token
from serve.web.flash import COOKIE as FLASH_COOKIE
from serve.web.languages import Language, language_of

Theme = Literal["auto", "light", "dark"]
THEMES: tuple[Theme, ...] = get_args(Theme)
LANGUAGE_COOKIE = "catchall-language"
THEME_COOKIE = "catchall-theme"


@dataclass(frozen=True)
class Visitor:
    """Whom a page is made for.

    Attributes:
        identity: who it is; None: not signed in.
        csrf: what every form must send back; empty when nobody is signed in with a session.
        path: of the page, with its query.
        secure: whether cookies are for https only.
        flash: name of the message that waits.
    """

    identity: Identity | None
    csrf: str
    language: Language
    theme: Theme
    path: str
    secure: bool
    flash: str | None

    @property
    def role(self) -> Role | None:
        """Return the role; None: not signed in."""
        return self.identity.role if self.identity else None


async def _identity(request: Request) -> Identity | None:
    known: Identity | None = getattr(request.state, "identity", None)
    token = session_token(request)
    if known is None and token is not None:
        # A public page is shown to everybody, also when a session is over or the store does not answer.
        with suppress(NotAuthenticated, StoreError):
            known = await run_in_threadpool(identify_by_session, gate_in(request), token)
    return known


def _visitor(request: Request, identity: Identity | None) -> Visitor:
    token = session_token(request)
    theme = request.cookies.get(THEME_COOKIE)
    query = f"?{request.url.query}" if request.url.query else ""
    return Visitor(
        identity=identity,
        csrf=csrf_token(token) if token and identity and identity.via == "session" else "",
        language=language_of(request.cookies.get(LANGUAGE_COOKIE), request.headers.get("accept-language", "")),
        theme=theme if theme in THEMES else "auto",
        path=quote(request.url.path) + query,
        secure=gate_in(request).secure,
        flash=request.cookies.get(FLASH_COOKIE),
    )


async def visitor_of(request: Request) -> Visitor:
    """Return who looks at a page; never fails."""
    return _visitor(request, await _identity(request))


def stranger(request: Request) -> Visitor:
    """Return the visitor without asking the store: for pages shown when it must not be asked."""
    return _visitor(request, getattr(request.state, "identity", None))


TheVisitor = Annotated[Visitor, Depends(visitor_of)]
"""The parameter of every handler that shows a page."""
