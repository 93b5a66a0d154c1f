"""The routes of logging in through an identity provider."""

import base64
import json
from dataclasses import asdict, dataclass
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from data.errors import NotAllowed, ProviderFailed, StoreConflict
from serve.accounts.authenticate import session_token
from serve.accounts.gate import Gate
from serve.accounts.login import open_session
from serve.accounts.oidc import CALLBACK, Provider, Subject
from serve.accounts.record import record
from serve.accounts.session_routes import TheGate, set_session
from serve.accounts.tokens import new_token, same
from serve.clock import stamp
from serve.schemas import documented
from serve.store.accounts import User, add_subject, subjects_of, user_by_name, user_of_subject

FLOW_SECONDS = 600
HOME = "/"


@dataclass(frozen=True)
class Flow:
    """What one login remembers while the browser is at the provider."""

    state: str
    nonce: str
    verifier: str

    def as_cookie(self) -> str:
        """Return the flow as a cookie. It binds the answer to this browser; nothing in it is a secret from its user."""
        return base64.urlsafe_b64encode(json.dumps(asdict(self)).encode()).decode()

    @classmethod
    def from_cookie(cls, cookie: str | None) -> "Flow":
        """Return the flow of a cookie.

        Raises:
            ProviderFailed: there is none, or it is not one of ours.
        """
        try:
            return cls(**{name: str(value) for name, value in json.loads(base64.urlsafe_b64decode((cookie or "").encode())).items()})
        except (ValueError, TypeError, AttributeError) as error:
            raise ProviderFailed(reason="the login took too long or began in another browser") from error


def user_meant(gate: Gate, subject: Subject) -> User:
    """Return the user a provider means: the one it meant before or, the first time, the one named by the verified e-mail address.

    Raises:
        NotAllowed: there is no such user, it is disabled, or another person at the provider is this user already.
    """
    refusal = NotAllowed(reason="There is no active account for you here; ask an administrator")
    try:
        with gate.database.writing() as connection:
            user = user_of_subject(connection, subject.issuer, subject.subject)
            if user is None and subject.email is not None:
                user = user_by_name(connection, subject.email)
                # An address may pass to another person; the account does not.
                if user is not None and subjects_of(connection, user.id, subject.issuer):
                    user = None
                if user is not None and user.disabled_at is None:
                    add_subject(connection, subject.issuer, subject.subject, user.id, stamp(gate.clock()))
                    record(
                        connection, gate, user.id, user.organisation_id, "subject_linked", {"user_id": user.id, "issuer": subject.issuer}
                    )
    except StoreConflict as error:
        raise refusal from error
    if user is None or user.disabled_at is not None:
        raise refusal
    return user


def _flow_cookie(gate: Gate) -> str:
    return f"{gate.cookie}-oidc"


def router(provider: Provider) -> APIRouter:
    """Return the routes around a provider."""
    routes = APIRouter(tags=["accounts"])

    @routes.get("/v1/oidc/login", status_code=303, response_class=RedirectResponse, responses=documented(503))
    def login(gate: TheGate) -> Response:
        """Send the browser to the identity provider."""
        flow = Flow(new_token(), new_token(), new_token() + new_token())
        response = RedirectResponse(provider.authorization_url(flow.state, flow.nonce, flow.verifier), 303)
        response.set_cookie(
            _flow_cookie(gate), flow.as_cookie(), max_age=FLOW_SECONDS, path="/", secure=gate.secure, httponly=True, samesite="lax"
        )
        return response

    @routes.get(CALLBACK, status_code=303, response_class=RedirectResponse, responses=documented(403, 503))
    def callback(
        request: Request,
        gate: TheGate,
        state: Annotated[str, Query(max_length=500)],
        code: Annotated[str | None, Query(max_length=4_000)] = None,
    ) -> Response:
        """Take the browser back from the identity provider and log it in."""
        flow = Flow.from_cookie(request.cookies.get(_flow_cookie(gate)))
        if not same(flow.state, state):
            raise ProviderFailed(reason="the login began elsewhere")
        if code is None:
            raise ProviderFailed(reason="it sent no code")
        user = user_meant(gate, provider.subject_of(code, flow.verifier, flow.nonce))
        response = RedirectResponse(HOME, 303)
        set_session(response, gate, open_session(gate, user, session_token(request)))
        response.delete_cookie(_flow_cookie(gate), path="/", secure=gate.secure, httponly=True, samesite="lax")
        return response

    return routes
