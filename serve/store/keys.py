"""API keys: the SQL. Of a secret only its hash is ever stored."""

import json
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Connection, Row, insert, or_, select, update

from serve.accounts.identity import Role
from serve.store.columns import new_id
from serve.store.tables import api_keys, users


@dataclass(frozen=True)
class ApiKey:
    """A key, without its secret."""

    id: str
    user_id: str
    name: str
    scopes: tuple[str, ...]
    created_at: str
    expires_at: str | None
    revoked_at: str | None
    last_used_at: str | None


@dataclass(frozen=True)
class KeyHolder:
    """A key that was shown, and the active user who holds it."""

    key: ApiKey
    name: str
    organisation_id: str
    role: Role


def _key(row: Row[Any]) -> ApiKey:
    return ApiKey(
        row.id, row.user_id, row.name, tuple(json.loads(row.scopes)), row.created_at, row.expires_at, row.revoked_at, row.last_used_at
    )


def add_key(
    connection: Connection, user_id: str, name: str, secret_hash: str, scopes: tuple[str, ...], now: str, expires_at: str | None
) -> ApiKey:
    """Store a new key."""
    key = ApiKey(new_id(), user_id, name, scopes, now, expires_at, None, None)
    values = {
        "id": key.id,
        "user_id": user_id,
        "name": name,
        "secret_hash": secret_hash,
        "scopes": json.dumps(list(scopes)),
        "created_at": now,
        "expires_at": expires_at,
    }
    connection.execute(insert(api_keys).values(values))
    return key


def holder_of_key(connection: Connection, secret_hash: str, now: str) -> KeyHolder | None:
    """Return who holds a key that is neither revoked nor expired, unless that user is disabled."""
    query = (
        select(api_keys, users.c.name.label("user_name"), users.c.organisation_id, users.c.role)
        .join(users, users.c.id == api_keys.c.user_id)
        .where(
            api_keys.c.secret_hash == secret_hash,
            api_keys.c.revoked_at.is_(None),
            or_(api_keys.c.expires_at.is_(None), api_keys.c.expires_at > now),
            users.c.disabled_at.is_(None),
        )
    )
    row = connection.execute(query).one_or_none()
    return KeyHolder(_key(row), row.user_name, row.organisation_id, cast("Role", row.role)) if row else None


def key_by_id(connection: Connection, key_id: str, user_id: str | None = None) -> ApiKey | None:
    """Return a key; with `user_id` only when held by that user."""
    query = select(api_keys).where(api_keys.c.id == key_id)
    if user_id is not None:
        query = query.where(api_keys.c.user_id == user_id)
    row = connection.execute(query).one_or_none()
    return _key(row) if row else None


def list_keys(connection: Connection, user_id: str) -> list[ApiKey]:
    """Return every key a user ever had, the oldest first."""
    query = select(api_keys).where(api_keys.c.user_id == user_id).order_by(api_keys.c.created_at, api_keys.c.id)
    return [_key(row) for row in connection.execute(query)]


def revoke_key(connection: Connection, key_id: str, now: str) -> None:
    """End a key; one that is revoked already keeps its time."""
    connection.execute(update(api_keys).where(api_keys.c.id == key_id, api_keys.c.revoked_at.is_(None)).values(revoked_at=now))


def touch_key(connection: Connection, key_id: str, now: str) -> None:
    """Note when a key was last used."""
    connection.execute(update(api_keys).where(api_keys.c.id == key_id).values(last_used_at=now))
