"""Whether the service can answer: the model classifies a short text, the database answers and has the schema this program needs."""

import time
from collections.abc import Callable, Mapping
from threading import Lock

from data.errors import StoreUnavailable
from serve.operations.logs import logger
from serve.store.database import Database
from serve.store.steps import newest

Check = Callable[[], object]
"""Returns when the part works, raises when it does not."""

KEPT_SECONDS = 1.0
PATIENCE_SECONDS = 3.0
"""A check that takes longer has not shown that the part works; whoever waits for it is told so."""


def database_check(database: Database) -> Check:
    """Return a check that the database answers and has the schema of this program."""
    wanted = newest()

    def check() -> None:
        if (found := database.current_revision()) != wanted:
            raise StoreUnavailable(reason=f"its schema is {found}, this program needs {wanted}", retry_after=1)

    return check


class Readiness:
    """The state of each part. A result is kept for a second, so that probes, however many, cost one check a second."""

    def __init__(
        self, checks: Mapping[str, Check], tick: Callable[[], float] = time.monotonic, patience_seconds: float = PATIENCE_SECONDS
    ) -> None:
        self._checks = dict(checks)
        self._patience = patience_seconds
        self._tick = tick
        self._lock = Lock()
        self._kept: tuple[float, dict[str, bool]] | None = None
        self._log = logger("health")

    def parts(self) -> dict[str, bool]:
        """Return which parts work."""
        # Held while checking: one check at a time, and the others wait for its result, but never with all threads for long.
        if not self._lock.acquire(timeout=self._patience):
            return dict.fromkeys(self._checks, False)
        try:
            now = self._tick()
            if self._kept is None or not 0 <= now - self._kept[0] < KEPT_SECONDS:
                parts = {name: self._works(name, check) for name, check in self._checks.items()}
                self._kept = (self._tick(), parts)
            return dict(self._kept[1])
        finally:
            self._lock.release()

    def _works(self, name: str, check: Check) -> bool:
        try:
            check()
        except Exception:  # whatever it is, the part does not work
            self._log.warning("not ready", part=name, exc_info=True)
            return False
        return True
