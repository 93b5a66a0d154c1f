"""How SQLite is set up: durable, with foreign keys, many readers beside one writer."""

import sqlite3
import time
from typing import Any

from sqlalchemy import Connection, Engine, event

_SWITCH_TRIES = 50
_SWITCH_PAUSE_SECONDS = 0.1
_LOCKED = {5, 6}


def _use_wal(connection: sqlite3.Connection) -> None:
    """Switch to write-ahead logging. The busy timeout does not cover the switch when two processes make it at once."""
    for attempt in range(_SWITCH_TRIES):
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF not in _LOCKED or attempt == _SWITCH_TRIES - 1:
                raise
            time.sleep(_SWITCH_PAUSE_SECONDS)


def _on_connect(connection: sqlite3.Connection, _: Any) -> None:
    # The driver's own transactions begin late and deferred; ours are begun by `_on_begin`.
    connection.isolation_level = None
    if connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        _use_wal(connection)
    # FULL: a commit is on the disk before it is acknowledged, also when the power fails.
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA trusted_schema=OFF")


def _on_begin(connection: Connection) -> None:
    # IMMEDIATE takes the write lock at once: a transaction that reads first and writes later can then never fail half-way
    # because another one wrote in between.
    immediate = connection.get_execution_options().get("writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


def prepare_engine(engine: Engine) -> None:
    """Set up every connection the engine opens."""
    event.listen(engine, "connect", _on_connect)
    event.listen(engine, "begin", _on_begin)
