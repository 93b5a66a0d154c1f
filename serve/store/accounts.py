"""Organisations, users and the subjects of identity providers: the SQL."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Connection, Row, Select, func, insert, select, update

from serve.accounts.identity import Role
from serve.store.columns import new_id
from serve.store.tables import organisations, subjects, users


@dataclass(frozen=True)
class Organisation:
    """A company or an authority."""

    id: str
    name: str
    created_at: str


@dataclass(frozen=True)
class User:
    """A person or a machine that acts for an organisation.

    Attributes:
        password_hash: None when the person logs in through an identity provider only. Never shown.
        disabled_at: since when this user may do nothing; None while active.
    """

    id: str
    organisation_id: str
    name: str
    role: Role
    created_at: str
    disabled_at: str | None
    password_hash: str | None


def name_key(name: str) -> str:
    """Return a name as it is compared: look-alike forms and letter case make no difference."""
    return unicodedata.normalize("NFKC", name.strip()).casefold()


def _organisation(row: Row[Any]) -> Organisation:
    return Organisation(row.id, row.name, row.created_at)


def _user(row: Row[Any]) -> User:
    return User(row.id, row.organisation_id, row.name, cast("Role", row.role), row.created_at, row.disabled_at, row.password_hash)


def add_organisation(connection: Connection, name: str, now: str) -> Organisation:
    """Store a new organisation; a name that is taken raises `IntegrityError` inside the block, `StoreConflict` outside."""
    organisation = Organisation(new_id(), name.strip(), now)
    values = {"id": organisation.id, "name": organisation.name, "name_key": name_key(name), "created_at": now}
    connection.execute(insert(organisations).values(values))
    return organisation


def organisation_by_id(connection: Connection, organisation_id: str) -> Organisation | None:
    """Return an organisation."""
    row = connection.execute(select(organisations).where(organisations.c.id == organisation_id)).one_or_none()
    return _organisation(row) if row else None


def organisation_by_name(connection: Connection, name: str) -> Organisation | None:
    """Return an organisation by its name in any letter case."""
    row = connection.execute(select(organisations).where(organisations.c.name_key == name_key(name))).one_or_none()
    return _organisation(row) if row else None


def list_organisations(connection: Connection, after: str, limit: int, only: str | None) -> list[Organisation]:
    """Return organisations by name, those behind `after`; `only`: the id of the single one that may be seen."""
    query = select(organisations).where(organisations.c.name_key > name_key(after)).order_by(organisations.c.name_key).limit(limit)
    if only is not None:
        query = query.where(organisations.c.id == only)
    return [_organisation(row) for row in connection.execute(query)]


def add_user(connection: Connection, organisation_id: str, name: str, role: Role, password_hash: str | None, now: str) -> User:
    """Store a new user; a name that is taken raises `IntegrityError` inside the block, `StoreConflict` outside."""
    user = User(new_id(), organisation_id, name.strip(), role, now, None, password_hash)
    values = {
        "id": user.id,
        "organisation_id": organisation_id,
        "name": user.name,
        "name_key": name_key(name),
        "role": role,
        "password_hash": password_hash,
        "created_at": now,
    }
    connection.execute(insert(users).values(values))
    return user


def _one_user(connection: Connection, query: Select[Any]) -> User | None:
    row = connection.execute(query).one_or_none()
    return _user(row) if row else None


def user_by_id(connection: Connection, user_id: str, organisation_id: str | None = None) -> User | None:
    """Return a user; with `organisation_id` only when of that organisation."""
    query = select(users).where(users.c.id == user_id)
    if organisation_id is not None:
        query = query.where(users.c.organisation_id == organisation_id)
    return _one_user(connection, query)


def user_by_name(connection: Connection, name: str) -> User | None:
    """Return a user by name in any letter case."""
    return _one_user(connection, select(users).where(users.c.name_key == name_key(name)))


def list_users(connection: Connection, after: str, limit: int, organisation_id: str | None = None) -> list[User]:
    """Return users by name, those behind `after`; of one organisation, or of all."""
    query = select(users).where(users.c.name_key > name_key(after)).order_by(users.c.name_key).limit(limit)
    if organisation_id is not None:
        query = query.where(users.c.organisation_id == organisation_id)
    return [_user(row) for row in connection.execute(query)]


def change_user(connection: Connection, user_id: str, **values: str | None) -> None:
    """Change `role`, `disabled_at` or `password_hash` of a user."""
    connection.execute(update(users).where(users.c.id == user_id).values(values))


def count_users(connection: Connection) -> int:
    """Return how many users there are, disabled ones too."""
    return int(connection.execute(select(func.count()).select_from(users)).scalar_one())


def count_active_administrators(connection: Connection) -> int:
    """Return how many users can still administer."""
    query = select(func.count()).select_from(users).where(users.c.role == "admin", users.c.disabled_at.is_(None))
    return int(connection.execute(query).scalar_one())


def user_of_subject(connection: Connection, issuer: str, subject: str) -> User | None:
    """Return the user an identity provider means."""
    query = select(users).join(subjects, subjects.c.user_id == users.c.id).where(subjects.c.issuer == issuer, subjects.c.subject == subject)
    return _one_user(connection, query)


def subjects_of(connection: Connection, user_id: str, issuer: str) -> int:
    """Return how many subjects of a provider are this user."""
    query = select(func.count()).select_from(subjects).where(subjects.c.user_id == user_id, subjects.c.issuer == issuer)
    return int(connection.execute(query).scalar_one())


def add_subject(connection: Connection, issuer: str, subject: str, user_id: str, now: str) -> None:
    """Remember whom an identity provider means."""
    connection.execute(insert(subjects).values(issuer=issuer, subject=subject, user_id=user_id, created_at=now))


def names_of_users(connection: Connection, ids: Sequence[str], organisation_id: str | None = None) -> dict[str, str]:
    """Return the names of those ids that are users; of one organisation, or of all."""
    query = select(users.c.id, users.c.name).where(users.c.id.in_(ids))
    if organisation_id is not None:
        query = query.where(users.c.organisation_id == organisation_id)
    return {row.id: row.name for row in connection.execute(query)}


def names_of_organisations(connection: Connection, ids: Sequence[str], organisation_id: str | None = None) -> dict[str, str]:
    """Return the names of those ids that are organisations; of one, or of all."""
    query = select(organisations.c.id, organisations.c.name).where(organisations.c.id.in_(ids))
    if organisation_id is not None:
        query = query.where(organisations.c.id == organisation_id)
    return {row.id: row.name for row in connection.execute(query)}


def officers(connection: Connection) -> list[tuple[str, str]]:
    """Return id and name of every active officer, by name."""
    query = select(users.c.id, users.c.name).where(users.c.role == "officer", users.c.disabled_at.is_(None))
    return [(user_id, name) for user_id, name in connection.execute(query.order_by(users.c.name_key))]
