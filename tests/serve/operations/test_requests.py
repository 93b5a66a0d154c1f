"""What every request gets, whatever its answer: an id, security headers, one log line, one count."""

import io
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import APIRouter
from fastapi.responses import PlainTextResponse
from fastapi.testclient import TestClient

from data.errors import InferenceFailed
from data.taxonomy import Taxonomy, load_taxonomy
from data.text import normalise
from model.classification import Classification, Review
from model.precedents import Match
from serve.app import create_app
from serve.operations.logs import configure_logs
from serve.operations.request_ids import HEADER, accepted
from serve.settings import Settings

TEXT = "hidden microphone in a pen"


class FakeClassifier:
    """Clears every text, except those that ask for trouble."""

    release = "fake-1"
    taxonomy: Taxonomy = load_taxonomy()

    def classify(self, text: str, every: bool = False) -> Classification:
        normalise(text)
        if "explode" in text:
            raise InferenceFailed(reason="boom")
        if "crash" in text:
            raise RuntimeError(text)
        review = Review(True, ("low_confidence",)) if "doubt" in text else Review(False, ())
        outcome = "review" if "doubt" in text else "none"
        return Classification(outcome, 0.9, (), review, None, self.release, self.taxonomy.hash, len(text), False)  # type: ignore[arg-type]

    def similar(self, text: str, k: int = 5) -> list[Match]:
        return []


def client_of(**changes: object) -> TestClient:
    app = create_app(Settings(**changes), FakeClassifier())  # type: ignore[arg-type]
    nested = APIRouter(prefix="/cases")

    @nested.get("/{case_id}/history")
    def history(case_id: str) -> str:
        return case_id

    outer = APIRouter(prefix="/v9")
    outer.include_router(nested)
    app.include_router(outer)
    app.mount("/static", PlainTextResponse("body"))
    return TestClient(app)


@pytest.fixture
def client() -> Iterator[TestClient]:
    with client_of() as client:
        yield client


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    undo = configure_logs("info", "json", stream)
    yield stream
    undo()


