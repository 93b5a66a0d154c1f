"""The store does what it says on SQLite and on PostgreSQL, and says so when it cannot."""

import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import func, insert, select

import serve.store.case_tables
import serve.store.webhook_tables  # noqa: F401  (their tables join the metadata)
from data.errors import ConfigurationError, StoreConflict, StoreDamaged, StoreRefused, StoreTooNew, StoreUnavailable
from serve.store import steps
from serve.store.database import Database
from serve.store.tables import metadata, organisations, users

ROOT = Path(__file__).parents[3]


def add(database: Database, name: str) -> None:
    with database.writing() as connection:
        connection.execute(insert(organisations).values(id=name, name=name, name_key=name, created_at="2026"))


def count(database: Database) -> int:
    with database.reading() as connection:
        return int(connection.execute(select(func.count()).select_from(organisations)).scalar_one())


class TestTransactions:
    """A block is kept whole or not at all."""

    def test_kept(self, database: Database) -> None:
        add(database, "a")
        assert count(database) == 1

    def test_undone(self, database: Database) -> None:
        with pytest.raises(RuntimeError), database.writing() as connection:
            connection.execute(insert(organisations).values(id="a", name="a", name_key="a", created_at="2026"))
            raise RuntimeError
        assert count(database) == 0

    def test_reading_sees_one_state(self, database: Database) -> None:
        query = select(func.count()).select_from(organisations)
        with database.reading() as connection:
            before = connection.execute(query).scalar_one()
            add(database, "a")
            assert connection.execute(query).scalar_one() == before
        assert count(database) == 1

    def test_foreign_keys_hold(self, database: Database) -> None:
        row = {"id": "u", "organisation_id": "nobody", "name": "u", "name_key": "u", "role": "admin", "created_at": "2026"}
        with pytest.raises(StoreConflict), database.writing() as connection:
            connection.execute(insert(users).values(row))

    def test_increments_from_threads_are_all_kept(self, database: Database) -> None:
        add(database, "0")

        def step() -> None:
            for _ in range(20):
                with database.writing() as connection:
                    database.alone(connection, "count")
                    now = int(connection.execute(select(organisations.c.name)).scalar_one())
                    connection.execute(organisations.update().values(name=str(now + 1)))

        threads = [threading.Thread(target=step) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with database.reading() as connection:
            assert connection.execute(select(organisations.c.name)).scalar_one() == "160"


class TestFaults:
    """What goes wrong below comes up as an error of ours."""

    def test_conflict(self, database: Database) -> None:
        add(database, "a")
        with pytest.raises(StoreConflict):
            add(database, "a")

    def test_unstorable_text(self, database: Database) -> None:
        with pytest.raises(StoreRefused):
            add(database, "lone surrogate \ud800")

    def test_locked(self, database_url: str) -> None:
        first, second = Database.open(database_url), Database.open(database_url, patience_seconds=0.1)
        with first.writing() as connection:
            connection.execute(insert(organisations).values(id="a", name="a", name_key="a", created_at="2026"))
            with pytest.raises(StoreUnavailable, match="locked"):
                add(second, "a")
        first.close()
        second.close()

    def test_a_mistake_of_ours_is_not_hidden(self, database: Database) -> None:
        with pytest.raises(Exception, match="nowhere") as raised, database.reading() as connection:
            connection.exec_driver_sql("SELECT * FROM nowhere")
        assert not isinstance(raised.value, StoreUnavailable)

    def test_nobody_listens(self) -> None:
        database = Database.open("postgresql+psycopg://nobody:secret@127.0.0.1:1/none", patience_seconds=1)
        with pytest.raises(StoreUnavailable) as raised, database.reading():
            pass
        assert "secret" not in str(raised.value)

    def test_not_a_database(self, tmp_path: Path) -> None:
        path = tmp_path / "x.db"
        path.write_bytes(b"not a database at all" * 100)
        database = Database.open(f"sqlite:///{path}")
        with pytest.raises(StoreDamaged), database.reading():
            pass
        database.close()

    @pytest.mark.parametrize("url", ["", "nonsense", "mysql://x/y", "sqlite://", "sqlite:///:memory:"])
    def test_other_addresses(self, url: str) -> None:
        with pytest.raises(ConfigurationError):
            Database.open(url)


class TestMigrations:
    """The schema is what the migrations build, and they can be taken back."""

    def test_up_down_up(self, blank_url: str) -> None:
        database = Database.open(blank_url)
        assert database.current_revision() is None
        database.migrate()
        newest = database.current_revision()
        database.migrate()
        assert database.current_revision() == newest is not None
        database.downgrade("base")
        assert database.current_revision() is None
        database.migrate()
        assert count(database) == 0
        database.close()

    def test_tables_are_those_of_the_metadata(self, database: Database) -> None:
        with database.reading() as connection:
            # The search index is SQL of its own on each database, not a table of the metadata.
            context = MigrationContext.configure(connection, opts={"include_name": lambda name, *_: "search" not in (name or "")})
            differences = compare_metadata(context, metadata)
        assert differences == []

    def test_rows_survive_an_upgrade(self, blank_url: str) -> None:
        database = Database.open(blank_url)
        database.migrate("0001")
        add(database, "kept")
        database.migrate()
        assert count(database) == 1
        database.close()

    def test_two_start_at_once(self, blank_url: str) -> None:
        databases = [Database.open(blank_url) for _ in range(4)]
        errors: list[Exception] = []

        def migrate(database: Database) -> None:
            try:
                database.migrate()
            except Exception as error:
                errors.append(error)

        threads = [threading.Thread(target=migrate, args=(database,)) for database in databases]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert errors == []
        for database in databases:
            assert count(database) == 0
            database.close()

    def test_two_processes_start_at_once(self, blank_url: str) -> None:
        program = f"from serve.store.database import Database; Database.open({blank_url!r}).migrate()"
        started = [subprocess.Popen([sys.executable, "-c", program], stderr=subprocess.PIPE, cwd=ROOT) for _ in range(2)]
        assert [(process.communicate()[1], process.returncode) for process in started] == [(b"", 0)] * 2

    def test_rows_that_refer_to_a_rebuilt_table_stay(self, sqlite_template: Path, tmp_path: Path) -> None:
        database = Database.open(f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'x.db')}")
        add(database, "a")
        row = {"id": "u", "organisation_id": "a", "name": "u", "name_key": "u", "role": "admin", "created_at": "2026"}
        with database.writing() as connection:
            connection.execute(insert(users).values(row))
        with database._migrating() as connection:
            connection.exec_driver_sql("CREATE TABLE rebuilt AS SELECT * FROM organisations")
            connection.exec_driver_sql("DROP TABLE organisations")
            connection.exec_driver_sql("ALTER TABLE rebuilt RENAME TO organisations")
            connection.exec_driver_sql("CREATE UNIQUE INDEX one ON organisations (id)")
        with database.reading() as connection:
            assert connection.execute(select(func.count()).select_from(users)).scalar_one() == 1
            assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar_one() == 1
        database.close()

    def test_names_of_the_steps_are_what_alembic_knows(self) -> None:
        config = Config()
        config.set_main_option("script_location", str(steps.FOLDER))
        scripts = ScriptDirectory.from_config(config)
        assert steps.revisions() == {script.revision for script in scripts.walk_revisions()}
        assert steps.newest() == scripts.get_current_head()

    def test_nothing_to_take_loads_nothing(self, sqlite_template: Path, tmp_path: Path) -> None:
        file = shutil.copy(sqlite_template, tmp_path / "again.db")
        program = (
            "import sys; from serve.store.database import Database; "
            f"database = Database.open('sqlite:///{file}'); database.migrate(); "
            "print(database.current_revision(), 'alembic' in sys.modules)"
        )
        done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
        assert done.stdout.split() == [steps.newest(), "False"]

    def test_a_newer_schema_is_left_alone(self, database: Database) -> None:
        with database.writing() as connection:
            connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
        with pytest.raises(StoreTooNew, match="9999"):
            database.migrate()
