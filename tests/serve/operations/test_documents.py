"""The API documents are one page that needs nothing from elsewhere and no script."""

import re

import pytest
from fastapi.testclient import TestClient

from data.taxonomy import Taxonomy, load_taxonomy
from model.classification import Classification
from model.precedents import Match
from serve.app import create_app
from serve.operations.documents import documents_page, operations
from serve.settings import Settings


class Idle:
    """A classifier that nobody asks."""

    release = "idle-1"
    taxonomy: Taxonomy = load_taxonomy()

    def classify(self, text: str, every: bool = False) -> Classification:
        raise AssertionError("not asked")

    def similar(self, text: str, k: int = 5) -> list[Match]:
        return []


@pytest.fixture
def client() -> TestClient:
    return TestClient(create_app(Settings(), Idle()))


class TestPage:
    """Every operation of the OpenAPI document is on the page, with its fields and answers."""

    def test_every_operation(self, client: TestClient) -> None:
        page = client.get("/docs")
        assert page.headers["content-type"].startswith("text/html")
        for path in client.get("/openapi.json").json()["paths"]:
            assert f"<code>{path}</code>" in page.text

    def test_nothing_from_elsewhere(self, client: TestClient) -> None:
        page = client.get("/docs").text
        assert "<script" not in page
        assert "style=" not in page
        assert re.findall(r'(?:src|href)="((?!#)[^"]*)"', page) == ["docs/style.css", "openapi.json"]

    def test_style(self, client: TestClient) -> None:
        style = client.get("/docs/style.css")
        assert style.headers["content-type"].startswith("text/css")
        assert "url(" not in style.text
        assert "@import" not in style.text

    def test_anchors_lead_somewhere(self, client: TestClient) -> None:
        page = client.get("/docs").text
        assert set(re.findall(r'href="#([^"]+)"', page)) == set(re.findall(r'<section id="([^"]+)"', page))

    def test_other_pages_are_gone(self, client: TestClient) -> None:
        assert client.get("/redoc").status_code == 404

    def test_markup_in_a_description_is_text(self) -> None:
        operation = {"summary": "<script>alert(1)</script>", "responses": {}}
        page = documents_page({"info": {"title": "T", "version": "1", "description": "d"}, "paths": {"/x": {"get": operation}}})
        assert "<script>" not in page


class TestOperations:
    """What a reader needs of an operation is drawn from its schemas."""

    def test_body_and_example(self, client: TestClient) -> None:
        groups = operations(client.get("/openapi.json").json())
        batch = next(each for each in groups["classify"] if each.path == "/v1/classify/batch")
        items = next(field for field in batch.fields if field.name == "items")
        assert (items.kind, items.required) == ("list of BatchItem", True)
        assert "items at most 256" in items.text
        assert batch.example is not None
        assert "sku-17" in batch.example
        assert {status for status, _, _ in batch.answers} >= {"200", "422", "429", "503"}

    def test_parameters_and_choices(self) -> None:
        parameter = {"name": "state", "in": "query", "schema": {"anyOf": [{"enum": ["a", "b"]}, {"type": "null"}]}}
        document = {"paths": {"/x": {"get": {"parameters": [parameter], "responses": {}}}}}
        (operation,) = operations(document)["other"]
        assert operation.fields[0].kind == '"a" | "b" or null'
        assert operation.fields[0].place == "query"
