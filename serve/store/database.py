"""One database, SQLite or PostgreSQL, behind the same few words: `writing`, `reading`, `migrate`.

A block is a transaction. It is committed when the block ends and undone when it raises; so what a use case returns after
the block is already on the disk.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Literal

from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from data.errors import ConfigurationError, StoreUnavailable
from serve.store import steps
from serve.store.faults import RETRY_AFTER_SECONDS, translating
from serve.store.sqlite import prepare_engine

Dialect = Literal["sqlite", "postgresql"]

_SOURCE = "CATCHALL_DATABASE_URL"
_POOL = 16
"""Connections kept open; a request holds one for milliseconds only."""


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise ConfigurationError(source=_SOURCE, reason="it is no database address") from error
    backend = parsed.get_backend_name()
    if backend == "postgresql":
        return parsed.set(drivername="postgresql+psycopg")
    if backend == "sqlite" and parsed.database and parsed.database != ":memory:":
        return parsed
    raise ConfigurationError(source=_SOURCE, reason="use sqlite:///PATH or postgresql+psycopg://USER@HOST/NAME")


def _engine(url: URL, patience_seconds: float) -> Engine:
    if url.get_backend_name() == "sqlite":
        engine = create_engine(
            url, pool_size=_POOL, max_overflow=_POOL, pool_timeout=patience_seconds, connect_args={"timeout": patience_seconds}
        )
        prepare_engine(engine)
        return engine
    milliseconds = int(patience_seconds * 1000)
    # A statement waits for a lock no longer than a request may; a client that dies in a transaction does not hold its locks.
    options = f"-c timezone=UTC -c lock_timeout={milliseconds} -c idle_in_transaction_session_timeout={6 * milliseconds}"
    return create_engine(
        url,
        pool_size=_POOL,
        max_overflow=_POOL,
        pool_timeout=patience_seconds,
        pool_pre_ping=True,
        connect_args={"options": options, "connect_timeout": max(2, int(patience_seconds))},
    )


class Database:
    """A store with transactions. Safe to share between threads."""

    def __init__(self, engine: Engine, patience_seconds: float) -> None:
        self._engine = engine
        self._patience = patience_seconds
        # SQLite takes one writer at a time and lets others poll the file; those of this process wait here instead.
        self._line = threading.Lock() if engine.dialect.name == "sqlite" else None

    @classmethod
    def open(cls, url: str, patience_seconds: float = 10.0) -> "Database":
        """Return the database of an address. Nothing is connected to yet.

        Args:
            url: `sqlite:///path` or `postgresql+psycopg://user@host/name`.
            patience_seconds: how long to wait for a connection or a lock.

        Raises:
            ConfigurationError: the address is of another kind.
            StoreUnavailable: the folder of the SQLite file cannot be made.
        """
        parsed = _parsed(url)
        if parsed.get_backend_name() == "sqlite":
            try:
                Path(str(parsed.database)).parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise StoreUnavailable(reason=error.strerror or "its folder cannot be made", retry_after=RETRY_AFTER_SECONDS) from error
        return cls(_engine(parsed, patience_seconds), patience_seconds)

    @property
    def dialect(self) -> Dialect:
        """Return which database this is."""
        return "sqlite" if self._engine.dialect.name == "sqlite" else "postgresql"

    @property
    def path(self) -> Path | None:
        """Return the file of a SQLite database."""
        return Path(str(self._engine.url.database)) if self.dialect == "sqlite" else None

    @property
    def address(self) -> str:
        """Return the address of the database, with the password if it has one: never to be shown."""
        return self._engine.url.render_as_string(hide_password=False)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if self._line is None:
            yield
            return
        if not self._line.acquire(timeout=self._patience):
            raise StoreUnavailable(reason="it is locked", retry_after=RETRY_AFTER_SECONDS)
        try:
            yield
        finally:
            self._line.release()

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Open a transaction that may change things; blocks of this kind do not nest.

        On SQLite nobody else writes meanwhile. On PostgreSQL others do (read committed): whoever reads to decide what to
        write takes `alone` first, or puts the condition into the statement.

        Raises:
            StoreUnavailable: the database is down, full, or locked for too long; nothing was changed.
            StoreConflict: a constraint forbids it; nothing was changed.
            StoreRefused: a value cannot be stored; nothing was changed.
        """
        with self._turn(), translating(), self._engine.connect().execution_options(writing=True) as connection, connection.begin():
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a transaction that sees one state of the database throughout and changes nothing.

        Raises:
            StoreUnavailable: the database is down.
        """
        with translating(), self._engine.connect() as connection:
            if self.dialect == "postgresql":
                connection = connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            with connection.begin():
                yield connection

    def alone(self, connection: Connection, name: str) -> None:
        """Wait until no other transaction is alone with the same name, and stay so until this one ends."""
        if self.dialect == "postgresql":
            number = int.from_bytes(sha256(name.encode()).digest()[:8], "big", signed=True)
            connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": number})

    @contextmanager
    def _migrating(self) -> Iterator[Connection]:
        with self._turn(), translating(), self._engine.connect().execution_options(writing=True) as connection:
            if self.dialect == "sqlite":
                # Steps that rebuild a table drop the old one; with foreign keys on, that would delete the rows that refer to it.
                # The switch has no effect inside a transaction, so it is thrown before one begins.
                connection.connection.cursor().execute("PRAGMA foreign_keys=OFF")
            try:
                with connection.begin():
                    self.alone(connection, "catchall.migrate")
                    yield connection
                    if self.dialect == "sqlite" and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                        raise StoreUnavailable(reason="a migration left rows that refer to nothing", retry_after=RETRY_AFTER_SECONDS)
            finally:
                # The next one to use this connection gets it anew, with foreign keys on.
                connection.invalidate()

    def migrate(self, target: str = "head") -> None:
        """Take the steps up to a revision, in one transaction. Two processes may start at once: the second finds it done.

        Raises:
            StoreUnavailable: the database cannot be reached or a step failed; nothing was changed.
            StoreTooNew: the schema is newer than this program.
        """
        with self._migrating() as connection:
            steps.upgrade(connection, target)

    def downgrade(self, target: str) -> None:
        """Take the steps back down to a revision (`base`: all of them)."""
        with self._migrating() as connection:
            steps.downgrade(connection, target)

    def current_revision(self) -> str | None:
        """Return the revision of the schema; None for an empty database."""
        with self.reading() as connection:
            return steps.current(connection)

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()
