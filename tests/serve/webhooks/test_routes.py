"""Webhooks over HTTP: the organisation's own, the secret shown once, every refusal named."""

from typing import Any

import pytest

from serve.store.audit import chain
from serve.store.database import Database
from tests.serve.accounts.world import World, make_world
from tests.serve.conftest import SteppingClock
from tests.serve.webhooks.world import KEY

URL = "https://erp.example.org/catchall"


@pytest.fixture
def world(database: Database, clock: SteppingClock) -> World:
    return make_world(database, clock, cases=True, webhook_key=KEY)


def call(world: World, who: str, method: str, path: str, content: Any = None) -> Any:
    return world.client.request(method, path, json=content, headers=world.bearer(who))


def add(world: World, who: str = "exporter", **content: Any) -> dict[str, Any]:
    answer = call(world, who, "POST", "/v1/webhooks", {"url": URL} | content)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def refused(answer: Any, status: int, name: str) -> None:
    assert (answer.status_code, answer.json()["type"]) == (status, f"urn:catchall:problem:{name}"), answer.text


class TestWebhooks:
    """An organisation makes, sees, tests and ends its webhooks."""

    def test_the_secret_is_shown_once(self, world: World, database: Database) -> None:
        made = add(world)
        assert made["secret"].startswith("whsec_")
        assert made["events"] == ["case.determined", "case.information_requested"]
        for path in ("/v1/webhooks", f"/v1/webhooks/{made['id']}", "/v1/deliveries"):
            for who in ("exporter", "admin"):
                assert "whsec_" not in call(world, who, "GET", path).text
        with database.reading() as connection:
            stored = [str(row) for row in connection.exec_driver_sql("SELECT * FROM webhooks")]
            events = [str(event) for event in chain(connection, world.organisations["north"])]
        assert len(stored) == 1
        assert not any(made["secret"].removeprefix("whsec_") in text for text in (*stored, *events))

    def test_own_only(self, world: World) -> None:
        made = add(world)
        assert [each["id"] for each in call(world, "exporter", "GET", "/v1/webhooks").json()["items"]] == [made["id"]]
        assert call(world, "rival", "GET", "/v1/webhooks").json()["items"] == []
        refused(call(world, "rival", "DELETE", f"/v1/webhooks/{made['id']}"), 404, "not-found")
        refused(call(world, "officer", "GET", "/v1/webhooks"), 403, "not-allowed")
        south = world.organisations["south"]
        refused(call(world, "exporter", "POST", "/v1/webhooks", {"url": URL, "organisation_id": south}), 404, "not-found")
        assert add(world, "admin", organisation_id=south)["organisation_id"] == south

    def test_end(self, world: World) -> None:
        made = add(world)
        assert call(world, "exporter", "DELETE", f"/v1/webhooks/{made['id']}").status_code == 204
        refused(call(world, "exporter", "GET", f"/v1/webhooks/{made['id']}"), 404, "not-found")
        refused(call(world, "exporter", "DELETE", f"/v1/webhooks/{made['id']}"), 404, "not-found")

    def test_test_and_deliveries(self, world: World, clock: SteppingClock) -> None:
        made = add(world)
        sent = []
        for _ in range(3):
            clock.step(seconds=1)
            answer = call(world, "exporter", "POST", f"/v1/webhooks/{made['id']}/test")
            assert answer.status_code == 202
            sent.append(answer.json()["id"])
        refused(call(world, "exporter", "POST", f"/v1/deliveries/{sent[0]}/replay"), 409, "replay-not-possible")
        refused(call(world, "rival", "POST", f"/v1/deliveries/{sent[0]}/replay"), 404, "not-found")
        first = call(world, "exporter", "GET", "/v1/deliveries?limit=2").json()
        rest = call(world, "exporter", "GET", f"/v1/deliveries?limit=2&after={first['after']}").json()
        assert [each["id"] for each in (*first["items"], *rest["items"])] == sent[::-1]
        assert call(world, "exporter", "GET", "/v1/deliveries?state=dead").json()["items"] == []
        assert call(world, "rival", "GET", "/v1/deliveries").json()["items"] == []
        assert 'catchall_webhook_deliveries{state="waiting"} 3.0' in world.client.get("/metrics").text

    @pytest.mark.parametrize("url", ["http://example.org/", "https://127.0.0.1/", "https://u:p@example.org/"])
    def test_unusable_address(self, world: World, url: str) -> None:
        refused(call(world, "exporter", "POST", "/v1/webhooks", {"url": url}), 422, "webhook-unusable")

    @pytest.mark.parametrize("more", [{"events": []}, {"events": ["case.deleted"]}, {"secret": "mine"}, {"url": ""}])
    def test_unusable_content(self, world: World, more: dict[str, Any]) -> None:
        refused(call(world, "exporter", "POST", "/v1/webhooks", {"url": URL} | more), 422, "invalid-request")

    def test_too_many(self, world: World) -> None:
        for _ in range(20):
            add(world)
        refused(call(world, "exporter", "POST", "/v1/webhooks", {"url": URL}), 409, "too-many-webhooks")

    def test_audit(self, world: World, database: Database) -> None:
        made = add(world)
        call(world, "exporter", "POST", f"/v1/webhooks/{made['id']}/test")
        call(world, "admin", "DELETE", f"/v1/webhooks/{made['id']}")
        with database.reading() as connection:
            told = [(each.type, each.actor_id) for each in chain(connection, world.organisations["north"]) if "webhook" in each.type]
        exporter, admin = world.users["exporter"], world.users["admin"]
        assert told == [("webhook_added", exporter), ("webhook_tested", exporter), ("webhook_deleted", admin)]


class TestOff:
    """Without a key there are no webhooks, and whoever asks for one is told so."""

    def test_refused(self, database: Database, clock: SteppingClock) -> None:
        world = make_world(database, clock, cases=True)
        refused(call(world, "exporter", "POST", "/v1/webhooks", {"url": URL}), 409, "webhooks-off")
