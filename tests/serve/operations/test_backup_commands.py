"""`catchall backup` and `catchall restore` say what they did, and say why not in one sentence with exit code 2."""

import resource
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli import app
from serve.operations.backup import check_backup

ROOT = Path(__file__).parents[3]


@pytest.fixture
def path(tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "live" / "catchall.db"
    path.parent.mkdir()
    shutil.copy(sqlite_template, path)
    monkeypatch.setenv("CATCHALL_DATABASE_URL", f"sqlite:///{path}")
    return path


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, list(arguments))
    return result.exit_code, result.output


class TestCommands:
    """There and back."""

    def test_there_and_back(self, path: Path, tmp_path: Path) -> None:
        backup = str(tmp_path / "b.db")
        code, output = run("backup", backup)
        assert (code, "audit chains whole" in output) == (0, True), output
        assert run("backup", backup)[0] == 2
        assert run("backup", backup, "--force")[0] == 0
        assert run("restore", backup)[0] == 2
        code, output = run("restore", backup, "--force")
        assert (code, "is kept as" in output) == (0, True), output

    def test_check(self, path: Path, tmp_path: Path) -> None:
        run("backup", str(tmp_path / "b.db"))
        code, output = run("restore", str(tmp_path / "b.db"), "--check")
        assert (code, "can be used" in output) == (0, True)
        (tmp_path / "b.db.json").unlink()
        code, output = run("restore", str(tmp_path / "b.db"), "--check")
        assert (code, "no record" in output) == (0, True)

    def test_wrong_setting(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setenv("CATCHALL_DATABASE_URL", "mongodb://x/y")
        assert run("backup", str(tmp_path / "b.db"))[0] == 2
        monkeypatch.setenv("CATCHALL_QUEUE", "many")
        assert "CATCHALL_QUEUE" in run("backup", str(tmp_path / "b.db"))[1]


def limit_files() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (65_536, 65_536))


class TestFullDisk:
    """A disk that fills up leaves the old backup as it was, and nothing half-written."""

    def test_backup(self, path: Path, tmp_path: Path) -> None:
        backup = tmp_path / "backups" / "b.db"
        assert run("backup", str(backup))[0] == 0
        before = backup.read_bytes()
        command = [sys.executable, str(ROOT / "cli.py"), "backup", str(backup), "--force"]
        done = subprocess.run(command, cwd=ROOT, preexec_fn=limit_files, capture_output=True, text=True, check=False)
        assert done.returncode == 2
        assert "Nothing was changed" in done.stderr
        assert "Traceback" not in done.stderr
        assert backup.read_bytes() == before
        assert check_backup(backup) is not None
        assert sorted(each.name for each in backup.parent.iterdir()) == ["b.db", "b.db.json"]
