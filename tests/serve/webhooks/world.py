"""Settings with small waits, an engine that runs while a test needs it, and cases that come to a determination."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from serve.cases.case import Case, Submission
from serve.cases.claims import claim
from serve.cases.decide import Decision, decide
from serve.cases.desk import Desk
from serve.cases.submit import submit
from serve.clock import utc_now
from serve.settings import Settings
from serve.store.database import Database
from serve.store.webhooks import Delivery, list_deliveries
from serve.webhooks.courier import courier_of
from serve.webhooks.engine import Engine
from tests.serve.cases.world import actor

KEY = "a key of an installation that only tests use"
SECRET_TEXT = "the confidential words of a description ?"
PATIENCE = 60.0


def settings_of(**more: Any) -> Settings:
    small: dict[str, Any] = {
        "webhook_key": KEY,
        "webhook_internal": "127.0.0.0/8",
        "webhook_timeout_seconds": 2,
        "webhook_retry_seconds": 0.1,
    }
    return Settings(**(small | more))


@contextmanager
def delivering(database: Database, **settings: Any) -> Iterator[Engine]:
    """Deliver while the block runs."""
    courier = courier_of(settings_of(**settings), database, utc_now)
    engine = Engine(courier, poll_seconds=0.05)
    engine.start()
    try:
        yield engine
    finally:
        engine.stop()


def eventually(holds: Callable[[], Any]) -> None:
    """Wait until something holds; a machine that never gets there fails the test, a slow one does not."""
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, "it never came to hold"
        time.sleep(0.02)


def in_review(desk: Desk) -> Case:
    """Submit a case and let an officer hold it."""
    case, _ = submit(desk, actor("exporter"), Submission(SECRET_TEXT + " covert-audio"))
    return claim(desk, actor("ada"), case.id)


def determined(desk: Desk) -> Case:
    """Bring a case to its determination."""
    case = in_review(desk)
    decision = Decision("correct", ("thermal-night-vision",), "description_matches", "a confidential comment")
    case = decide(desk, actor("ada"), case.id, case.version, decision)
    if case.state == "in_review":  # the policy wants a second officer
        case = decide(desk, actor("ben"), case.id, case.version, decision)
    assert case.state == "determined"
    return case


def deliveries(database: Database) -> list[Delivery]:
    with database.reading() as connection:
        return list_deliveries(connection, None, "", "", "", 100)


def states(database: Database) -> list[str]:
    return sorted(each.state for each in deliveries(database))
