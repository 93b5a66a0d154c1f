"""The whole service on 127.0.0.1, with the built release, a database of its own and invented people, for browsers to visit."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import uvicorn

from data.taxonomy import load_taxonomy
from model.assessment import Assessor
from model.parameter_reader import ParameterReader
from model.predictor import Predictor
from serve.accounts.gate import Gate, gate_of
from serve.accounts.identity import Role
from serve.accounts.people import make_organisation, make_user
from serve.app import create_app
from serve.capacity import Capacity
from serve.cases.assess import AssessByControls
from serve.cases.desk import Actor, Desk
from serve.cases.policy import read_review_policy
from serve.settings import Settings
from serve.store.database import Database
from tests.serve.accounts.world import PASSWORD, UNLIMITED, CountingPasswords

PEOPLE: dict[str, tuple[str, Role]] = {
    "Mara Lindqvist": ("Meridian Optics", "exporter"),
    "Tomas Varga": ("Northgate Signals", "exporter"),
    "Ines Duarte": ("Licensing Office", "officer"),
    "Paul Okafor": ("Licensing Office", "officer"),
    "Yuki Sato": ("Licensing Office", "officer"),
    "Rosa Keller": ("Licensing Office", "scientist"),
    "Sam Adeyemi": ("Licensing Office", "admin"),
}
"""Invented people: name to organisation and role."""
EXPORTER, RIVAL, OFFICER, SECOND, THIRD, SCIENTIST, ADMIN = PEOPLE
SECONDS_TO_START = 60


class PastClock:
    """Shows the time some hours ago: what was done earlier is done with it."""

    def __init__(self) -> None:
        self.hours_ago = 0.0

    def __call__(self) -> datetime:
        return datetime.now(UTC) - timedelta(hours=self.hours_ago)


@dataclass(frozen=True)
class Service:
    """A running service.

    Attributes:
        address: where it is, without a slash at the end.
        desk, gate: work on the same cases and accounts as the service does, without a browser; `past` says when.
        users, organisations: ids by name.
    """

    address: str
    desk: Desk
    gate: Gate
    past: PastClock
    users: dict[str, str]
    organisations: dict[str, str]

    def actor(self, name: str) -> Actor:
        """Return a person as the one who acts."""
        organisation, role = PEOPLE[name]
        return Actor(self.users[name], self.organisations[organisation], role, "request-of-a-test")


@contextmanager
def _served(app: Any, port: int) -> Iterator[None]:
    config = uvicorn.Config(app, host="127.0.0.1", port=port, log_config=None, access_log=False, timeout_graceful_shutdown=3)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, name="service")
    thread.start()
    end = time.monotonic() + SECONDS_TO_START
    while not server.started:
        if time.monotonic() > end or not thread.is_alive():
            raise RuntimeError("the service did not start")
        time.sleep(0.02)
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(SECONDS_TO_START)


@contextmanager
def running(folder: Path, predictor: Predictor, **settings: Any) -> Iterator[Service]:
    """Start the service on a free port, with its people; stop it at the end."""
    database = Database.open(f"sqlite:///{folder / 'catchall.db'}")
    database.migrate()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    configured = Settings(**(UNLIMITED | {"development": True} | settings))
    passwords, past = CountingPasswords(), PastClock()
    reader = ParameterReader.load()
    app = create_app(configured, predictor, database, passwords=passwords, reader=reader)
    gate = gate_of(configured, database, past, passwords)
    taxonomy = load_taxonomy()
    organisations: dict[str, str] = {}
    users: dict[str, str] = {}
    past.hours_ago = 24 * 30
    for name, (organisation, role) in PEOPLE.items():
        if organisation not in organisations:
            organisations[organisation] = make_organisation(gate, organisation).id
        users[name] = make_user(gate, organisations[organisation], name, role, PASSWORD).id
    past.hours_ago = 0
    assessor = Assessor(predictor, reader=reader)
    assess = AssessByControls(lambda: assessor, Capacity(2, 30), past)
    desk = Desk(database, assess, read_review_policy(taxonomy, configured.review_policy), taxonomy, past)
    with _served(app, port):
        yield Service(f"http://127.0.0.1:{port}", desk, gate, past, users, organisations)
