"""The world of accounts on both databases."""

import pytest

from serve.store.database import Database
from tests.serve.accounts.world import World, make_world
from tests.serve.conftest import SteppingClock


@pytest.fixture
def world(database: Database, clock: SteppingClock) -> World:
    return make_world(database, clock)
