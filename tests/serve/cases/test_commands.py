"""The commands over all cases say what they did, and their exit code says whether all is well."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

import commands.cases
from cli import app
from serve.cases.case import Submission
from serve.cases.decide import Decision, decide
from serve.cases.desk import Desk
from serve.cases.submit import submit
from serve.clock import utc_now
from serve.store.database import Database
from tests.serve.cases.world import actor, make_desk, settle_people
from tests.serve.test_api import FakeClassifier

runner = CliRunner()


class Newer(FakeClassifier):
    """A release after the one that the cases were assessed with."""

    release = "fake-2"


@pytest.fixture
def here(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """A desk on the database that the commands find."""
    monkeypatch.setenv("CATCHALL_DATABASE_URL", database_url)
    monkeypatch.setattr(commands.cases, "load_predictor", lambda *_: Newer())
    database = Database.open(database_url)
    settle_people(database)
    yield make_desk(database, utc_now)
    database.close()


def run(*arguments: object, code: int = 0) -> str:
    result = runner.invoke(app, [str(argument) for argument in arguments])
    assert result.exit_code == code, result.output
    return result.output


def determined(desk: Desk) -> str:
    case = submit(desk, actor("exporter"), Submission("covert-audio?", consent=True))[0]
    return decide(desk, actor("ada"), case.id, 1, Decision("accept", reason_code="other", comment="so")).id


class TestAudit:
    """`catchall audit` verifies, exports and removes."""

    def test_whole(self, here: Desk, tmp_path: Path) -> None:
        determined(here)
        ends = tmp_path / "ends.json"
        assert "1 chains, 2 events" in run("audit", "verify", "--keep", ends)
        assert "1 chains, 2 events" in run("audit", "verify", "--anchors", ends)
        content = json.loads(ends.read_text(encoding="utf-8"))
        content[0]["hash"] = "0"
        ends.write_text(json.dumps(content), encoding="utf-8")
        assert "anchored" in run("audit", "verify", "--anchors", ends, code=1)

    def test_broken(self, here: Desk) -> None:
        determined(here)
        with here.database.writing() as connection:
            connection.execute(text("UPDATE cases SET state = 'cleared'"))
        assert "FAULT" in run("audit", "verify", code=1)

    def test_export(self, here: Desk, tmp_path: Path) -> None:
        case_id = determined(here)
        target = tmp_path / "audit.jsonl"
        assert "2 events" in run("audit", "export", target, "--case", case_id)
        events = [json.loads(line) for line in target.read_text(encoding="utf-8").splitlines()]
        assert [event["type"] for event in events] == ["case_submitted", "case_determined"]
        assert "0 events" in run("audit", "export", target, "--organisation", "south")
        run("audit", "export", tmp_path / "no" / "where", code=2)
        run("audit", "verify", "--anchors", target, code=2)

    def test_retention(self, here: Desk) -> None:
        determined(here)
        assert "0 cases" in run("audit", "retention", "--apply")
        with here.database.writing() as connection:
            connection.execute(text("UPDATE cases SET closed_at = '2001-01-01T00:00:00.000000Z'"))
        assert "1 cases" in run("audit", "retention")
        assert "1 cases" in run("audit", "retention", "--apply")
        assert "0 cases" in run("audit", "retention")
        run("audit", "verify")


class TestReassess:
    """`catchall reassess` says what would change, and with `--apply` changes it."""

    def test_run(self, here: Desk) -> None:
        submit(here, actor("exporter"), Submission("a lamp"))
        assert "1 reopened" in run("reassess")
        assert "1 reopened" in run("reassess", "--apply")
        assert "0 reopened" in run("reassess", "--apply")
        run("audit", "verify")


class TestExport:
    """`catchall corpus export-reviewed` writes records and history."""

    def test_run(self, here: Desk, tmp_path: Path) -> None:
        determined(here)
        target = tmp_path / "reviewed.jsonl"
        assert "1 records" in run("corpus", "export-reviewed", target)
        assert json.loads(target.read_text(encoding="utf-8"))["labels"] == ["covert-audio"]
        assert json.loads((tmp_path / "reviewed.history.jsonl").read_text(encoding="utf-8"))["determinations"]
        run("corpus", "export-reviewed", tmp_path / "no" / "where", code=2)
