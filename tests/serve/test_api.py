"""The API answers in one documented shape, and every error is problem+json with a named reason."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from data.errors import CatchallError, InferenceFailed
from data.taxonomy import Taxonomy, load_taxonomy
from data.text import normalise
from model.classification import CategoryScore, Classification, Review
from model.evidence import EvidenceSpan
from model.precedents import Match, Precedent
from serve.app import create_app
from serve.problems import MEDIA_TYPE, STATUS, problem_of, slug, status_of
from serve.settings import Settings


class FakeClassifier:
    """Reads the text as the real one does and answers with a fixed category."""

    release = "fake-1"
    taxonomy: Taxonomy = load_taxonomy()

    def classify(self, text: str, every: bool = False) -> Classification:
        normalise(text)
        if "explode" in text:
            raise InferenceFailed(reason="boom")
        if "crash" in text:
            raise RuntimeError("a bug with the secret text in it")
        span = EvidenceSpan(0, 2, text[:2], 1.5)
        score = CategoryScore("covert-audio", "Covert audio and line tapping", "communications-interception", 0.97, True, (span,))
        return Classification(
            "categories", 0.96, (score,), Review(True, ("high_consequence",)), None, self.release, self.taxonomy.hash, len(text), False
        )

    def similar(self, text: str, k: int = 5) -> list[Match]:
        normalise(text)
        return [Match(Precedent("r-1", "bug in a plug", ("covert-audio",)), 0.91234)] * min(k, 2)


@pytest.fixture
def client() -> Iterator[TestClient]:
    app = create_app(Settings(max_body_bytes=1_000_000), FakeClassifier())
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


def post(client: TestClient, content: Any, path: str = "/v1/classify") -> Any:
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    return client.post(path, content=body, headers={"content-type": "application/json"})


def assert_problem(response: Any, status: int, name: str) -> dict[str, Any]:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == MEDIA_TYPE
    content: dict[str, Any] = response.json()
    assert content["type"] == f"urn:catchall:problem:{name}"
    assert content["status"] == status
    assert content["title"]
    assert content["detail"]
    return content


class TestSimilar:
    """`POST /v1/similar` shows decided descriptions."""

    def test_answer(self, client: TestClient) -> None:
        content = post(client, {"text": "bug in a pen", "k": 1}, "/v1/similar").json()
        assert content["precedents"] == [{"id": "r-1", "text": "bug in a plug", "labels": ["covert-audio"], "likeness": 0.9123}]
        assert content["release"] == "fake-1"

    @pytest.mark.parametrize("k", [0, 51, "x"])
    def test_bounds(self, client: TestClient, k: object) -> None:
        assert "k" in assert_problem(post(client, {"text": "pen", "k": k}, "/v1/similar"), 422, "invalid-request")["detail"]

    def test_blank(self, client: TestClient) -> None:
        assert_problem(post(client, {"text": " "}, "/v1/similar"), 422, "blank-text")


class TestClassify:
    """`POST /v1/classify` answers one text or says why not."""

    def test_answer(self, client: TestClient) -> None:
        response = post(client, {"text": "bug in a pen"})
        assert response.status_code == 200
        content = response.json()
        assert content["outcome"] == "categories"
        assert content["categories"][0]["evidence"] == [{"start": 0, "end": 2, "text": "bu", "weight": 1.5}]
        assert content["review"]["required"] is True
        assert content["review"]["reasons"] == ["high_consequence"]
        assert [sorted(words) for words in content["review"]["explanations"]] == [["remedy", "sentence"]]
        assert content["family"] is None
        assert content["categories"][0]["against"] == []
        assert content["characters"] == 12

    @pytest.mark.parametrize("text", ["", " \n", "\u200b"])
    def test_blank(self, client: TestClient, text: str) -> None:
        assert "'text'" in assert_problem(post(client, {"text": text}), 422, "blank-text")["detail"]

    def test_too_long(self, client: TestClient) -> None:
        assert "100000" in assert_problem(post(client, {"text": "x" * 100_001}), 413, "text-too-long")["detail"]

    def test_lone_surrogate(self, client: TestClient) -> None:
        assert "surrogate" in assert_problem(post(client, b'{"text": "a\\ud800"}'), 422, "invalid-characters")["detail"]

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            (b"{}", "text"),
            (b'{"text": 3}', "text"),
            (b'{"text": null}', "text"),
            (b'{"text": "a", "colour": 1}', "colour"),
            (b'{"text": "a", "all": "yes"}', "all"),
            (b"[]", "body"),
            (b"{", "body: not valid JSON: Expecting property name"),
            (b"", "body"),
            (b"\xff\xfe", ""),
        ],
    )
    def test_malformed(self, client: TestClient, body: bytes, field: str) -> None:
        response = post(client, body)
        assert response.status_code in (400, 422)
        assert response.headers["content-type"] == MEDIA_TYPE
        assert field in response.json()["detail"]

    def test_body_limit(self, client: TestClient) -> None:
        assert_problem(post(client, b" " * 1_000_001), 413, "body-too-large")

    def test_body_limit_without_length(self, client: TestClient) -> None:
        pieces = (b" " * 100_000 for _ in range(11))
        assert_problem(client.post("/v1/classify", content=pieces), 413, "body-too-large")

    def test_runtime_failure(self, client: TestClient) -> None:
        assert_problem(post(client, {"text": "explode"}), 500, "inference-failed")

    def test_a_bug_reveals_nothing(self, client: TestClient) -> None:
        content = assert_problem(post(client, {"text": "crash"}), 500, "internal-error")
        assert "secret" not in json.dumps(content)


class TestBatch:
    """A batch never loses an item: each has its answer or its error, in order."""

    def test_mixed(self, client: TestClient) -> None:
        items = [
            {"id": "a", "text": "fine"},
            {"id": "b", "text": " "},
            {"id": "a", "text": "twice"},
            {"id": "c", "text": "explode"},
            {"id": "d", "text": "x"},
        ]
        response = post(client, {"items": items}, "/v1/classify/batch")
        assert response.status_code == 200
        content = response.json()
        assert [(item["id"], item["status"]) for item in content["items"]] == [("a", 200), ("b", 422), ("a", 422), ("c", 500), ("d", 200)]
        assert content["failed"] == 3
        assert content["items"][1]["error"]["type"] == "urn:catchall:problem:blank-text"
        assert "classification" not in content["items"][1]
        assert content["items"][4]["classification"]["outcome"] == "categories"

    @pytest.mark.parametrize("n", [0, 257])
    def test_size(self, client: TestClient, n: int) -> None:
        items = [{"id": str(i), "text": "x"} for i in range(n)]
        assert "items" in assert_problem(post(client, {"items": items}, "/v1/classify/batch"), 422, "invalid-request")["detail"]

    def test_full_batch(self, client: TestClient) -> None:
        items = [{"id": str(i), "text": "x"} for i in range(256)]
        assert len(post(client, {"items": items}, "/v1/classify/batch").json()["items"]) == 256

    @pytest.mark.parametrize("item", [{"id": "", "text": "x"}, {"id": "x" * 201, "text": "x"}, {"text": "x"}, {"id": 3, "text": "x"}])
    def test_bad_item(self, client: TestClient, item: dict[str, Any]) -> None:
        detail = assert_problem(post(client, {"items": [item]}, "/v1/classify/batch"), 422, "invalid-request")["detail"]
        assert "items.0.id" in detail


class TestReference:
    """What the answers refer to can be read."""

    def test_taxonomy(self, client: TestClient, taxonomy: Taxonomy) -> None:
        content = client.get("/v1/taxonomy").json()
        assert content["hash"] == taxonomy.hash
        assert len(content["categories"]) == 29

    def test_release(self, client: TestClient, taxonomy: Taxonomy) -> None:
        content = client.get("/v1/release").json()
        assert content["release"] == "fake-1"
        assert content["taxonomy"] == taxonomy.hash

    def test_unknown_path_and_method(self, client: TestClient) -> None:
        assert_problem(client.get("/v1/teapot"), 404, "not-found")
        response = client.get("/v1/classify")
        assert_problem(response, 405, "method-not-allowed")
        assert response.headers["allow"] == "POST"

    def test_openapi_documents_examples_and_problems(self, client: TestClient) -> None:
        document = client.get("/openapi.json").json()
        operation = document["paths"]["/v1/classify"]["post"]
        assert MEDIA_TYPE in operation["responses"]["413"]["content"]
        assert document["components"]["schemas"]["ClassifyRequest"]["properties"]["text"]["examples"]


class TestHealth:
    """Health is about the process, readiness about the model."""

    def test_ready(self, client: TestClient) -> None:
        assert client.get("/healthz").json() == {"status": "ok"}
        assert client.get("/readyz").json() == {"status": "ready", "release": "fake-1"}

    def test_not_ready(self) -> None:
        class Broken(FakeClassifier):
            def classify(self, text: str, every: bool = False) -> Classification:
                raise InferenceFailed(reason="no")

        client = TestClient(create_app(Settings(), Broken()))
        assert client.get("/readyz").status_code == 503
        assert client.get("/healthz").status_code == 200


def every_error() -> list[type[CatchallError]]:
    found, queue = [], [CatchallError]
    while queue:
        cls = queue.pop()
        found.append(cls)
        queue += cls.__subclasses__()
    return [cls for cls in found if cls is not CatchallError]


class TestProblemTable:
    """Every error of the tree has a status; none falls through."""

    @pytest.mark.parametrize("cls", every_error(), ids=lambda cls: cls.__name__)
    def test_mapped(self, cls: type[CatchallError]) -> None:
        assert any(ancestor in STATUS for ancestor in cls.__mro__), cls

    def test_slug(self) -> None:
        assert slug("TextTooLong") == "text-too-long"

    def test_nearest_ancestor_decides(self) -> None:
        from data.errors import BlankText, TaxonomyMismatch, TextTooLong, UndecodableFile

        assert status_of(TextTooLong(field="t", characters=2, limit=1)) == 413
        assert status_of(UndecodableFile(path="p", position=0)) == 422
        assert status_of(TaxonomyMismatch(release="a", installed="b")) == 503
        assert problem_of(BlankText(field="text"))["title"] == "Blank text"
