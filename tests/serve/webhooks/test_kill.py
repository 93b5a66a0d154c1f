"""`kill -9` between the acknowledgement and the delivery loses nothing: with a real process, on both databases."""

from typing import Any

import pytest

from serve.cases.verify import verify
from serve.clock import utc_now
from serve.store.database import Database
from tests.serve.accounts.world import World, make_world
from tests.serve.cases.test_kill import Client, Server
from tests.serve.cases.test_routes import ACCEPT, PEOPLE
from tests.serve.webhooks.receiver import Receiver
from tests.serve.webhooks.world import KEY, eventually, states

CASES = 12


class _Never:
    def is_set(self) -> bool:
        return False


@pytest.fixture
def world(database: Database, monkeypatch: pytest.MonkeyPatch) -> World:
    for name, value in {"KEY": KEY, "INTERNAL": "127.0.0.0/8", "RETRY_SECONDS": "0.1", "TIMEOUT_SECONDS": "20"}.items():
        monkeypatch.setenv(f"CATCHALL_WEBHOOK_{name}", value)
    return make_world(database, utc_now, PEOPLE)


def determine(client: Client, number: int) -> str:
    """Return the id of a case whose determination was acknowledged."""
    status, case = client.post("exporter", "/v1/cases", {"description": f"a bug in pen {number}"})
    assert status == 201, case
    status, answer = client.post("ada", f"/v1/cases/{case['id']}/decide", ACCEPT | {"version": case["version"]})
    assert status == 200, answer
    return str(case["id"])


def told(receiver: Receiver) -> set[str]:
    return {found for each in receiver.received for found in [_case_of(each.body)] if found}


def _case_of(body: str) -> str:
    import json

    content: Any = json.loads(body)
    return str(content["data"].get("case_id", ""))


class TestKill:
    """Every acknowledged determination is told, under one id."""

    def test_in_the_middle_of_a_delivery(self, world: World, database: Database, database_url: str, receiver: Receiver) -> None:
        server = Server(database_url)
        client = Client(server, world, _Never())  # type: ignore[arg-type]
        try:
            assert client.post("exporter", "/v1/webhooks", {"url": receiver.url})[0] == 201
            receiver.answers = [0, 204]
            determine(client, 1)
            eventually(lambda: receiver.received)
            server.kill()
            receiver.let_go.set()
            assert states(database) == ["waiting"]
            server.start()
            eventually(lambda: states(database) == ["delivered"])
        finally:
            server.kill()
        assert len({each.headers["webhook-id"] for each in receiver.received}) == 1
        assert len(receiver.received) == 2

    def test_right_after_the_acknowledgements(self, world: World, database: Database, database_url: str, receiver: Receiver) -> None:
        server = Server(database_url)
        client = Client(server, world, _Never())  # type: ignore[arg-type]
        try:
            assert client.post("exporter", "/v1/webhooks", {"url": receiver.url})[0] == 201
            cases = {determine(client, number) for number in range(CASES)}
            server.kill()
            server.start()
            eventually(lambda: states(database) == ["delivered"] * CASES)
        finally:
            server.kill()
        assert told(receiver) == cases
        assert verify(database)[0] == []
