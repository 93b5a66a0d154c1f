"""A backup is whole or is refused; a restore replaces nothing unless the backup is whole and nobody uses the database."""

import json
import os
import shutil
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest

from data.errors import BackupDamaged, BackupExists, BackupNotPossible
from serve.clock import utc_now
from serve.operations.backup import back_up, check_backup, record_path, restore
from serve.store.audit import Happened, append
from serve.store.database import Database

AT = "2026-11-27T22:00:00.000000Z"


def record_events(database: Database, n: int, organisation: str = "o-1") -> None:
    for number in range(n):
        with database.writing() as connection:
            append(connection, Happened(organisation, "noted", "u-1", new={"number": number}), AT)


def events(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("SELECT count(*) FROM audit_events").fetchone()[0])


@pytest.fixture
def path(tmp_path: Path, sqlite_template: Path) -> Path:
    """A database with three events that nobody uses."""
    path = tmp_path / "live" / "catchall.db"
    path.parent.mkdir()
    shutil.copy(sqlite_template, path)
    database = Database.open(f"sqlite:///{path}")
    record_events(database, 3)
    database.close()
    return path


@pytest.fixture
def url(path: Path) -> str:
    return f"sqlite:///{path}"


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "backups" / "one.db"


def only(folder: Path, *names: str) -> None:
    """Nothing half-finished is left behind."""
    assert sorted(each.name for each in folder.iterdir()) == sorted(names)


