"""One request too many gets 429 with Retry-After, as problem+json; health checks are never refused."""

import pytest
from fastapi.testclient import TestClient

from data.errors import ConfigurationError
from data.taxonomy import Taxonomy, load_taxonomy
from model.classification import Classification
from model.precedents import Match
from serve.app import create_app
from serve.operations.rates import rate
from serve.settings import Settings


class Idle:
    """A classifier that nobody asks."""

    release = "idle-1"
    taxonomy: Taxonomy = load_taxonomy()

    def classify(self, text: str, every: bool = False) -> Classification:
        raise AssertionError("not asked")

    def similar(self, text: str, k: int = 5) -> list[Match]:
        return []


def client_of(peer: str = "192.0.2.1", **changes: object) -> TestClient:
    return TestClient(create_app(Settings(**changes), Idle()), client=(peer, 5000))  # type: ignore[arg-type]


def statuses(client: TestClient, n: int, headers: dict[str, str] | None = None) -> list[int]:
    return [client.get("/v1/release", headers=headers).status_code for _ in range(n)]


class TestAddresses:
    """Each address has its own count."""

    def test_refused(self) -> None:
        client = client_of(rate_per_address="2/hour")
        assert statuses(client, 2) == [200, 200]
        refused = client.get("/v1/release", headers={"x-request-id": "r-1"})
        assert refused.status_code == 429
        assert refused.headers["content-type"] == "application/problem+json"
        assert 1 <= int(refused.headers["retry-after"]) <= 7200
        assert refused.json()["type"] == "urn:catchall:problem:too-many-requests"
        assert refused.json()["request_id"] == refused.headers["x-request-id"] == "r-1"
        assert refused.headers["x-content-type-options"] == "nosniff"

    def test_probes_always_pass(self) -> None:
        client = client_of(rate_per_address="1/hour")
        statuses(client, 3)
        assert [client.get(path).status_code for path in ("/healthz", "/metrics")] == [200, 200]
        assert 'status="429"} 2.0' in client.get("/metrics").text

    def test_behind_a_proxy(self) -> None:
        client = client_of("10.0.0.1", rate_per_address="1/hour", trusted_proxies="10.0.0.1")
        assert statuses(client, 2, {"x-forwarded-for": "198.51.100.1"}) == [200, 429]
        assert statuses(client, 2, {"x-forwarded-for": "198.51.100.2"}) == [200, 429]

    def test_an_invented_address_does_not_help(self) -> None:
        client = client_of(rate_per_address="1/hour")
        assert statuses(client, 1, {"x-forwarded-for": "198.51.100.1"}) == [200]
        assert statuses(client, 1, {"x-forwarded-for": "198.51.100.2"}) == [429]

    def test_several_limits(self) -> None:
        assert statuses(client_of(rate_per_address="100/second; 2/hour"), 3) == [200, 200, 429]

    def test_off(self) -> None:
        assert statuses(client_of(rate_per_address="off", rate_per_key=""), 30) == [200] * 30


class TestKeys:
    """Each API key has its own count; inventing keys does not get around the address."""

    def test_two_keys(self) -> None:
        client = client_of(rate_per_address="off", rate_per_key="1/hour")
        assert statuses(client, 2, {"authorization": "Bearer one"}) == [200, 429]
        assert statuses(client, 2, {"authorization": "bearer two"}) == [200, 429]
        assert statuses(client, 2) == [200, 200]

    def test_invented_keys(self) -> None:
        client = client_of(rate_per_address="2/hour", rate_per_key="100/hour")
        assert [statuses(client, 1, {"authorization": f"Bearer {n}"})[0] for n in range(3)] == [200, 200, 429]


class TestLogin:
    """Logging in has a count of its own, so that passwords cannot be tried across accounts."""

    def test_refused(self) -> None:
        client = client_of(rate_per_address="off", rate_login="1/hour")
        first, second = (client.post("/v1/session", json={}).status_code for _ in range(2))
        assert first != 429
        assert second == 429
        assert client.get("/v1/release").status_code == 200


class TestSettings:
    """A limit that cannot be read is named before the service starts."""

    @pytest.mark.parametrize("text", ["60", "a/minute", "60/fortnight"])
    def test_wrong(self, text: str) -> None:
        with pytest.raises(ConfigurationError, match="CATCHALL_RATE_PER_KEY"):
            create_app(Settings(rate_per_key=text), Idle())

    @pytest.mark.parametrize("text", ["", "off", " OFF "])
    def test_none(self, text: str) -> None:
        assert rate(text, "x") == ()
