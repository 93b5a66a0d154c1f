"""Rate limits per address, per API key and for logging in. One request too many gets 429 with Retry-After.

Counted in this process: several processes behind one address each grant the limit.
"""

import hashlib
import math
import time
from collections.abc import Sequence

from limits import RateLimitItem, parse_many
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from data.errors import ConfigurationError, TooManyRequests
from serve.operations.addresses import Network, address_group, client_address
from serve.problems import problem_of, send_problem

EXEMPT = frozenset({"/healthz", "/readyz", "/metrics"})
LOGIN_PATHS = frozenset({"/v1/session", "/v1/setup", "/sign-in"})
"""Where a secret is tried."""


def rate(text: str, setting: str) -> tuple[RateLimitItem, ...]:
    """Return the limits of a setting (`60/minute`, `60/minute; 1000/day`); empty or `off` means none.

    Raises:
        ConfigurationError: the text is no limit.
    """
    if text.strip().lower() in ("", "off"):
        return ()
    try:
        return tuple(parse_many(text))
    except ValueError as exc:
        raise ConfigurationError(source=setting, reason=f"'{text}' is not a limit such as 60/minute") from exc


def _key_of(scope: Scope) -> str | None:
    """Return a digest of the API key, so that no key lies in memory longer than its request."""
    scheme, _, token = Headers(scope=scope).get("authorization", "").partition(" ")
    return hashlib.sha256(token.encode()).hexdigest() if scheme.lower() == "bearer" and token else None


class RateLimits:
    """ASGI middleware: counts before anything is read, and lets health checks and metrics pass.

    The address is counted whatever key is shown: a caller who invents keys is held back by the address alone.
    """

    def __init__(
        self,
        app: ASGIApp,
        per_address: Sequence[RateLimitItem],
        per_key: Sequence[RateLimitItem],
        login: Sequence[RateLimitItem],
        trusted: Sequence[Network] = (),
    ) -> None:
        self._app = app
        self._per_address = per_address
        self._per_key = per_key
        self._login = login
        self._trusted = trusted
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage()) if per_address or per_key or login else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request pass, or refuse it."""
        wait = self._wait(scope) if scope["type"] == "http" and scope["path"] not in EXEMPT else None
        if wait is None:
            await self._app(scope, receive, send)
        else:
            await send_problem(send, problem_of(TooManyRequests(retry_after=wait)), {"retry-after": str(wait)})

    def _wait(self, scope: Scope) -> int | None:
        """Count the request; return the seconds to wait when it is one too many."""
        address = address_group(client_address(scope, self._trusted))
        counts: list[tuple[Sequence[RateLimitItem], str, str]] = [(self._per_address, "address", address)]
        if scope["method"] == "POST" and scope["path"] in LOGIN_PATHS:
            counts.append((self._login, "login", address))
        if self._per_key and (key := _key_of(scope)):
            counts.append((self._per_key, "key", key))
        for items, kind, who in counts:
            for item in items:
                if self._limiter is not None and not self._limiter.hit(item, kind, who):
                    reset = self._limiter.get_window_stats(item, kind, who).reset_time
                    return max(1, math.ceil(reset - time.time()))
        return None
