"""A desk, webhooks and a receiver, on both databases."""

from collections.abc import Iterator

import pytest

from serve.cases.desk import Desk
from serve.clock import utc_now
from serve.store.database import Database
from serve.webhooks.subscriptions import Hooks, hooks_of
from tests.serve.cases.world import make_desk, settle_people
from tests.serve.webhooks.receiver import Receiver, receiving
from tests.serve.webhooks.world import settings_of


@pytest.fixture
def desk(database: Database) -> Desk:
    settle_people(database)
    return make_desk(database, utc_now)


@pytest.fixture
def hooks(desk: Desk) -> Hooks:
    return hooks_of(settings_of(), desk.database, utc_now)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver
