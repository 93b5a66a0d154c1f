"""Copies of a SQLite file: taken while it is in use, checked, and put in its place while it is not."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from data.errors import BackupDamaged, BackupNotPossible

SIDE_FILES = ("-wal", "-shm", "-journal")
"""What SQLite keeps beside a database; of one database and never to be met by another."""


def make_private(path: Path) -> None:
    """Create an empty file that only its owner can read."""
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def sync(path: Path) -> None:
    """Bring a file or a folder to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def copy_online(source: Path, target: Path) -> None:
    """Copy a database as it is at one moment into a new private file, while others read and write it.

    Raises:
        BackupNotPossible: the source cannot be read, or the disk is full.
    """
    try:
        make_private(target)
        with closing(sqlite3.connect(source, timeout=30)) as live, closing(sqlite3.connect(target)) as copy:
            live.backup(copy)  # all pages in one step: one moment, and writers are not held up (write-ahead log)
            copy.execute("PRAGMA journal_mode=DELETE")  # a copy is one file
        sync(target)
    except (sqlite3.Error, OSError) as error:
        raise BackupNotPossible(reason=f"'{source}' cannot be copied ({error})") from error


def check_pages(path: Path) -> None:
    """Check every page, index and foreign key of a database file that nobody changes.

    Raises:
        BackupDamaged: something is wrong, or it is no SQLite database.
    """
    try:
        with closing(sqlite3.connect(path.absolute().as_uri() + "?mode=ro&immutable=1", uri=True)) as connection:
            found = [row[0] for row in connection.execute("PRAGMA integrity_check(3)")]
            lost = connection.execute("PRAGMA foreign_key_check").fetchone()
    except sqlite3.Error as error:
        raise BackupDamaged(path=str(path), reason=str(error)) from error
    if found != ["ok"]:
        raise BackupDamaged(path=str(path), reason="; ".join(found))
    if lost is not None:
        raise BackupDamaged(path=str(path), reason=f"a row of {lost[0]} refers to nothing")


def hold_alone(path: Path) -> sqlite3.Connection | None:
    """Take a database alone until the connection is closed: its write-ahead log is folded in, and nobody else has it open.

    Returns:
        The connection that holds it; None when the file is no database any more, which nobody can have open.

    Raises:
        BackupNotPossible: somebody has it open.
    """
    connection = sqlite3.connect(path, timeout=1, isolation_level=None)
    try:
        # Leaving the write-ahead log needs the last connection: this fails as long as a process has the file open.
        if connection.execute("PRAGMA journal_mode=DELETE").fetchone()[0] != "delete":
            raise sqlite3.OperationalError("database is locked")
        connection.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as error:
        connection.close()
        raise BackupNotPossible(reason=f"'{path}' is in use ({error}); stop the service first") from error
    except sqlite3.DatabaseError:
        connection.close()
        return None
    return connection
