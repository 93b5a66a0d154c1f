"""A small world for tests of accounts: two exporters' houses and an authority, one user of each role with a key and a password."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient
from pwdlib.hashers.argon2 import Argon2Hasher

from serve.accounts.gate import Gate, gate_of
from serve.accounts.grants import make_key
from serve.accounts.identity import SCOPES, Role
from serve.accounts.passwords import Passwords
from serve.accounts.people import make_organisation, make_user
from serve.app import create_app
from serve.clock import Clock
from serve.settings import Settings
from serve.store.database import Database
from tests.serve.test_api import FakeClassifier

PASSWORD = "correct horse battery staple"
UNLIMITED = {"rate_per_address": "off", "rate_per_key": "off", "rate_login": "off"}
PEOPLE: dict[str, tuple[str, Role]] = {
    "exporter": ("north", "exporter"),
    "rival": ("south", "exporter"),
    "officer": ("authority", "officer"),
    "scientist": ("authority", "scientist"),
    "admin": ("authority", "admin"),
}


class CountingPasswords(Passwords):
    """Real argon2, but cheap, and it counts how often it compares."""

    def __init__(self) -> None:
        super().__init__(Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1))
        self.compared = 0

    def verify(self, password: str, stored: str | None) -> tuple[bool, str | None]:
        self.compared += 1
        return super().verify(password, stored)


@dataclass
class World:
    """The application with its people.

    Attributes:
        organisations, users, keys: ids by name; secrets: the keys' secrets by the name of their holder.
    """

    client: TestClient
    gate: Gate
    passwords: CountingPasswords
    organisations: dict[str, str]
    users: dict[str, str]
    secrets: dict[str, str]
    keys: dict[str, str]

    def bearer(self, name: str) -> dict[str, str]:
        return {"authorization": f"Bearer {self.secrets[name]}"}

    def key_for(self, name: str, *scopes: str) -> str:
        """Return the secret of a further key."""
        return make_key(self.gate, self.users[name], "further", list(scopes), None)[1]

    def log_in(self, name: str, password: str = PASSWORD) -> Any:
        return self.client.post("/v1/session", json={"name": name, "password": password})


@cache
def _accounts_only() -> FastAPI:
    """Return an application for tests of accounts: building one takes longer than most of them. Its cases have no database."""
    return create_app(Settings(**UNLIMITED), FakeClassifier(), Database.open("sqlite:////tmp/never-connected.db"))


def make_world(
    database: Database, clock: Clock, people: dict[str, tuple[str, Role]] | None = None, cases: bool = False, **settings: Any
) -> World:
    """Return the application on a migrated database, with people in it; with `cases` or other settings it is built anew."""
    passwords, configured = CountingPasswords(), Settings(**(UNLIMITED | settings))
    if cases or settings:
        app = create_app(configured, FakeClassifier(), database, clock, passwords)
    else:
        app = _accounts_only()
        app.state.gate = gate_of(configured, database, clock, passwords)
    gate: Gate = app.state.gate
    base = "https://testserver" if settings.get("tls") else "http://testserver"
    world = World(TestClient(app, base_url=base, raise_server_exceptions=False, follow_redirects=False), gate, passwords, {}, {}, {}, {})
    for name, (organisation, role) in (PEOPLE if people is None else people).items():
        if organisation not in world.organisations:
            world.organisations[organisation] = make_organisation(gate, organisation).id
        world.users[name] = make_user(gate, world.organisations[organisation], name, role, PASSWORD).id
        key, world.secrets[name] = make_key(gate, world.users[name], "everything", list(SCOPES), None)
        world.keys[name] = key.id
    return world
