"""Logging in through an identity provider, against a real one on 127.0.0.1."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from data.errors import ConfigurationError
from serve.accounts.oidc import provider_of
from serve.accounts.people import make_user
from serve.clock import utc_now
from serve.settings import Settings
from serve.store.database import Database
from tests.serve.accounts.provider import CLIENT_ID, CLIENT_SECRET, Provider, running_provider
from tests.serve.accounts.world import World, make_world
from tests.serve.conftest import SteppingClock

EMAIL = "ana@example.org"


@pytest.fixture
def provider(clock: SteppingClock) -> Iterator[Provider]:
    with running_provider(clock) as provider:
        provider.claims = {"sub": "subject-1", "email": EMAIL, "email_verified": True}
        yield provider


def world_with(provider: Provider, database: Database, clock: SteppingClock) -> World:
    settings: dict[str, Any] = {
        "oidc_issuer": provider.issuer,
        "oidc_client_id": CLIENT_ID,
        "oidc_client_secret": CLIENT_SECRET,
        "public_url": "http://127.0.0.1/",
    }
    world = make_world(database, clock, {"officer": ("authority", "officer"), "admin": ("authority", "admin")}, **settings)
    world.users[EMAIL] = make_user(world.gate, world.organisations["authority"], EMAIL, "officer", None).id
    return world


@pytest.fixture
def world(database: Database, clock: SteppingClock, provider: Provider) -> World:
    return world_with(provider, database, clock)


@pytest.fixture
def one_world(sqlite_template: Path, tmp_path: Path, clock: SteppingClock, provider: Provider) -> Iterator[World]:
    """A world on SQLite alone, for what is refused before a database is asked."""
    database = Database.open(f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'one.db')}")
    yield world_with(provider, database, clock)
    database.close()


def back_from_provider(world: World) -> str:
    """Go to the provider as a browser does; return the address it sends the browser back to."""
    answer = world.client.get("/v1/oidc/login")
    assert answer.status_code == 303, answer.text
    return httpx2.get(answer.headers["location"]).headers["location"].removeprefix("http://127.0.0.1")


def log_in(world: World) -> Any:
    return world.client.get(back_from_provider(world))


def refused(answer: Any) -> tuple[int, str]:
    assert "catchall=" not in answer.headers.get("set-cookie", "")
    return answer.status_code, str(answer.json()["type"]).rpartition(":")[2]


class TestLogin:
    """Whom the provider means is logged in."""

    def test_it(self, world: World) -> None:
        answer = log_in(world)
        assert (answer.status_code, answer.headers["location"]) == (303, "/")
        assert world.client.get("/v1/session").json()["name"] == EMAIL
        assert "catchall-oidc" not in world.client.cookies

    def test_later_the_subject_counts_not_the_address(self, world: World, provider: Provider) -> None:
        log_in(world)
        provider.claims["email"] = "married@example.org"
        assert log_in(world).status_code == 303
        assert world.client.get("/v1/session").json()["name"] == EMAIL

    def test_an_address_that_passed_to_another_person(self, world: World, provider: Provider) -> None:
        log_in(world)
        world.client.cookies.clear()
        provider.claims["sub"] = "subject-2"
        assert refused(log_in(world)) == (403, "not-allowed")

    def test_keys_that_changed(self, world: World, provider: Provider) -> None:
        log_in(world)
        provider.rotate()
        assert log_in(world).status_code == 303

    def test_metadata_is_asked_for_once(self, world: World, provider: Provider) -> None:
        log_in(world)
        log_in(world)
        assert provider.requests.count("/keys") == 1


class TestRefusals:
    """What the provider does not prove is not believed."""

    @pytest.mark.parametrize(
        "claims",
        [
            {"email": "stranger@example.org"},
            {"email_verified": False},
            {"email_verified": None},
            {"email": None},
        ],
        ids=str,
    )
    def test_nobody_here(self, world: World, provider: Provider, claims: dict[str, Any]) -> None:
        provider.claims |= claims
        assert refused(log_in(world)) == (403, "not-allowed")

    def test_disabled(self, world: World) -> None:
        log_in(world)
        world.client.cookies.clear()
        world.client.patch(f"/v1/users/{world.users[EMAIL]}", json={"disabled": True}, headers=world.bearer("admin"))
        assert refused(log_in(world)) == (403, "not-allowed")

    @pytest.mark.parametrize(
        "override",
        [
            {"nonce": "another"},
            {"nonce": None},
            {"aud": "another service"},
            {"iss": "https://elsewhere.example"},
            {"exp": 1},
            {"exp": None},
            {"sub": None},
        ],
        ids=str,
    )
    def test_claims(self, one_world: World, provider: Provider, override: dict[str, Any]) -> None:
        provider.override = override
        assert refused(log_in(one_world)) == (403, "provider-failed")

    @pytest.mark.parametrize("algorithm", ["none", "HS256", "RS256 of another key"])
    def test_signature(self, one_world: World, provider: Provider, algorithm: str) -> None:
        provider.algorithm = algorithm
        assert refused(log_in(one_world)) == (403, "provider-failed")

    def test_a_code_counts_once(self, one_world: World) -> None:
        back = back_from_provider(one_world)
        flow = one_world.client.cookies["catchall-oidc"]
        assert one_world.client.get(back).status_code == 303
        one_world.client.cookies.clear()
        assert refused(one_world.client.get(back, headers={"cookie": f"catchall-oidc={flow}"})) == (403, "provider-failed")

    def test_from_another_browser(self, one_world: World) -> None:
        back = back_from_provider(one_world)
        one_world.client.cookies.clear()
        assert refused(one_world.client.get(back)) == (403, "provider-failed")

    @pytest.mark.parametrize("cookie", ["nonsense", "e30=", "W10=", "eyJzdGF0ZSI6IDF9"])
    def test_a_cookie_that_is_none_of_ours(self, one_world: World, cookie: str) -> None:
        answer = one_world.client.get("/v1/oidc/callback?state=x&code=y", headers={"cookie": f"catchall-oidc={cookie}"})
        assert refused(answer) == (403, "provider-failed")

    def test_another_state(self, one_world: World) -> None:
        back = back_from_provider(one_world)
        assert refused(one_world.client.get(back.replace("state=", "state=x"))) == (403, "provider-failed")

    def test_no_code(self, one_world: World) -> None:
        state = back_from_provider(one_world).rpartition("state=")[2]
        assert refused(one_world.client.get(f"/v1/oidc/callback?state={state}&error=access_denied")) == (403, "provider-failed")

    def test_another_issuer_than_configured(self, one_world: World, provider: Provider) -> None:
        provider.issuer = "https://elsewhere.example"
        assert refused(one_world.client.get("/v1/oidc/login")) == (403, "provider-failed")


class TestOutage:
    """A provider that does not answer is not our failure, and passes."""

    @pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/keys"])
    def test_at_the_start(self, one_world: World, provider: Provider, path: str) -> None:
        provider.fail = {path}
        answer = one_world.client.get("/v1/oidc/login")
        assert refused(answer) == (503, "provider-unavailable")
        assert answer.headers["retry-after"]
        provider.fail = set()
        assert log_in(one_world).status_code == 303

    def test_at_the_code(self, one_world: World, provider: Provider) -> None:
        provider.fail = {"/token"}
        assert refused(log_in(one_world)) == (503, "provider-unavailable")


class TestSettings:
    """A login that could not be safe does not start."""

    @pytest.mark.parametrize(
        "settings",
        [
            {"oidc_client_id": None},
            {"public_url": None},
            {"oidc_issuer": "http://provider.example"},
            {"public_url": "http://service.example"},
            {"oidc_issuer": "ftp://127.0.0.1"},
        ],
        ids=str,
    )
    def test_refused(self, settings: dict[str, Any]) -> None:
        right = {"oidc_issuer": "https://provider.example", "oidc_client_id": "x", "public_url": "https://service.example"}
        provider_of(Settings(**right), utc_now)
        with pytest.raises(ConfigurationError):
            provider_of(Settings(**(right | settings)), utc_now)
