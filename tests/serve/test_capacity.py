"""The service takes on a bounded number of requests, in count and in time, and long texts never hold up short ones."""

import threading
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from data.errors import ServiceBusy
from data.taxonomy import Taxonomy, load_taxonomy
from model.classification import Classification, Review
from model.precedents import Match
from serve.app import create_app
from serve.capacity import LONG_CHARACTERS, Capacity
from serve.settings import Settings


class Gate:
    """A classifier that keeps every text inside until the gate is opened."""

    release = "gate-1"
    taxonomy: Taxonomy = load_taxonomy()

    def __init__(self) -> None:
        self.open = threading.Event()
        self.entered = threading.Semaphore(0)

    def classify(self, text: str, every: bool = False) -> Classification:
        self.entered.release()
        assert self.open.wait(20)
        return Classification("none", 0.9, (), Review(False, ()), None, self.release, self.taxonomy.hash, len(text), False)

    def similar(self, text: str, k: int = 5) -> list[Match]:
        return []


class TestCapacity:
    """Slots are held while work is done, and given back whatever happens."""

    def test_short_texts_share_the_cores(self) -> None:
        capacity = Capacity(concurrency=2, patience_seconds=0.01)
        with capacity.slot(10), capacity.slot(10), pytest.raises(ServiceBusy), capacity.slot(10):
            pass

    def test_a_long_text_leaves_room_for_short_ones(self) -> None:
        capacity = Capacity(concurrency=1, patience_seconds=0.01)
        with capacity.slot(LONG_CHARACTERS + 1), capacity.slot(10), pytest.raises(ServiceBusy), capacity.slot(LONG_CHARACTERS + 1):
            pass

    def test_given_back_after_a_failure(self) -> None:
        capacity = Capacity(concurrency=1, patience_seconds=0.01)
        with pytest.raises(ValueError, match="boom"), capacity.slot(10):
            raise ValueError("boom")
        with capacity.slot(10):
            pass

    def test_one_per_core_that_the_process_may_use(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("serve.capacity.cores", lambda: 3)
        assert Capacity().concurrency == 3


@pytest.fixture
def gate() -> Iterator[Gate]:
    gate = Gate()
    yield gate
    gate.open.set()


def client_of(gate: Gate, **changes: object) -> TestClient:
    return TestClient(create_app(Settings(**changes), gate), raise_server_exceptions=False)  # type: ignore[arg-type]


class TestBackPressure:
    """One request too many gets 503 with Retry-After, as problem+json, and health checks still answer."""

    def test_count(self, gate: Gate) -> None:
        with client_of(gate, concurrency=1, queue=1, patience_seconds=30) as client:
            answers: list[int] = []
            threads = [
                threading.Thread(target=lambda: answers.append(client.post("/v1/classify", json={"text": "soap"}).status_code))
                for _ in range(2)
            ]
            threads[0].start()
            assert gate.entered.acquire(timeout=10)
            threads[1].start()
            refused = None
            for _ in range(200):  # until the second is inside, a third may still be let in by chance: it then waits its turn
                if _inside(client) == 2:
                    refused = client.post("/v1/classify", json={"text": "soap"})
                    break
                threading.Event().wait(0.02)
            assert refused is not None
            assert refused.status_code == 503
            assert refused.headers["retry-after"] == "1"
            assert refused.json()["type"] == "urn:catchall:problem:service-busy"
            assert client.get("/healthz").status_code == 200
            gate.open.set()
            for thread in threads:
                thread.join(10)
            assert answers == [200, 200]

    def test_time(self, gate: Gate) -> None:
        with client_of(gate, concurrency=1, queue=5, patience_seconds=0.05) as client:
            first = threading.Thread(target=lambda: client.post("/v1/classify", json={"text": "soap"}))
            first.start()
            assert gate.entered.acquire(timeout=10)
            late = client.post("/v1/classify", json={"text": "soap"})
            assert (late.status_code, late.headers["retry-after"]) == (503, "1")
            gate.open.set()
            first.join(10)

    def test_refused_texts_take_no_slot(self, gate: Gate) -> None:
        with client_of(gate, concurrency=1, queue=0) as client:
            assert client.post("/v1/classify", json={"text": " "}).status_code == 422
            gate.open.set()
            assert client.post("/v1/classify", json={"text": "soap"}).status_code == 200


def _inside(client: TestClient) -> int:
    """Return how many requests the admission layer counts, found by walking the middleware stack."""
    layer: object = client.app.middleware_stack  # type: ignore[attr-defined]
    while layer is not None:
        if hasattr(layer, "inside"):
            return int(layer.inside)
        layer = getattr(layer, "app", None) or getattr(layer, "_app", None)
    raise AssertionError("no admission layer")
