"""The desk of a small world, on both databases."""

from collections.abc import Iterator

import pytest

from serve.cases.desk import Desk
from serve.cases.verify import verify
from serve.store.database import Database
from tests.serve.cases.world import make_desk, settle_people
from tests.serve.conftest import SteppingClock


@pytest.fixture
def desk(database: Database, clock: SteppingClock) -> Iterator[Desk]:
    """A desk; whatever a test does with it, the audit holds at the end unless the test broke it on purpose."""
    settle_people(database)
    yield make_desk(database, clock)


@pytest.fixture
def honest(desk: Desk) -> Iterator[Desk]:
    """A desk whose audit must hold when the test is over."""
    yield desk
    assert verify(desk.database)[0] == []
