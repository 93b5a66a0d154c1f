"""The routes of logging in and out, and of the first administrator."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from serve.accounts.authenticate import Asker, gate_in, session_token
from serve.accounts.gate import Gate
from serve.accounts.identify import identify_by_session, require_same_site
from serve.accounts.login import change_own_password, log_in, log_out
from serve.accounts.schemas import LoginIn, PasswordChangeIn, SetupIn, UserOut, WhoOut
from serve.accounts.setup import use_token
from serve.accounts.tokens import csrf_token
from serve.schemas import documented

TheGate = Annotated[Gate, Depends(gate_in)]


def set_session(response: Response, gate: Gate, token: str) -> None:
    """Give the browser its session. It ends with the browser; the server ends it earlier."""
    response.set_cookie(gate.cookie, token, path="/", secure=gate.secure, httponly=True, samesite="lax")


def clear_session(response: Response, gate: Gate) -> None:
    """Take the browser's session away."""
    response.delete_cookie(gate.cookie, path="/", secure=gate.secure, httponly=True, samesite="lax")


def router() -> APIRouter:
    """Return the routes."""
    routes = APIRouter(prefix="/v1", tags=["accounts"])

    @routes.post("/setup", status_code=201, responses=documented(401, 409))
    def setup(body: SetupIn, gate: TheGate) -> UserOut:
        """Make the first administrator with the token that the service printed at its start."""
        return UserOut.of(use_token(gate, body.token, body.organisation, body.name, body.password))

    @routes.post("/session", responses=documented(401, 403))
    def login(body: LoginIn, request: Request, response: Response, gate: TheGate) -> WhoOut:
        """Log in. The answer sets the session cookie; its `csrf_token` is needed for every change."""
        require_same_site(request.headers.get("sec-fetch-site"))
        _, token = log_in(gate, body.name, body.password, session_token(request))
        set_session(response, gate, token)
        return WhoOut.of(identify_by_session(gate, token), csrf_token(token))

    @routes.get("/session")
    def who(request: Request, asker: Asker) -> WhoOut:
        """Say who is asking, and with a browser session its `csrf_token`."""
        token = session_token(request)
        return WhoOut.of(asker, csrf_token(token) if token and asker.via == "session" else None)

    @routes.delete("/session", status_code=204)
    def logout(request: Request, response: Response, asker: Asker, gate: TheGate) -> None:
        """Log out. With a key there is nothing to end."""
        token = session_token(request)
        if token and asker.via == "session":
            log_out(gate, token)
            clear_session(response, gate)

    @routes.put("/session/password", status_code=204)
    def change_password(body: PasswordChangeIn, request: Request, asker: Asker, gate: TheGate) -> None:
        """Change one's own password. Every other session of the user ends."""
        token = session_token(request) if asker.via == "session" else None
        change_own_password(gate, asker.user_id, body.current, body.new, token)

    return routes
