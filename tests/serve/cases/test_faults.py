"""When the store cannot take it, the answer is 503 with no half-written case, and afterwards work goes on."""

import re
import sqlite3
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from sqlalchemy import event

from data.errors import StoreUnavailable
from serve.cases.case import Submission
from serve.cases.decide import Decision, decide
from serve.cases.desk import Desk
from serve.cases.owner import answer
from serve.cases.redact import redact
from serve.cases.reopen import reassess, reopen
from serve.cases.submit import submit
from serve.cases.verify import verify
from serve.store.cases import Filters, list_cases
from serve.store.database import Database
from tests.serve.accounts.world import make_world
from tests.serve.cases.test_routes import ACCEPT, PEOPLE, call
from tests.serve.cases.test_routes import submit as send
from tests.serve.cases.world import actor, make_desk, settle_people
from tests.serve.conftest import SteppingClock


class TestDiskFull:
    """A full disk refuses the next case and keeps every one before it."""

    def test_sqlite(self, database: Database, clock: SteppingClock) -> None:
        if database.dialect != "sqlite":
            pytest.skip("a PostgreSQL server cannot be filled up here; its error is mapped in tests of the store")
        world = make_world(database, clock, PEOPLE, cases=True)
        with database.reading() as connection:
            pages = int(connection.exec_driver_sql("PRAGMA page_count").scalar_one())
        bound = [pages + 60]

        def limit(connection: Any, *_: Any) -> None:
            connection.exec_driver_sql(f"PRAGMA max_page_count={bound[0]}")

        event.listen(database._engine, "begin", limit)
        kept = []
        while True:
            response = call(world, "exporter", "POST", "/v1/cases", {"description": "a bug in a pen " * 200})
            if response.status_code != 201:
                break
            kept.append(response.json())
        assert response.status_code == 503
        assert response.json()["type"] == "urn:catchall:problem:store-unavailable"
        assert "full" in response.json()["detail"]
        assert response.headers["retry-after"]
        assert kept
        bound[0] = 1_000_000
        assert {case["id"] for case in call(world, "admin", "GET", "/v1/cases?limit=200").json()["items"]} == {case["id"] for case in kept}
        assert verify(database)[0] == []
        send(world)
        assert call(world, "ada", "POST", f"/v1/cases/{kept[0]['id']}/decide", ACCEPT | {"version": 1}).status_code == 200


class TestDatabaseDown:
    """A database that is away for a while is told as 503, and found again without a restart."""

    def test_locked(self, database_url: str, clock: SteppingClock) -> None:
        if not database_url.startswith("sqlite"):
            pytest.skip("see the next test")
        database = Database.open(database_url, patience_seconds=0.2)
        world = make_world(database, clock, PEOPLE, cases=True)
        case = send(world)
        other = sqlite3.connect(str(database.path), isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        refused = self._tries(world, case)
        other.execute("ROLLBACK")
        other.close()
        assert refused == [503, 503]
        self._goes_on(world, case)
        database.close()

    def test_gone(self, database_url: str, clock: SteppingClock) -> None:
        if database_url.startswith("sqlite"):
            pytest.skip("see the test before")
        database = Database.open(database_url, patience_seconds=2)
        world = make_world(database, clock, PEOPLE, cases=True)
        case = send(world)
        name = re.search(r"/(test_\w+)", database_url)
        assert name
        server = database_url.replace("+psycopg", "").replace(f"/{name[1]}", "/postgres")
        with psycopg.connect(server, autocommit=True) as administration:
            administration.execute(f"ALTER DATABASE {name[1]} ALLOW_CONNECTIONS false")  # type: ignore[arg-type]
            administration.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name[1],))
            refused = self._tries(world, case)
            administration.execute(f"ALTER DATABASE {name[1]} ALLOW_CONNECTIONS true")  # type: ignore[arg-type]
        assert refused == [503, 503]
        self._goes_on(world, case)
        database.close()

    def _tries(self, world: Any, case: dict[str, Any]) -> list[int]:
        return [
            call(world, "exporter", "POST", "/v1/cases", {"description": "a pen"}).status_code,
            call(world, "ada", "POST", f"/v1/cases/{case['id']}/decide", ACCEPT | {"version": 1}).status_code,
        ]

    def _goes_on(self, world: Any, case: dict[str, Any]) -> None:
        assert [each["version"] for each in call(world, "admin", "GET", "/v1/cases").json()["items"]] == [1]
        assert call(world, "ada", "POST", f"/v1/cases/{case['id']}/decide", ACCEPT | {"version": 1}).json()["state"] == "determined"
        assert verify(world.gate.database)[0] == []


class Interrupt:
    """Breaks the connection at the n-th statement of a transaction."""

    def __init__(self, database: Database) -> None:
        self.left = -1
        event.listen(database._engine, "before_cursor_execute", self._count)

    def _count(self, *_: Any) -> None:
        if self.left == 0:
            raise StoreUnavailable(reason="interrupted", retry_after=1)
        self.left -= 1

    def everywhere(self, step: Callable[[], Any], seen: Callable[[], Any]) -> None:
        """Interrupt a step at its first statement, its second ... until it succeeds; until then, nothing may have changed."""
        before = seen()
        for n in range(200):
            self.left = n
            try:
                step()
            except StoreUnavailable:
                self.left = -1
                assert seen() == before
            else:
                self.left = -1
                assert n > 3
                return
        raise AssertionError("it never succeeds")


class TestInterruptedAnywhere:
    """Whatever statement is the last to be executed, a use case happens as a whole or not at all."""

    def test_every_use_case(self, database: Database, clock: SteppingClock) -> None:
        settle_people(database)
        desk: Desk = make_desk(database, clock)
        later = make_desk(database, clock, release="fake-2", renamed={"audio": "video"})

        def seen() -> Any:
            assert verify(database)[0] == []
            with database.reading() as connection:
                tables = ("cases", "assessments", "readings", "determinations", "questions", "audit_events", "case_search")
                return [connection.exec_driver_sql(f"SELECT * FROM {table}").all() for table in tables]  # noqa: S608

        def the() -> Any:
            with database.reading() as connection:
                return list_cases(connection, Filters(), "", 1)[0][0]

        question = Decision("needs_information", question="Why?")
        accept = Decision("accept", reason_code="description_matches")
        interrupt = Interrupt(database)
        for step in (
            lambda: submit(desk, actor("exporter"), Submission("covert-audio?"), "k"),
            lambda: decide(desk, actor("ada"), the().id, the().version, question),
            lambda: answer(desk, actor("exporter"), the().id, the().version, "Because."),
            lambda: decide(desk, actor("ada"), the().id, the().version, accept),
            lambda: reopen(desk, actor("ada"), the().id, the().version, "again"),
            lambda: decide(desk, actor("ada"), the().id, the().version, accept),
            lambda: reassess(later, actor("admin"), the().id, apply=True),
            lambda: decide(desk, actor("ada"), the().id, the().version, Decision("accept", reason_code="list_changed")),
            lambda: redact(desk, actor("admin"), the().id, the().version, "by letter"),
        ):
            interrupt.everywhere(step, seen)
        assert the().state == "determined"
