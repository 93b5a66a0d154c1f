"""Dependencies of the routes: who is asking, and whether they may.

`enforce` stands in front of every route of the application and applies its rule, so no route can forget to ask. A handler
that needs to know who asks takes `Asker`.
"""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Depends, Request
from starlette.concurrency import run_in_threadpool

from data.errors import NotAllowed, NotAuthenticated, RuleMissing
from serve.accounts.gate import Gate
from serve.accounts.identify import identify_by_key, identify_by_session, require_csrf
from serve.accounts.identity import Identity, Role, Scope
from serve.accounts.rules import RULES, Rule

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
CSRF_HEADER = "x-csrf-token"
CSRF_FIELD = "csrf_token"
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


def gate_in(request: Request) -> Gate:
    """Return the gate of the application."""
    gate: Gate = request.app.state.gate
    return gate


def session_token(request: Request) -> str | None:
    """Return the token of the session cookie."""
    return request.cookies.get(gate_in(request).cookie)


def _bearer(request: Request) -> str | None:
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    return key.strip() if scheme.lower() == "bearer" and key.strip() else None


async def _shown_csrf(request: Request) -> str | None:
    if header := request.headers.get(CSRF_HEADER):
        return header
    if request.headers.get("content-type", "").lower().startswith(_FORMS):
        field = (await request.form()).get(CSRF_FIELD)
        return field if isinstance(field, str) else None
    return None


async def _identify(request: Request) -> Identity:
    gate = gate_in(request)
    if key := _bearer(request):
        return await run_in_threadpool(identify_by_key, gate, key)
    token = session_token(request)
    if token is None:
        raise NotAuthenticated
    identity = await run_in_threadpool(identify_by_session, gate, token)
    if request.method not in SAFE_METHODS:
        require_csrf(token, await _shown_csrf(request))
    return identity


async def current_identity(request: Request) -> Identity:
    """Return who is asking.

    Raises:
        NotAuthenticated: nobody is logged in and no valid key is shown.
        CsrfFailed: a change is asked for with a cookie, without the token of a page.
    """
    known: Identity | None = getattr(request.state, "identity", None)
    if known is None:
        known = request.state.identity = await _identify(request)
    return known


Asker = Annotated[Identity, Depends(current_identity)]
"""The parameter of a handler that needs to know who asks."""


def _rule_of(request: Request) -> Rule:
    route = (request.method, str(getattr(request.scope.get("route"), "path", request.url.path)))
    if route not in RULES:
        raise RuleMissing(route=" ".join(route))
    return RULES[route]


async def enforce(request: Request) -> None:
    """Apply the rule of the route.

    Raises:
        RuleMissing: the route has none.
        NotAuthenticated: nobody is logged in and no valid key is shown.
        NotAllowed: the role or the key's scope does not cover the route.
        CsrfFailed: a change is asked for with a cookie, without the token of a page.
    """
    rule = _rule_of(request)
    if rule.public and not (rule.login_optional and gate_in(request).require_login):
        return
    reason = rule.refusal(await current_identity(request))
    if reason is not None:
        raise NotAllowed(reason=reason)


def allow(*roles: Role, scope: Scope | None = None) -> Callable[[Identity], Awaitable[Identity]]:
    """Return a dependency that lets only some roles (none named: all) and scopes pass, beside the rule of the route."""
    rule = Rule(frozenset(roles), scope) if roles else Rule(scope=scope)

    async def allowed(identity: Asker) -> Identity:
        if reason := rule.refusal(identity):
            raise NotAllowed(reason=reason)
        return identity

    return allowed
