"""Every error a database can raise is ours when it comes up, or is a mistake in our own statements."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import exc, text

from data.errors import StoreConflict, StoreDamaged, StoreRefused, StoreUnavailable
from serve.store.database import Database
from serve.store.faults import translated

MISTAKES = (psycopg.ProgrammingError, psycopg.NotSupportedError, psycopg.InternalError)
"""A wrong statement is not translated, so that it becomes a 500 and is mended."""


def all_of(cls: type[psycopg.Error]) -> Iterator[type[psycopg.Error]]:
    for each in cls.__subclasses__():
        yield each
        yield from all_of(each)


def wrapped(error: Exception) -> exc.DBAPIError:
    return exc.DBAPIError.instance("SELECT 1", {}, error, psycopg.Error)  # type: ignore[return-value]


class TestPostgresql:
    """The whole tree of psycopg's errors is covered."""

    @pytest.mark.parametrize("cls", sorted(set(all_of(psycopg.OperationalError)), key=lambda cls: cls.__name__))
    def test_operational(self, cls: type[psycopg.Error]) -> None:
        assert isinstance(translated(wrapped(cls("host=secret"))), StoreUnavailable)
        assert "secret" not in str(translated(wrapped(cls("host=secret"))))

    @pytest.mark.parametrize(
        ("cls", "ours"),
        [
            (psycopg.errors.UniqueViolation, StoreConflict),
            (psycopg.errors.ForeignKeyViolation, StoreConflict),
            (psycopg.errors.CheckViolation, StoreConflict),
            (psycopg.errors.DataCorrupted, StoreDamaged),
            (psycopg.errors.IndexCorrupted, StoreDamaged),
            (psycopg.errors.ReadOnlySqlTransaction, StoreUnavailable),
            (psycopg.errors.NumericValueOutOfRange, StoreRefused),
            (psycopg.errors.CharacterNotInRepertoire, StoreRefused),
            (psycopg.errors.IdleInTransactionSessionTimeout, StoreUnavailable),
        ],
    )
    def test_named(self, cls: type[psycopg.Error], ours: type[Exception]) -> None:
        assert type(translated(wrapped(cls("x")))) is ours

    @pytest.mark.parametrize("cls", [psycopg.errors.UndefinedTable, psycopg.errors.SyntaxError, psycopg.errors.InsufficientPrivilege])
    def test_mistakes(self, cls: type[psycopg.Error]) -> None:
        assert issubclass(cls, MISTAKES)
        assert translated(wrapped(cls("x"))) is None


class TestSqlite:
    """What happens to a file happens here for real."""

    @pytest.fixture
    def database(self, sqlite_template: Path, tmp_path: Path) -> Iterator[Database]:
        path = tmp_path / "x.db"
        path.write_bytes(sqlite_template.read_bytes())
        database = Database.open(f"sqlite:///{path}", patience_seconds=0.2)
        yield database
        database.close()

    def test_disk_full(self, database: Database) -> None:
        with pytest.raises(StoreUnavailable, match="full"), database.writing() as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
            connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
            for number in range(1000):
                values = {"id": f"{number}", "name": "x" * 300, "at": "2026"}
                connection.execute(text("INSERT INTO organisations VALUES (:id, :name, :id, :at)"), values)
        with database.reading() as connection:
            assert connection.exec_driver_sql("SELECT count(*) FROM organisations").scalar_one() == 0

    def test_read_only(self, database: Database) -> None:
        with pytest.raises(StoreUnavailable), database.writing() as connection:
            connection.exec_driver_sql("PRAGMA query_only=ON")
            connection.exec_driver_sql("DELETE FROM organisations")

    def test_damaged(self, database: Database) -> None:
        database.close()
        path = database.path
        assert path is not None
        content = path.read_bytes()
        path.write_bytes(content[:4096] + b"\xff" * (len(content) - 4096))
        with pytest.raises(StoreDamaged), database.reading() as connection:
            connection.exec_driver_sql("SELECT count(*) FROM organisations WHERE name = 'x'").all()

    def test_a_number_that_is_too_large(self, database: Database) -> None:
        with pytest.raises(StoreRefused), database.reading() as connection:
            connection.execute(text("SELECT :number"), {"number": 2**70})

    def test_no_connection_free(self, database: Database) -> None:
        assert isinstance(translated(exc.TimeoutError()), StoreUnavailable)

    def test_the_folder_cannot_be_made(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("")
        with pytest.raises(StoreUnavailable):
            Database.open(f"sqlite:///{tmp_path}/file/x.db")

    def test_a_driver_error_without_a_code_is_a_mistake(self) -> None:
        assert translated(sqlite3.ProgrammingError("Cannot operate on a closed database.")) is None