class TestBackup:
    """A backup is one moment of the database, private, verified, and beside it a record that says what it is."""

    def test_two_files(self, url: str, target: Path) -> None:
        record = back_up(url, target, utc_now)
        only(target.parent, "one.db", "one.db.json")
        assert events(target) == 3
        assert json.loads(record_path(target).read_text())["sha256"] == record.sha256
        assert [(head.organisation_id, head.sequence) for head in record.chains] == [("o-1", 3)]

    def test_private(self, url: str, target: Path) -> None:
        back_up(url, target, utc_now)
        assert {each.stat().st_mode & 0o077 for each in target.parent.iterdir()} == {0}

    def test_while_others_write(self, url: str, path: Path, target: Path) -> None:
        database, stop = Database.open(url), threading.Event()

        def write() -> None:
            while not stop.is_set():
                record_events(database, 1)

        writer = threading.Thread(target=write)
        writer.start()
        try:
            counts = []
            for number in range(5):
                back_up(url, target.with_name(f"{number}.db"), utc_now)
                counts.append(check_backup(target.with_name(f"{number}.db")))
        finally:
            stop.set()
            writer.join(30)
            database.close()
        ends = [record.chains[0].sequence for record in counts if record is not None]
        assert len(ends) == 5
        assert ends == sorted(ends)
        assert ends[-1] <= events(path)

    def test_does_not_overwrite(self, url: str, target: Path) -> None:
        target.parent.mkdir()
        target.write_text("precious")
        with pytest.raises(BackupExists):
            back_up(url, target, utc_now)
        assert target.read_text() == "precious"
        back_up(url, target, utc_now, force=True)
        assert check_backup(target) is not None

    def test_never_onto_the_database_itself(self, url: str, path: Path) -> None:
        with pytest.raises(BackupExists):
            back_up(url, path, utc_now, force=True)
        assert events(path) == 3

    def test_nothing_to_back_up(self, tmp_path: Path, target: Path) -> None:
        with pytest.raises(BackupNotPossible, match="no database"):
            back_up(f"sqlite:///{tmp_path / 'none.db'}", target, utc_now)

    def test_a_damaged_database_is_not_backed_up(self, url: str, path: Path, target: Path) -> None:
        damage_index(path)
        with pytest.raises(BackupDamaged):
            back_up(url, target, utc_now)
        only(target.parent)

    def test_a_broken_audit_is_not_backed_up(self, url: str, path: Path, target: Path) -> None:
        forge(path)
        with pytest.raises(BackupDamaged, match="audit"):
            back_up(url, target, utc_now)
        only(target.parent)

    def test_a_folder_that_cannot_be_written(self, url: str, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("")
        with pytest.raises(BackupNotPossible):
            back_up(url, tmp_path / "file" / "one.db", utc_now)

    def test_postgresql_has_its_own_tools(self, target: Path) -> None:
        with pytest.raises(BackupNotPossible, match="pg_dump"):
            back_up("postgresql+psycopg://nobody@127.0.0.1/none", target, utc_now)


def damage_index(path: Path) -> None:
    """Make an index disagree with its table, as a broken disk would."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA writable_schema=ON")
        name, sql = connection.execute("SELECT name, sql FROM sqlite_schema WHERE type='index' AND sql LIKE '%audit_events%'").fetchone()
        connection.execute("UPDATE sqlite_schema SET sql=? WHERE name=?", (sql + " WHERE 0", name))


def forge(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("DROP TRIGGER audit_events_fixed")
        connection.execute("UPDATE audit_events SET new='{\"number\":99}' WHERE sequence=2")


class TestCheck:
    """What is not as it was written is found before it is used."""

    def test_whole(self, url: str, target: Path) -> None:
        record = back_up(url, target, utc_now)
        assert check_backup(target) == record

    def test_changed_byte(self, url: str, target: Path) -> None:
        back_up(url, target, utc_now)
        content = bytearray(target.read_bytes())
        content[-1] ^= 1
        target.write_bytes(content)
        with pytest.raises(BackupDamaged, match="hash"):
            check_backup(target)

    @pytest.mark.parametrize("content", [b"", b"not a database at all, but long enough to look at"])
    def test_no_database(self, target: Path, content: bytes) -> None:
        target.parent.mkdir()
        target.write_bytes(content)
        with pytest.raises(BackupDamaged):
            check_backup(target)

    def test_not_there(self, target: Path) -> None:
        with pytest.raises(BackupDamaged, match="no such file"):
            check_backup(target)

    @pytest.mark.parametrize("content", ["", "[]", "{}", '{"format": 1}'])
    def test_a_record_that_is_none(self, url: str, target: Path, content: str) -> None:
        back_up(url, target, utc_now)
        record_path(target).write_text(content)
        with pytest.raises(BackupDamaged, match="record"):
            check_backup(target)

    def test_a_lost_end_of_the_audit(self, url: str, path: Path, target: Path) -> None:
        """A whole chain that is shorter than the record says is found; without the record nobody could tell."""
        back_up(url, target, utc_now)
        database = Database.open(url)
        record_events(database, 2)
        database.close()
        later = target.with_name("later.db")
        back_up(url, later, utc_now)
        content = json.loads(record_path(later).read_text())
        content["sha256"] = json.loads(record_path(target).read_text())["sha256"]
        record_path(target).write_text(json.dumps(content))
        with pytest.raises(BackupDamaged, match="anchored"):
            check_backup(target)

    def test_a_schema_of_the_future(self, url: str, path: Path, target: Path) -> None:
        back_up(url, target, utc_now)
        record_path(target).unlink()
        with closing(sqlite3.connect(target, isolation_level=None)) as connection:
            connection.execute("UPDATE alembic_version SET version_num='9999'")
        with pytest.raises(BackupDamaged, match="9999"):
            check_backup(target)

    def test_an_older_schema(self, tmp_path: Path, target: Path) -> None:
        database = Database.open(f"sqlite:///{tmp_path / 'old.db'}")
        database.migrate("0001")
        database.close()
        record = back_up(f"sqlite:///{tmp_path / 'old.db'}", target, utc_now)
        assert record.revision == "0001"
        assert check_backup(target) == record

    def test_checking_changes_nothing(self, url: str, target: Path) -> None:
        back_up(url, target, utc_now)
        target.chmod(0o400)
        before = target.read_bytes()
        check_backup(target)
        assert target.read_bytes() == before
        only(target.parent, "one.db", "one.db.json")


class TestRestore:
    """The backup takes the place of the database in one step; what was there is kept."""

    def test_into_nothing(self, url: str, tmp_path: Path, target: Path) -> None:
        back_up(url, target, utc_now)
        fresh = tmp_path / "fresh" / "catchall.db"
        assert restore(f"sqlite:///{fresh}", target, utc_now) is None
        assert events(fresh) == 3
        database = Database.open(f"sqlite:///{fresh}")
        record_events(database, 1)
        database.close()

    def test_does_not_overwrite(self, url: str, path: Path, target: Path) -> None:
        back_up(url, target, utc_now)
        before = path.read_bytes()
        with pytest.raises(BackupExists):
            restore(url, target, utc_now)
        assert path.read_bytes() == before

    def test_keeps_what_was_there(self, url: str, path: Path, target: Path) -> None:
        back_up(url, target, utc_now)
        database = Database.open(url)
        record_events(database, 4)
        database.close()
        kept = restore(url, target, utc_now, force=True)
        assert kept is not None
        assert events(path) == 3
        assert events(kept) == 7
        only(path.parent, path.name, kept.name)

    def test_refused_while_in_use(self, url: str, path: Path, target: Path) -> None:
        back_up(url, target, utc_now)
        database = Database.open(url)
        record_events(database, 1)  # its connection stays open, idle
        try:
            with pytest.raises(BackupNotPossible, match="in use"):
                restore(url, target, utc_now, force=True)
            record_events(database, 1)
        finally:
            database.close()
        assert events(path) == 5

    def test_a_damaged_backup_replaces_nothing(self, url: str, path: Path, target: Path) -> None:
        back_up(url, target, utc_now)
        target.write_bytes(target.read_bytes()[:-4096])
        with pytest.raises(BackupDamaged):
            restore(url, target, utc_now, force=True)
        assert events(path) == 3

    def test_over_a_broken_database(self, url: str, path: Path, target: Path) -> None:
        back_up(url, target, utc_now)
        path.write_bytes(b"broken" * 1000)
        path.with_name(path.name + "-wal").write_bytes(b"stale")
        kept = restore(url, target, utc_now, force=True)
        assert kept is not None
        assert events(path) == 3
        only(path.parent, path.name, kept.name)  # SQLite itself threw the useless log away

    def test_a_stale_log_never_meets_the_restored_database(self, url: str, path: Path, target: Path) -> None:
        back_up(url, target, utc_now)
        path.rename(path.with_name("elsewhere.db"))
        path.with_name(path.name + "-wal").write_bytes(b"stale")
        with pytest.raises(BackupExists):
            restore(url, target, utc_now)
        assert restore(url, target, utc_now, force=True) is None
        assert events(path) == 3

    def test_a_kept_file_survives_when_links_are_not_possible(
        self, url: str, path: Path, target: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refuse(*_: object, **__: object) -> None:
            raise OSError("no links here")

        monkeypatch.setattr(os, "link", refuse)
        back_up(url, target, utc_now)
        kept = restore(url, target, utc_now, force=True)
        assert kept is not None
        assert events(kept) == 3
