"""Organisations and users: made, shown and changed. What an asker may not see is not there."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

from data.errors import LastAdministrator, NameTaken, NotFound, StoreConflict
from serve.accounts.gate import Gate
from serve.accounts.identity import Identity, Role
from serve.accounts.lockout import name_hash
from serve.accounts.passwords import require_strong
from serve.accounts.record import record
from serve.clock import stamp
from serve.store.accounts import (
    Organisation,
    User,
    add_organisation,
    add_user,
    change_user,
    count_active_administrators,
    list_organisations,
    list_users,
    organisation_by_id,
    user_by_id,
    user_by_name,
)
from serve.store.audit import SYSTEM
from serve.store.sessions import clear_failures, end_sessions_of


@contextmanager
def _taking(name: str) -> Iterator[None]:
    """The only constraint that a new row can break here is that of the name."""
    try:
        yield
    except StoreConflict as error:
        raise NameTaken(name=name) from error


def _limit_of(asker: Identity) -> str | None:
    return None if asker.sees_all else asker.organisation_id


def make_organisation(gate: Gate, name: str, actor_id: str = SYSTEM) -> Organisation:
    """Store a new organisation.

    Raises:
        NameTaken: another one has the name.
    """
    with _taking(name), gate.database.writing() as connection:
        made = add_organisation(connection, name, stamp(gate.clock()))
        record(connection, gate, actor_id, made.id, "organisation_added", {"organisation_id": made.id})
    return made


def organisation_for(gate: Gate, asker: Identity, organisation_id: str) -> Organisation:
    """Return an organisation.

    Raises:
        NotFound: there is none, or it is another one than the exporter's own.
    """
    with gate.database.reading() as connection:
        found = organisation_by_id(connection, organisation_id)
    if found is None or not (asker.sees_all or asker.organisation_id == organisation_id):
        raise NotFound(what="organisation", id=organisation_id)
    return found


def organisations_for(gate: Gate, asker: Identity, after: str, limit: int) -> list[Organisation]:
    """Return the organisations an asker may see, by name."""
    with gate.database.reading() as connection:
        return list_organisations(connection, after, limit, _limit_of(asker))


def make_user(gate: Gate, organisation_id: str, name: str, role: Role, password: str | None, actor_id: str = SYSTEM) -> User:
    """Store a new user.

    Raises:
        NotFound: there is no such organisation.
        NameTaken: somebody has the name.
        WeakPassword: the password will not do.
    """
    if password is not None:
        require_strong(password, name)
    hashed = gate.passwords.hash(password) if password is not None else None
    with _taking(name), gate.database.writing() as connection:
        # Looked up in the same transaction, so a broken constraint can only be the name's.
        if organisation_by_id(connection, organisation_id) is None:
            raise NotFound(what="organisation", id=organisation_id)
        user = add_user(connection, organisation_id, name, role, hashed, stamp(gate.clock()))
        record(connection, gate, actor_id, organisation_id, "user_added", {"user_id": user.id, "role": role})
    return user


def _found(connection: Connection, user_id: str, organisation_id: str | None = None) -> User:
    user = user_by_id(connection, user_id, organisation_id)
    if user is None:
        raise NotFound(what="user", id=user_id)
    return user


def user_for(gate: Gate, asker: Identity, user_id: str) -> User:
    """Return a user.

    Raises:
        NotFound: there is none, or the asker is an exporter of another organisation.
    """
    with gate.database.reading() as connection:
        return _found(connection, user_id, _limit_of(asker))


def users_for(gate: Gate, asker: Identity, after: str, limit: int) -> list[User]:
    """Return the users an asker may see, by name."""
    with gate.database.reading() as connection:
        return list_users(connection, after, limit, _limit_of(asker))


def alter_user(gate: Gate, user_id: str, role: Role | None, disabled: bool | None, actor_id: str = SYSTEM) -> User:
    """Change a user's role, or disable or enable; the sessions of a disabled user end.

    Raises:
        NotFound: there is no such user.
        LastAdministrator: nobody could administer any more.
    """
    now = stamp(gate.clock())
    with gate.database.writing() as connection:
        # Two administrators who demote each other at once must not both succeed.
        gate.database.alone(connection, "administrators")
        user = _found(connection, user_id)
        values: dict[str, str | None] = {}
        if role is not None:
            values["role"] = role
        if disabled is not None:
            values["disabled_at"] = (user.disabled_at or now) if disabled else None
        if values:
            change_user(connection, user_id, **values)
        if disabled:
            end_sessions_of(connection, user_id)
        if user.role == "admin" and user.disabled_at is None and count_active_administrators(connection) == 0:
            raise LastAdministrator(name=user.name)
        changed = _found(connection, user_id)
        if changed != user:
            old, new = ({"user_id": user_id, "role": each.role, "disabled": each.disabled_at is not None} for each in (user, changed))
            record(connection, gate, actor_id, user.organisation_id, "user_changed", new, old)
    return changed


def reset_password(gate: Gate, user_id: str, password: str | None, actor_id: str = SYSTEM) -> None:
    """Set a user's password and end the user's sessions; None takes the password away.

    Raises:
        NotFound: there is no such user.
        WeakPassword: the password will not do.
    """
    with gate.database.reading() as connection:
        user = _found(connection, user_id)
    if password is not None:
        require_strong(password, user.name)
    hashed = gate.passwords.hash(password) if password is not None else None
    with gate.database.writing() as connection:
        change_user(connection, user_id, password_hash=hashed)
        end_sessions_of(connection, user_id)
        clear_failures(connection, name_hash(user.name))
        record(connection, gate, actor_id, user.organisation_id, "password_reset", {"user_id": user_id})


def user_named(gate: Gate, name: str) -> User:
    """Return a user by name.

    Raises:
        NotFound: nobody has the name.
    """
    with gate.database.reading() as connection:
        user = user_by_name(connection, name)
    if user is None:
        raise NotFound(what="user", id=name)
    return user