def logged(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


class TestRequestIds:
    """The caller's id is kept when it is sane; else a new one is made. It is in the header and in every problem."""

    @pytest.mark.parametrize("proposed", ["a", "order-17.3_B", "x" * 64])
    def test_kept(self, client: TestClient, proposed: str) -> None:
        assert client.get("/healthz", headers={HEADER: proposed}).headers[HEADER] == proposed

    @pytest.mark.parametrize("proposed", ["", "x" * 65, "a b", "a\tb", "-a", '{"a": 1}', "é", "a;b", "a\r\nset-cookie: b"])
    def test_replaced(self, proposed: str) -> None:
        assert re.fullmatch("[0-9a-f]{32}", accepted(proposed))

    def test_new_each_time(self, client: TestClient) -> None:
        first, second = (client.get("/healthz").headers[HEADER] for _ in range(2))
        assert first != second

    @pytest.mark.parametrize(
        ("path", "body", "status"),
        [
            ("/v1/classify", {"text": " "}, 422),
            ("/v1/classify", {"text": "explode"}, 500),
            ("/v1/classify", {"text": "crash"}, 500),
            ("/v1/nowhere", {}, 404),
            ("/v1/taxonomy", {}, 405),
            ("/v1/classify", {"text": "x" * 2_000}, 413),
        ],
    )
    def test_in_problems(self, path: str, body: dict[str, Any], status: int) -> None:
        with client_of(max_body_bytes=1_000) as client:
            response = client.post(path, json=body, headers={HEADER: "r-1"})
        assert response.status_code == status
        assert response.json()["request_id"] == "r-1"
        assert response.headers[HEADER] == "r-1"


class TestHeaders:
    """Every answer forbids outside content, framing, sniffing and storing; behind TLS it asks to stay there."""

    @pytest.mark.parametrize("path", ["/healthz", "/docs", "/v1/nowhere", "/metrics", "/openapi.json"])
    def test_present(self, client: TestClient, path: str) -> None:
        headers = client.get(path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cache-control"] == "no-store"
        assert "strict-transport-security" not in headers

    def test_on_a_bug(self, client: TestClient) -> None:
        assert client.post("/v1/classify", json={"text": "crash"}).headers["x-content-type-options"] == "nosniff"

    def test_behind_tls(self) -> None:
        with client_of(tls=True) as client:
            assert client.get("/healthz").headers["strict-transport-security"].startswith("max-age=")


class TestAccessLog:
    """One line per request with route template, status and duration; never the path, the query, the text or a message."""

    def test_line(self, client: TestClient, stream: io.StringIO) -> None:
        client.post(f"/v1/classify?note={TEXT}", json={"text": TEXT}, headers={HEADER: "r-1"})
        (line,) = logged(stream)
        assert (line["method"], line["route"], line["status"], line["request_id"]) == ("POST", "/v1/classify", 200, "r-1")
        assert line["duration_ms"] >= 0
        assert "microphone" not in stream.getvalue()

    @pytest.mark.parametrize(
        ("path", "route"),
        [
            ("/v9/cases/third-party/history", "/v9/cases/{case_id}/history"),
            ("/v1/third-party", "unmatched"),
            ("/v1/taxonomy", "/v1/taxonomy"),
            ("/openapi.json", "/openapi.json"),
            ("/static/third-party.css", "/static/{path}"),
        ],
    )
    def test_template(self, client: TestClient, stream: io.StringIO, path: str, route: str) -> None:
        client.get(path)
        assert [line["route"] for line in logged(stream)] == [route]
        assert "third-party" not in stream.getvalue()

    def test_a_bug_is_logged_without_its_message(self, client: TestClient, stream: io.StringIO) -> None:
        assert client.post("/v1/classify", json={"text": f"crash {TEXT}"}, headers={HEADER: "r-2"}).status_code == 500
        failed, request = logged(stream)
        assert (failed["event"], failed["error"], failed["request_id"]) == ("failed", "RuntimeError", "r-2")
        assert failed["frames"]
        assert (request["event"], request["status"], request["request_id"]) == ("request", 500, "r-2")
        assert "microphone" not in stream.getvalue()

    def test_probes_are_quiet(self, client: TestClient, stream: io.StringIO) -> None:
        for path in ("/healthz", "/readyz", "/metrics"):
            assert client.get(path).status_code == 200
        assert logged(stream) == []


def figures(client: TestClient) -> dict[str, float]:
    page = client.get("/metrics").text
    return {name: float(value) for name, value in re.findall(r"^(catchall[^ ]*(?:\{.*\})?) (\S+)$", page, re.MULTILINE)}


class TestMetrics:
    """Requests, outcomes and reasons are counted under bounded labels; the release is named."""

    def test_requests(self, client: TestClient) -> None:
        client.post("/v1/classify", json={"text": "soap"})
        client.post("/v1/classify", json={"text": " "})
        client.get("/v1/a"), client.get("/v1/b")
        client.request("BREW", "/v1/pot")
        found = figures(client)
        assert found['catchall_requests_total{method="POST",route="/v1/classify",status="200"}'] == 1
        assert found['catchall_requests_total{method="POST",route="/v1/classify",status="422"}'] == 1
        assert found['catchall_requests_total{method="GET",route="unmatched",status="404"}'] == 2
        assert found['catchall_requests_total{method="other",route="unmatched",status="404"}'] == 1
        assert found['catchall_request_seconds_count{method="POST",route="/v1/classify"}'] == 2
        assert found["catchall_requests_in_flight"] == 1  # the scrape itself

    def test_outcomes(self, client: TestClient) -> None:
        items = [{"id": str(n), "text": text} for n, text in enumerate(["soap", "doubt", "soap", "explode"])]
        client.post("/v1/classify/batch", json={"items": items})
        client.get("/readyz")  # a probe is no classification
        found = figures(client)
        assert found['catchall_outcomes_total{outcome="none"}'] == 2
        assert found['catchall_outcomes_total{outcome="review"}'] == 1
        assert found['catchall_review_reasons_total{reason="low_confidence"}'] == 1
        assert found['catchall_unusable_texts_total{error="InferenceFailed"}'] == 1
        assert found['catchall_outcome_share{outcome="none"}'] == pytest.approx(2 / 3)
        assert "catchall_outcome_drift" not in found
        assert any(name.startswith('catchall_release{release="fake-1"') for name in found)

    def test_applications_count_apart(self, client: TestClient) -> None:
        client.post("/v1/classify", json={"text": "soap"})
        with client_of() as other:
            assert 'catchall_outcomes_total{outcome="none"}' not in figures(other)
