"""What it takes to tell who is asking: the store, the time, the password hasher and the rules of sessions."""

from dataclasses import dataclass
from datetime import timedelta

from serve.accounts.passwords import Passwords
from serve.clock import Clock
from serve.settings import Settings
from serve.store.database import Database


@dataclass(frozen=True)
class Gate:
    """Passed to the routes of accounts and kept at `app.state.gate`.

    Attributes:
        idle: a session ends when it is not used for so long.
        lifetime: a session ends so long after the login, used or not.
        secure: whether cookies are for https only.
        require_login: whether classifying needs an identity.
    """

    database: Database
    clock: Clock
    passwords: Passwords
    idle: timedelta
    lifetime: timedelta
    secure: bool
    require_login: bool

    @property
    def cookie(self) -> str:
        """Return the name of the session's cookie. The prefix makes browsers refuse it from anywhere but this very host."""
        return "__Host-catchall" if self.secure else "catchall"


def gate_of(settings: Settings, database: Database, clock: Clock, passwords: Passwords | None = None) -> Gate:
    """Return the gate as the settings have it."""
    return Gate(
        database,
        clock,
        passwords or Passwords(),
        timedelta(minutes=settings.session_idle_minutes),
        timedelta(hours=settings.session_hours),
        settings.tls,
        settings.require_login,
    )
