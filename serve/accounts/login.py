"""Logging in with name and password, logging out, changing one's password: one function each tells the story."""

import math
from datetime import timedelta

from data.errors import LoginFailed, LoginLocked
from serve.accounts.gate import Gate
from serve.accounts.lockout import FORGOTTEN_AFTER, locked_for, name_hash, one_more
from serve.accounts.passwords import require_strong
from serve.accounts.record import record
from serve.accounts.tokens import new_token, token_hash
from serve.clock import stamp
from serve.store.accounts import User, change_user, user_by_id, user_by_name
from serve.store.sessions import (
    add_session,
    clear_failures,
    clear_failures_before,
    end_session,
    end_sessions_before,
    end_sessions_of,
    failures_of,
    set_failures,
)


def _count_attempt(gate: Gate, name: str) -> None:
    """Count the attempt before it is judged, so that many at once cannot slip through between look and count."""
    now, hashed = gate.clock(), name_hash(name)
    with gate.database.writing() as connection:
        gate.database.alone(connection, f"login {hashed}")
        known = failures_of(connection, hashed)
        if wait := locked_for(known, now):
            raise LoginLocked(retry_after=max(1, math.ceil(wait / timedelta(seconds=1))))
        clear_failures_before(connection, stamp(now - FORGOTTEN_AFTER))
        set_failures(connection, hashed, one_more(known, now))


def prove_password(gate: Gate, name: str, password: str) -> User:
    """Return the active user with this name and password.

    Unknown, disabled and passwordless users cost the same time, count the same and get the same answer as a wrong password.

    Raises:
        LoginFailed: the name or the password is wrong.
        LoginLocked: the name is locked after too many failures.
    """
    _count_attempt(gate, name)
    with gate.database.reading() as connection:
        user = user_by_name(connection, name)
    right, fresh = gate.passwords.verify(password, user.password_hash if user else None)
    if user is None or not right or user.disabled_at is not None:
        raise LoginFailed
    with gate.database.writing() as connection:
        clear_failures(connection, name_hash(name))
        if fresh is not None:
            change_user(connection, user.id, password_hash=fresh)
    return user


def open_session(gate: Gate, user: User, previous: str | None = None) -> str:
    """Return the token of a new session. The browser's previous one ends: a token from before a login is worth nothing after it."""
    now, token = gate.clock(), new_token()
    with gate.database.writing() as connection:
        if previous is not None:
            end_session(connection, token_hash(previous))
        end_sessions_before(connection, stamp(now - gate.lifetime))
        add_session(connection, token_hash(token), user.id, stamp(now))
    return token


def log_in(gate: Gate, name: str, password: str, previous: str | None = None) -> tuple[User, str]:
    """Return the user and the token of a new session.

    Raises:
        LoginFailed: the name or the password is wrong.
        LoginLocked: the name is locked after too many failures.
    """
    user = prove_password(gate, name, password)
    return user, open_session(gate, user, previous)


def log_out(gate: Gate, token: str) -> None:
    """End a session; one that is over already makes no difference."""
    with gate.database.writing() as connection:
        end_session(connection, token_hash(token))


def change_own_password(gate: Gate, user_id: str, current: str, new: str, session_token: str | None) -> None:
    """Set a new password and end the user's other sessions.

    Raises:
        LoginFailed: the current password is wrong.
        LoginLocked: too many wrong ones.
        WeakPassword: the new one will not do.
    """
    with gate.database.reading() as connection:
        user = user_by_id(connection, user_id)
    if user is None:
        raise LoginFailed
    require_strong(new, user.name)
    prove_password(gate, user.name, current)
    hashed = gate.passwords.hash(new)
    with gate.database.writing() as connection:
        change_user(connection, user_id, password_hash=hashed)
        end_sessions_of(connection, user_id, but=token_hash(session_token) if session_token else None)
        record(connection, gate, user_id, user.organisation_id, "password_changed", {"user_id": user_id})
