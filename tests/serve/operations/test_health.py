"""Health tells the truth about every part, at a bounded cost."""

import threading
from pathlib import Path

from fastapi.testclient import TestClient

from data.errors import InferenceFailed
from serve.app import create_app
from serve.operations.health import KEPT_SECONDS, Readiness
from serve.settings import Settings
from serve.store.database import Database
from tests.serve.test_api import FakeClassifier


class Part:
    """A part that works or not, and counts how often it was asked."""

    def __init__(self) -> None:
        self.works = True
        self.asked = 0

    def __call__(self) -> None:
        self.asked += 1
        if not self.works:
            raise InferenceFailed(reason="no")


class Ticks:
    """Time that moves only when told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class TestReadiness:
    """Each part is asked; a result is kept for a second; a part that fails does not hide the others."""

    def test_each_part(self) -> None:
        model, database = Part(), Part()
        database.works = False
        assert Readiness({"model": model, "database": database}).parts() == {"model": True, "database": False}

    def test_kept_for_a_second(self) -> None:
        part, ticks = Part(), Ticks()
        readiness = Readiness({"model": part}, ticks)
        assert readiness.parts() == {"model": True}
        part.works = False
        ticks.now += KEPT_SECONDS / 2
        assert readiness.parts() == {"model": True}
        ticks.now += KEPT_SECONDS
        assert readiness.parts() == {"model": False}
        assert part.asked == 2

    def test_comes_back(self) -> None:
        part, ticks = Part(), Ticks()
        part.works = False
        readiness = Readiness({"model": part}, ticks)
        assert readiness.parts() == {"model": False}
        part.works = True
        ticks.now += KEPT_SECONDS
        assert readiness.parts() == {"model": True}

    def test_a_check_that_hangs_is_not_ready(self) -> None:
        gate, entered = threading.Event(), threading.Event()

        def hang() -> None:
            entered.set()
            assert gate.wait(30)

        readiness = Readiness({"database": hang}, Ticks(), patience_seconds=0.01)
        first = threading.Thread(target=readiness.parts)
        first.start()
        assert entered.wait(10)
        assert readiness.parts() == {"database": False}
        gate.set()
        first.join(10)
        assert readiness.parts() == {"database": True}

    def test_many_at_once_cost_one_check(self) -> None:
        part = Part()
        readiness = Readiness({"model": part}, Ticks())
        threads = [threading.Thread(target=readiness.parts) for _ in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(10)
        assert part.asked == 1


def ready(url: str) -> tuple[int, str]:
    """Return what `/readyz` says of a service on a database: status, and the detail of the problem."""
    database = Database.open(url, patience_seconds=1)
    try:
        answer = TestClient(create_app(Settings(), FakeClassifier(), database)).get("/readyz")
    finally:
        database.close()
    return answer.status_code, answer.json().get("detail", "")


class TestDatabase:
    """A database that is down, empty, or of another schema is not ready, and the answer names it."""

    def test_ready(self, database_url: str) -> None:
        assert ready(database_url) == (200, "")

    def test_without_a_schema(self, blank_url: str) -> None:
        assert ready(blank_url) == (503, "Not ready: database does not work.")

    def test_of_an_older_schema(self, database_url: str) -> None:
        database = Database.open(database_url)
        database.downgrade("0001")
        database.close()
        assert ready(database_url)[0] == 503

    def test_down(self) -> None:
        assert ready("postgresql+psycopg://nobody@127.0.0.1:1/none")[0] == 503

    def test_not_a_database(self, tmp_path: Path) -> None:
        (tmp_path / "catchall.db").write_bytes(b"something else entirely" * 100)
        assert ready(f"sqlite:///{tmp_path / 'catchall.db'}")[0] == 503
