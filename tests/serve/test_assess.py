"""`/v1/assess` answers with findings, questions and a licence picture, and refuses what it cannot read by name."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from fastapi.testclient import TestClient

from data.taxonomy import Taxonomy, load_taxonomy
from model.classification import CategoryScore, Classification, Review
from model.precedents import Match
from serve.app import create_app
from serve.settings import Settings

THERMAL = "Uncooled thermal camera with a vanadium oxide microbolometer of 640x512 pixels, 8-14 µm. The lens can be exchanged."


class ThermalClassifier:
    """Takes every text for a thermal camera."""

    release = "fake-1"
    taxonomy: Taxonomy = load_taxonomy()

    def classify(self, text: str, every: bool = False) -> Classification:
        score = CategoryScore("thermal-night-vision", "Thermal", "imaging-sensing", 0.98, True, ())
        return Classification("categories", 0.97, (score,), Review(False, ()), None, self.release, self.taxonomy.hash, len(text), False)

    def similar(self, text: str, k: int = 5) -> list[Match]:
        return []


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    app = create_app(Settings(), ThermalClassifier(), clock=lambda: datetime(2026, 11, 27, tzinfo=UTC))
    with TestClient(app) as client:
        yield client


def finding(answer: dict[str, list[dict[str, object]]], regime: str, code: str) -> dict[str, object]:
    return next(each for each in answer["findings"] if each["regime"] == regime and each["code"] == code)


class TestAssess:
    """A thermal camera of unknown frame rate is undetermined until the question is answered."""

    def test_open(self, client: TestClient) -> None:
        answer = client.post("/v1/assess", json={"text": THERMAL}).json()
        camera = finding(answer, "eu", "6A003.b.4.b")
        assert camera["status"] == "undetermined"
        assert "frame_rate" in camera["missing"]  # type: ignore[operator]
        assert "frame_rate" in {question["parameter"] for question in answer["questions"]}

    def test_answers_settle(self, client: TestClient) -> None:
        body = {"text": THERMAL, "answers": {"frame_rate": "9 Hz"}, "regimes": ["us", "eu"]}
        answer = client.post("/v1/assess", json=body).json()
        assert finding(answer, "eu", "6A003.b.4.b")["status"] == "does_not_meet"
        assert finding(answer, "us", "6A003.b.4.b")["status"] == "does_not_meet"
        assert {each["regime"] for each in answer["findings"]} == {"us", "eu"}

    def test_steps_point_into_the_text(self, client: TestClient) -> None:
        answer = client.post("/v1/assess", json={"text": THERMAL, "regimes": ["eu"]}).json()
        spans = [tuple(span) for step in finding(answer, "eu", "6A003.b.4.b")["steps"] for span in step["spans"]]  # type: ignore[attr-defined]
        assert any("microbolometer" in THERMAL[start:end] for start, end in spans)

    def test_destination(self, client: TestClient) -> None:
        answer = client.post("/v1/assess", json={"text": THERMAL, "answers": {"frame_rate": "60 Hz"}, "destination": "ae"}).json()
        entry = next(each for each in answer["licence"]["entries"] if each["code"] == "6A003.b.4.b")
        assert {"NS 2": "required", "AT 1": "not_required_by_chart"}.items() <= {r["code"]: r["licence"] for r in entry["reasons"]}.items()

    def test_day_chooses_the_lists(self, client: TestClient) -> None:
        assert client.post("/v1/assess", json={"text": THERMAL, "day": "2026-01-01"}).json()["day"] == "2026-01-01"
        assert client.post("/v1/assess", json={"text": THERMAL}).json()["day"] == "2026-11-27"

    @pytest.mark.parametrize(
        ("body", "status", "said"),
        [
            ({"text": " "}, 422, "empty or blank"),
            ({"text": THERMAL, "destination": "Narnia"}, 422, "country code"),
            ({"text": THERMAL, "regimes": ["mars"]}, 422, "no regime"),
            ({"text": THERMAL, "answers": {"frame_rate": "9"}}, 422, "no unit"),
            ({"text": THERMAL, "answers": {"frame_rate": "nine"}}, 422, "no number"),
            ({"text": THERMAL, "answers": {"fixed_lens": ["yes", "no"]}}, 422, "both yes and no"),
            ({"text": THERMAL, "answers": {"colour": "red"}}, 422, "no such parameter"),
            ({"text": THERMAL, "diligence": {"colour": "red"}}, 422, "no such item"),
            ({"text": THERMAL, "day": "yesterday"}, 422, "day"),
            ({"text": THERMAL, "colour": "red"}, 422, "colour"),
            ({"text": "a" * 100_001}, 413, "100001 characters"),
        ],
    )
    def test_refused(self, client: TestClient, body: dict[str, object], status: int, said: str) -> None:
        answer = client.post("/v1/assess", json=body)
        assert answer.status_code == status
        assert said in answer.json()["detail"]

    def test_reference(self, client: TestClient) -> None:
        answer = client.get("/v1/controls").json()
        assert {"us", "eu", "gb", "wa"} <= {each["id"] for each in answer["regimes"]}
        assert "frame_rate" in {each["id"] for each in answer["parameters"]}
