"""From what a request shows to who is asking."""

from contextlib import suppress
from datetime import timedelta

from data.errors import CsrfFailed, NotAuthenticated, StoreUnavailable
from serve.accounts.gate import Gate
from serve.accounts.identity import SCOPES, Identity
from serve.accounts.tokens import csrf_token, same, token_hash
from serve.clock import parse_stamp, stamp
from serve.store.keys import holder_of_key, touch_key
from serve.store.sessions import end_session, holder_of_session, touch_session

TOUCH_EVERY = timedelta(minutes=1)
"""Use is noted no more often than this: a write per request would cost more than the request."""


def identify_by_key(gate: Gate, secret: str) -> Identity:
    """Return who holds an API key.

    Raises:
        NotAuthenticated: the key is unknown, revoked or expired, or its user disabled.
    """
    now = gate.clock()
    with gate.database.reading() as connection:
        holder = holder_of_key(connection, token_hash(secret), stamp(now))
    if holder is None:
        raise NotAuthenticated
    key = holder.key
    if key.last_used_at is None or now - parse_stamp(key.last_used_at) >= TOUCH_EVERY:
        # A read must not fail because this note cannot be taken.
        with suppress(StoreUnavailable), gate.database.writing() as connection:
            touch_key(connection, key.id, stamp(now))
    return Identity(key.user_id, holder.name, holder.organisation_id, holder.role, "key", frozenset(key.scopes))


def identify_by_session(gate: Gate, token: str) -> Identity:
    """Return whose session it is.

    Raises:
        NotAuthenticated: the session is unknown or over, or its user disabled.
    """
    now, hashed = gate.clock(), token_hash(token)
    with gate.database.reading() as connection:
        holder = holder_of_session(connection, hashed)
    if holder is None:
        raise NotAuthenticated
    unused = now - parse_stamp(holder.seen_at)
    if unused >= gate.idle or now - parse_stamp(holder.created_at) >= gate.lifetime:
        with suppress(StoreUnavailable), gate.database.writing() as connection:
            end_session(connection, hashed)
        raise NotAuthenticated
    if unused >= TOUCH_EVERY:
        with suppress(StoreUnavailable), gate.database.writing() as connection:
            touch_session(connection, hashed, stamp(now))
    return Identity(holder.user_id, holder.name, holder.organisation_id, holder.role, "session", frozenset(SCOPES))


def require_csrf(session_token: str, shown: str | None) -> None:
    """Check that a change asked for with a cookie comes from a page of ours.

    Raises:
        CsrfFailed: the token is missing or another one.
    """
    if shown is None or not same(shown, csrf_token(session_token)):
        raise CsrfFailed


def require_same_site(fetch_site: str | None) -> None:
    """Check that a login comes from a page of ours or from no page at all: nobody shall be logged in as somebody else.

    Args:
        fetch_site: the header `Sec-Fetch-Site`, which pages cannot forge; None from clients that are no browsers.

    Raises:
        CsrfFailed: the page is from elsewhere.
    """
    if fetch_site is not None and fetch_site.lower() not in ("same-origin", "none"):
        raise CsrfFailed
