"""Signing in and out, and one's own password."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from data.errors import LoginFailed, LoginLocked, WeakPassword
from serve.accounts.authenticate import Asker, session_token
from serve.accounts.identify import identify_by_session, require_same_site
from serve.accounts.login import change_own_password, log_in, log_out
from serve.accounts.session_routes import TheGate, clear_session, set_session
from serve.web.complaints import complaint
from serve.web.forms import Posted, text_in
from serve.web.languages import N_
from serve.web.navigation import home_of, own_path
from serve.web.pages import Pages
from serve.web.visitor import TheVisitor


def router(pages: Pages) -> APIRouter:
    """Return the routes."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/sign-in")
    def form(visitor: TheVisitor, next: str = "") -> Response:  # noqa: A002 - the name of the field
        """Show the form."""
        if visitor.identity is not None:
            return pages.go(visitor, own_path(next, home_of(visitor.identity.role)))
        return pages.show(visitor, "sign_in.html.j2", name="", next=own_path(next, ""), error="", single_sign_on=pages.single_sign_on)

    @routes.post("/sign-in")
    def sign_in(visitor: TheVisitor, posted: Posted, request: Request, gate: TheGate) -> Response:
        """Sign in and go to where one wanted to go, or to where one's work begins."""
        require_same_site(request.headers.get("sec-fetch-site"))
        name, then = text_in(posted, "name", 320).strip(), own_path(text_in(posted, "next", 2_000), "")
        try:
            _, token = log_in(gate, name, text_in(posted, "password", 1_000), session_token(request))
        except (LoginFailed, LoginLocked) as error:
            status = 429 if isinstance(error, LoginLocked) else 401
            shown = {"name": name, "next": then, "error": complaint(visitor.language, error), "single_sign_on": pages.single_sign_on}
            return pages.show(visitor, "sign_in.html.j2", status, **shown)
        response = pages.go(visitor, then or home_of(identify_by_session(gate, token).role), "signed-in")
        set_session(response, gate, token)
        return response

    @routes.post("/sign-out")
    def sign_out(visitor: TheVisitor, request: Request, asker: Asker, gate: TheGate) -> Response:
        """Sign out."""
        response = pages.go(visitor, "/", "signed-out")
        token = session_token(request)
        if token and asker.via == "session":
            log_out(gate, token)
            clear_session(response, gate)
        return response

    @routes.get("/password")
    def password_form(visitor: TheVisitor) -> Response:
        """Show the form for a new password."""
        return pages.show(visitor, "password.html.j2", wrong_current="", wrong_new="")

    @routes.post("/password")
    def password(visitor: TheVisitor, posted: Posted, request: Request, asker: Asker, gate: TheGate) -> Response:
        """Change one's own password."""
        token = session_token(request) if asker.via == "session" else None
        current, new = text_in(posted, "current", 1_000), text_in(posted, "new", 1_000)
        try:
            change_own_password(gate, asker.user_id, current, new, token)
        except WeakPassword as error:
            return pages.show(visitor, "password.html.j2", 422, wrong_current="", wrong_new=complaint(visitor.language, error))
        except (LoginFailed, LoginLocked):
            return pages.show(visitor, "password.html.j2", 422, wrong_current=N_("This is not your current password."), wrong_new="")
        return pages.go(visitor, home_of(asker.role), "password-changed")

    return routes
