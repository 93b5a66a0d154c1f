"""Foreign errors, translated at the seam: what SQLAlchemy and the drivers raise becomes an error of ours."""

import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeGuard

from sqlalchemy import exc

from data.errors import CatchallError, StoreConflict, StoreDamaged, StoreRefused, StoreUnavailable

if TYPE_CHECKING:
    import psycopg

RETRY_AFTER_SECONDS = 5

_SQLITE_MISTAKE = 1
"""SQLITE_ERROR: a wrong statement or a missing table. A mistake of ours, so it is not translated."""
_SQLITE_DAMAGED = {11, 26}
_SQLITE_LOCKED = {5, 6}
_SQLITE_FULL = 13


def _sqlite(error: sqlite3.Error) -> CatchallError | None:
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:  # raised by the driver itself, for instance on a closed connection
        return None
    primary = code & 0xFF
    if primary == _SQLITE_MISTAKE:
        return None
    if primary in _SQLITE_DAMAGED:
        return StoreDamaged(reason=str(error))
    reason = "it is locked" if primary in _SQLITE_LOCKED else "the disk is full" if primary == _SQLITE_FULL else str(error)
    return StoreUnavailable(reason=reason, retry_after=RETRY_AFTER_SECONDS)


def _postgresql(error: "psycopg.Error") -> CatchallError | None:
    import psycopg  # here: the driver takes 10 MB, and SQLite needs none of it

    if isinstance(error, psycopg.errors.DiskFull):
        return StoreUnavailable(reason="the disk is full", retry_after=RETRY_AFTER_SECONDS)
    if isinstance(error, psycopg.errors.DataCorrupted | psycopg.errors.IndexCorrupted):
        return StoreDamaged(reason="the server reports corrupted data")
    if isinstance(error, psycopg.errors.LockNotAvailable | psycopg.errors.QueryCanceled):
        return StoreUnavailable(reason="it is locked", retry_after=RETRY_AFTER_SECONDS)
    if isinstance(error, psycopg.errors.SerializationFailure | psycopg.errors.DeadlockDetected):
        return StoreUnavailable(reason="two changes met", retry_after=RETRY_AFTER_SECONDS)
    if isinstance(error, psycopg.errors.ReadOnlySqlTransaction):
        return StoreUnavailable(reason="it is read-only", retry_after=RETRY_AFTER_SECONDS)
    if isinstance(error, psycopg.errors.IdleInTransactionSessionTimeout | psycopg.errors.TransactionTimeout):
        return StoreUnavailable(reason="the transaction took too long", retry_after=RETRY_AFTER_SECONDS)
    if isinstance(error, psycopg.OperationalError | psycopg.InterfaceError):
        # The driver's own words may name hosts and users; they stay in the chained cause.
        return StoreUnavailable(reason="it cannot be reached", retry_after=RETRY_AFTER_SECONDS)
    return None


def _from_postgresql(error: Exception) -> "TypeGuard[psycopg.Error]":
    """Tell whether an error is the driver's own, without importing the driver."""
    driver = sys.modules.get("psycopg")
    return driver is not None and isinstance(error, driver.Error)


def translated(error: Exception) -> CatchallError | None:
    """Return the error of ours for a foreign one; None where it is a mistake in our own code."""
    if isinstance(error, exc.IntegrityError):
        return StoreConflict()
    if isinstance(error, exc.TimeoutError):  # no free connection in the pool
        return StoreUnavailable(reason="too much is asked of it at once", retry_after=RETRY_AFTER_SECONDS)
    if isinstance(error, exc.DataError):
        return StoreRefused(reason="a text or number has a form that databases do not take")
    if isinstance(error, exc.DBAPIError):
        return translated(error.orig) if isinstance(error.orig, Exception) else None
    if isinstance(error, sqlite3.Error):
        return _sqlite(error)
    if _from_postgresql(error):
        return _postgresql(error)
    if isinstance(error, UnicodeEncodeError | OverflowError):  # raised by the drivers before a statement is sent
        return StoreRefused(reason="a text or number has a form that databases do not take")
    return None


@contextmanager
def translating() -> Iterator[None]:
    """Raise errors of ours instead of the foreign ones, each chained to its cause."""
    try:
        yield
    except Exception as error:  # what `translated` does not know goes on as it is
        ours = translated(error)
        if ours is None:
            raise
        raise ours from error
