"""API keys: made, listed, ended. A secret is shown once and nowhere kept."""

from datetime import datetime

from data.errors import NotAllowed, NotFound, UnusableKey
from serve.accounts.gate import Gate
from serve.accounts.identity import Identity
from serve.accounts.record import record
from serve.accounts.tokens import new_key, token_hash
from serve.clock import stamp
from serve.store.accounts import user_by_id
from serve.store.audit import SYSTEM
from serve.store.keys import ApiKey, add_key, key_by_id, list_keys, revoke_key


def make_key(
    gate: Gate, user_id: str, name: str, scopes: list[str], expires_at: datetime | None, actor_id: str = SYSTEM
) -> tuple[ApiKey, str]:
    """Return a new key and its secret.

    Raises:
        NotFound: there is no such user, or it is disabled.
        UnusableKey: it would have expired already.
    """
    now = gate.clock()
    if expires_at is not None and expires_at <= now:
        raise UnusableKey(reason="its expiry lies in the past")
    secret = new_key()
    with gate.database.writing() as connection:
        user = user_by_id(connection, user_id)
        if user is None or user.disabled_at is not None:
            raise NotFound(what="user", id=user_id)
        ordered = tuple(sorted(set(scopes)))
        key = add_key(connection, user_id, name, token_hash(secret), ordered, stamp(now), stamp(expires_at) if expires_at else None)
        new = {"key_id": key.id, "user_id": user_id, "scopes": list(ordered), "expires_at": key.expires_at}
        record(connection, gate, actor_id, user.organisation_id, "key_added", new)
    return key, secret


def grant_key(
    gate: Gate, asker: Identity, user_id: str | None, name: str, scopes: list[str], expires_at: datetime | None
) -> tuple[ApiKey, str]:
    """Return a new key and its secret, for oneself or, as an administrator, for anybody.

    Raises:
        NotAllowed: the key is for somebody else, or would be good for more than the key that asks for it.
        NotFound: there is no such user, or it is disabled.
        UnusableKey: it would have expired already.
    """
    holder = user_id or asker.user_id
    if holder != asker.user_id and asker.role != "admin":
        raise NotAllowed(reason="Only administrators make keys for others")
    if more := sorted(set(scopes) - asker.scopes):
        raise NotAllowed(reason=f"This key lacks the scope '{more[0]}' and cannot hand it on")
    return make_key(gate, holder, name, scopes, expires_at, asker.user_id)


def keys_for(gate: Gate, asker: Identity, user_id: str | None) -> list[ApiKey]:
    """Return one's own keys or, as an administrator, anybody's.

    Raises:
        NotFound: the keys are none of the asker's business.
    """
    holder = user_id or asker.user_id
    if holder != asker.user_id and asker.role != "admin":
        raise NotFound(what="user", id=holder)
    with gate.database.reading() as connection:
        return list_keys(connection, holder)


def end_key(gate: Gate, asker: Identity, key_id: str) -> None:
    """Revoke one's own key or, as an administrator, anybody's; once more makes no difference.

    Raises:
        NotFound: there is no such key, or it is somebody else's and the asker no administrator.
    """
    stop_key(gate, key_id, asker.user_id, None if asker.role == "admin" else asker.user_id)


def stop_key(gate: Gate, key_id: str, actor_id: str = SYSTEM, holder_id: str | None = None) -> None:
    """Revoke a key; with `holder_id` only when held by that user.

    Raises:
        NotFound: there is no such key.
    """
    with gate.database.writing() as connection:
        key = key_by_id(connection, key_id, holder_id)
        if key is None:
            raise NotFound(what="key", id=key_id)
        if key.revoked_at is not None:
            return
        revoke_key(connection, key_id, stamp(gate.clock()))
        holder = user_by_id(connection, key.user_id)
        if holder is not None:
            record(connection, gate, actor_id, holder.organisation_id, "key_revoked", {"key_id": key_id, "user_id": holder.id})
