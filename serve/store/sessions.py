"""Browser sessions, failed logins and setup tokens: the SQL. Of a token only its hash is ever stored."""

from dataclasses import dataclass
from typing import cast

from sqlalchemy import Connection, delete, insert, select, update

from serve.accounts.identity import Role
from serve.store.tables import login_failures, sessions, setup_tokens, users


@dataclass(frozen=True)
class SessionHolder:
    """A session, and the active user whose it is."""

    user_id: str
    name: str
    organisation_id: str
    role: Role
    created_at: str
    seen_at: str


@dataclass(frozen=True)
class Failures:
    """The failed logins with one name since the last good one."""

    count: int
    last_at: str
    locked_until: str


def add_session(connection: Connection, token_hash: str, user_id: str, now: str) -> None:
    """Store a new session."""
    connection.execute(insert(sessions).values(token_hash=token_hash, user_id=user_id, created_at=now, seen_at=now))


def holder_of_session(connection: Connection, token_hash: str) -> SessionHolder | None:
    """Return whose session it is, unless that user is disabled. Whether it is over, the caller judges."""
    query = (
        select(sessions, users.c.name, users.c.organisation_id, users.c.role)
        .join(users, users.c.id == sessions.c.user_id)
        .where(sessions.c.token_hash == token_hash, users.c.disabled_at.is_(None))
    )
    row = connection.execute(query).one_or_none()
    if row is None:
        return None
    return SessionHolder(row.user_id, row.name, row.organisation_id, cast("Role", row.role), row.created_at, row.seen_at)


def touch_session(connection: Connection, token_hash: str, now: str) -> None:
    """Note when a session was last seen."""
    connection.execute(update(sessions).where(sessions.c.token_hash == token_hash).values(seen_at=now))


def end_session(connection: Connection, token_hash: str) -> None:
    """Forget a session."""
    connection.execute(delete(sessions).where(sessions.c.token_hash == token_hash))


def end_sessions_of(connection: Connection, user_id: str, but: str | None = None) -> None:
    """Forget the sessions of a user; `but`: the hash of one that goes on."""
    query = delete(sessions).where(sessions.c.user_id == user_id)
    connection.execute(query if but is None else query.where(sessions.c.token_hash != but))


def end_sessions_before(connection: Connection, moment: str) -> None:
    """Forget sessions that began before a moment."""
    connection.execute(delete(sessions).where(sessions.c.created_at < moment))


def failures_of(connection: Connection, name_hash: str) -> Failures | None:
    """Return the failed logins with a name."""
    row = connection.execute(select(login_failures).where(login_failures.c.name_hash == name_hash)).one_or_none()
    return Failures(row.failures, row.last_at, row.locked_until) if row else None


def set_failures(connection: Connection, name_hash: str, failures: Failures) -> None:
    """Store the failed logins with a name, in place of what was known."""
    clear_failures(connection, name_hash)
    values = {
        "name_hash": name_hash,
        "failures": failures.count,
        "last_at": failures.last_at,
        "locked_until": failures.locked_until,
    }
    connection.execute(insert(login_failures).values(values))


def clear_failures(connection: Connection, name_hash: str) -> None:
    """Forget the failed logins with a name."""
    connection.execute(delete(login_failures).where(login_failures.c.name_hash == name_hash))


def clear_failures_before(connection: Connection, moment: str) -> None:
    """Forget failed logins that lie before a moment."""
    connection.execute(delete(login_failures).where(login_failures.c.last_at < moment))


def add_setup_token(connection: Connection, token_hash: str, now: str) -> None:
    """Store a token with which the first administrator may be made."""
    connection.execute(insert(setup_tokens).values(token_hash=token_hash, created_at=now))


def setup_token_exists(connection: Connection, token_hash: str, since: str) -> bool:
    """Say whether a setup token made since a moment is known."""
    query = select(setup_tokens.c.token_hash).where(setup_tokens.c.token_hash == token_hash, setup_tokens.c.created_at >= since)
    return connection.execute(query).one_or_none() is not None


def clear_setup_tokens(connection: Connection) -> None:
    """Forget every setup token."""
    connection.execute(delete(setup_tokens))
