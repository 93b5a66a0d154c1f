"""API keys: shown once, good for what they say, until they end."""

from datetime import timedelta

import pytest

from serve.accounts.grants import make_key
from serve.clock import stamp
from serve.store.database import Database
from serve.store.keys import list_keys
from tests.serve.accounts.world import World
from tests.serve.conftest import SteppingClock


def add(world: World, asker: str, **body: object) -> object:
    return world.client.post("/v1/keys", json={"name": "ERP", "scopes": ["cases:read"]} | body, headers=world.bearer(asker))


def status_with(world: World, secret: str) -> int:
    return world.client.get("/v1/session", headers={"authorization": f"Bearer {secret}"}).status_code


class TestMaking:
    """A key's secret is in the answer that makes it, and nowhere else."""

    def test_it(self, world: World, database: Database) -> None:
        answer = add(world, "exporter")
        assert answer.status_code == 201
        secret = answer.json()["secret"]
        assert secret.startswith("catchall_")
        who = world.client.get("/v1/session", headers={"authorization": f"Bearer {secret}"}).json()
        assert (who["name"], who["via"], who["scopes"], who["csrf_token"]) == ("exporter", "key", ["cases:read"], None)
        listed = world.client.get("/v1/keys", headers=world.bearer("exporter"))
        assert secret not in listed.text
        with database.reading() as connection:
            stored = connection.exec_driver_sql("SELECT * FROM api_keys").all()
        assert all(secret not in str(row) for row in stored)

    def test_for_somebody_else(self, world: World) -> None:
        assert add(world, "exporter", user_id=world.users["rival"]).status_code == 403
        answer = add(world, "admin", user_id=world.users["rival"])
        assert answer.json()["user_id"] == world.users["rival"]
        assert add(world, "admin", user_id="nobody").status_code == 404

    def test_no_more_than_the_key_that_asks(self, world: World) -> None:
        narrow = {"authorization": f"Bearer {world.key_for('admin', 'accounts')}"}
        answer = world.client.post("/v1/keys", json={"name": "x", "scopes": ["review"]}, headers=narrow)
        assert (answer.status_code, answer.json()["type"]) == (403, "urn:catchall:problem:not-allowed")

    @pytest.mark.parametrize(
        "body",
        [{"scopes": []}, {"scopes": ["root"]}, {"name": ""}, {"name": "a\x00b"}, {"expires_at": "2020-01-01T00:00:00Z"}, {"extra": 1}],
    )
    def test_unusable(self, world: World, body: dict[str, object]) -> None:
        assert add(world, "exporter", **body).status_code == 422


class TestEnding:
    """A key that is over is refused, and tells nothing else than one that never was."""

    def test_revoked(self, world: World) -> None:
        made = add(world, "exporter").json()
        for _ in range(2):
            assert world.client.delete(f"/v1/keys/{made['id']}", headers=world.bearer("exporter")).status_code == 204
        assert status_with(world, made["secret"]) == 401

    def test_by_an_administrator(self, world: World) -> None:
        assert world.client.delete(f"/v1/keys/{world.keys['exporter']}", headers=world.bearer("admin")).status_code == 204
        assert status_with(world, world.secrets["exporter"]) == 401

    def test_expired(self, world: World, clock: SteppingClock) -> None:
        secret = make_key(world.gate, world.users["exporter"], "short", ["cases:read"], clock.now + timedelta(hours=1))[1]
        clock.step(minutes=59)
        assert status_with(world, secret) == 200
        clock.step(minutes=1)
        assert status_with(world, secret) == 401

    @pytest.mark.parametrize(
        "header",
        ["Bearer", "Bearer ", "Bearer wrong", "Basic YTpi", "catchall_x", "Bearer catchall_' OR 1=1 --", "Bearer a b c", "Bearer \xe9"],
    )
    def test_never_was(self, world: World, header: str) -> None:
        answer = world.client.get("/v1/session", headers={"authorization": header.encode("latin-1")})
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"
        assert answer.json()["type"] == "urn:catchall:problem:not-authenticated"


class TestLastUse:
    """It is noted when a key was last used, to the minute."""

    def test_it(self, world: World, database: Database, clock: SteppingClock) -> None:
        def last() -> str | None:
            with database.reading() as connection:
                return list_keys(connection, world.users["exporter"])[0].last_used_at

        assert last() is None
        first = stamp(clock.now)
        status_with(world, world.secrets["exporter"])
        assert last() == first
        clock.step(seconds=59)
        status_with(world, world.secrets["exporter"])
        assert last() == first
        clock.step(seconds=1)
        status_with(world, world.secrets["exporter"])
        assert last() == stamp(clock.now)
