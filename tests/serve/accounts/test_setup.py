"""The first administrator is made once, by who can see the server's terminal or its environment."""

import threading

import pytest

from data.errors import SetupOver, SetupTokenWrong, WeakPassword
from serve.accounts.setup import prepare, use_token
from serve.store.accounts import count_users
from serve.store.database import Database
from tests.serve.accounts.world import PASSWORD, World, make_world
from tests.serve.conftest import SteppingClock


@pytest.fixture
def empty(database: Database, clock: SteppingClock) -> World:
    return make_world(database, clock, people={})


def use(world: World, token: str | None) -> int:
    body = {"token": token, "organisation": "Authority", "name": "root", "password": PASSWORD}
    return world.client.post("/v1/setup", json=body).status_code


class TestToken:
    """Without users, a start gives a token that works once."""

    def test_it(self, empty: World) -> None:
        token = prepare(empty.gate, None)
        assert use(empty, token) == 201
        assert empty.log_in("root").json()["role"] == "admin"
        assert use(empty, token) == 409
        assert prepare(empty.gate, None) is None

    def test_wrong(self, empty: World) -> None:
        prepare(empty.gate, None)
        assert use(empty, "guess") == 401

    def test_two_processes_start_at_once(self, empty: World) -> None:
        first, second = prepare(empty.gate, None), prepare(empty.gate, None)
        assert use(empty, first) == 201
        assert use(empty, second) == 409

    def test_a_day_old(self, empty: World, clock: SteppingClock) -> None:
        token = prepare(empty.gate, None)
        clock.step(hours=25)
        assert use(empty, token) == 401

    def test_used_by_many_at_once(self, empty: World) -> None:
        token, results = prepare(empty.gate, None) or "", []

        def make(number: int) -> None:
            try:
                use_token(empty.gate, token, f"organisation {number}", f"root {number}", PASSWORD)
                results.append("made")
            except (SetupOver, SetupTokenWrong) as error:
                results.append(type(error).__name__)

        threads = [threading.Thread(target=make, args=(number,)) for number in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert results.count("made") == 1
        with empty.gate.database.reading() as connection:
            assert count_users(connection) == 1


class TestPassword:
    """With a password in the environment, the administrator is there at once."""

    def test_it(self, empty: World) -> None:
        assert prepare(empty.gate, PASSWORD) is None
        assert empty.log_in("admin").json()["role"] == "admin"

    def test_later_starts_change_nothing(self, empty: World) -> None:
        prepare(empty.gate, PASSWORD)
        prepare(empty.gate, "another long pass phrase")
        assert empty.log_in("admin").status_code == 200

    def test_weak(self, empty: World) -> None:
        with pytest.raises(WeakPassword):
            prepare(empty.gate, "admin")
