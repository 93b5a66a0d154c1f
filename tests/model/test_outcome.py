"""The outcome policy turns probabilities and signals into categories, none or review, and says why."""

import dataclasses
import json
from pathlib import Path
from typing import get_args

import numpy as np
import pytest

from data.errors import ReleaseDamaged
from data.taxonomy import Taxonomy
from model.confidence import FEATURES, ConfidenceModel, set_confidence
from model.outcome import REASONS, Reason, Signals, Thresholds, decide, family_probabilities, read_decision
from model.reasons import EXPLANATIONS

THRESHOLDS = Thresholds(
    predicted=0.5,
    none_confidence=0.9,
    categories_confidence=0.7,
    insufficient=0.6,
    likeness=0.3,
    family=0.9,
    high_consequence=("intrusion-software",),
)


def probabilities(taxonomy: Taxonomy, **given: float) -> np.ndarray:  # type: ignore[type-arg]
    row = np.zeros(len(taxonomy.ids))
    for name, value in given.items():
        row[taxonomy.ids.index(name.replace("_", "-"))] = value
    return row


class TestDecide:
    """Each outcome has its own confidence to reach; signals can withhold it."""

    @pytest.mark.parametrize(
        ("given", "signals", "outcome", "reasons"),
        [
            ({"covert_audio": 0.02}, Signals(), "none", ()),
            ({"covert_audio": 0.20}, Signals(), "review", ("low_confidence",)),
            ({"covert_audio": 0.95}, Signals(), "categories", ()),
            ({"covert_audio": 0.95, "covert_video": 0.90}, Signals(), "categories", ()),
            ({"covert_audio": 0.95, "covert_video": 0.40}, Signals(), "review", ("low_confidence", "categories_conflict")),
            ({"covert_audio": 0.60, "lawful_interception": 0.55}, Signals(), "review", ("low_confidence", "categories_conflict")),
            ({"covert_audio": 0.02}, Signals(insufficient=0.6), "review", ("insufficient_text",)),
            ({"covert_audio": 0.95}, Signals(likeness=0.29), "review", ("out_of_domain",)),
            ({"covert_audio": 0.01}, Signals(windows=2, confidence=0.999), "review", ("out_of_domain",)),
            ({"covert_audio": 0.95}, Signals(language_supported=False), "review", ("unsupported_language",)),
            ({"covert_audio": 0.02}, Signals(truncated=True), "review", ("truncated",)),
            (
                {"covert_audio": 0.60},
                Signals(0.9, 0.1, language_supported=False, truncated=True),
                "review",
                ("low_confidence", "out_of_domain", "insufficient_text", "unsupported_language", "truncated"),
            ),
        ],
    )
    def test_table(self, taxonomy: Taxonomy, given: dict[str, float], signals: Signals, outcome: str, reasons: tuple[str, ...]) -> None:
        decision = decide(probabilities(taxonomy, **given), THRESHOLDS, taxonomy, signals)
        assert (decision.outcome, decision.reasons) == (outcome, reasons)

    def test_high_consequence_stands_beside_the_answer(self, taxonomy: Taxonomy) -> None:
        decision = decide(probabilities(taxonomy, intrusion_software=0.97), THRESHOLDS, taxonomy)
        assert (decision.outcome, decision.reasons) == ("categories", ("high_consequence",))

    def test_a_review_still_has_a_best_guess(self, taxonomy: Taxonomy) -> None:
        decision = decide(probabilities(taxonomy, covert_audio=0.6, covert_video=0.45), THRESHOLDS, taxonomy)
        assert [name for name, hit in zip(taxonomy.ids, decision.predicted, strict=True) if hit] == ["covert-audio"]

    def test_confidence_is_the_product(self) -> None:
        assert float(set_confidence(np.array([0.9, 0.2]), np.array([True, False]))) == pytest.approx(0.9 * 0.8)

    def test_a_learned_confidence_decides(self, taxonomy: Taxonomy) -> None:
        row = probabilities(taxonomy, covert_audio=0.95)
        assert decide(row, THRESHOLDS, taxonomy, Signals(confidence=0.69)).outcome == "review"
        assert decide(row, THRESHOLDS, taxonomy, Signals(confidence=0.71)).confidence == 0.71

    def test_never(self, taxonomy: Taxonomy) -> None:
        never = dataclasses.replace(THRESHOLDS, none_confidence=2.0, categories_confidence=2.0)
        assert decide(probabilities(taxonomy), never, taxonomy).outcome == "review"
        assert decide(probabilities(taxonomy, covert_audio=1.0), never, taxonomy).outcome == "review"


class TestFamily:
    """A family is named when it is sure and alone, and its categories are not."""

    def test_named(self, taxonomy: Taxonomy) -> None:
        row = probabilities(taxonomy, surveillance_uav=0.75, aerial_imaging_payload=0.7)
        decision = decide(row, THRESHOLDS, taxonomy)
        assert decision.family == "imaging-sensing"
        assert decision.reasons == ("low_confidence", "categories_conflict", "family_only")

    def test_not_named_when_another_is_possible(self, taxonomy: Taxonomy) -> None:
        row = probabilities(taxonomy, surveillance_uav=0.75, aerial_imaging_payload=0.7, covert_audio=0.3)
        assert decide(row, THRESHOLDS, taxonomy).family is None

    def test_not_named_when_the_answer_is_decided(self, taxonomy: Taxonomy) -> None:
        assert decide(probabilities(taxonomy, surveillance_uav=0.99), THRESHOLDS, taxonomy).family is None

    def test_probability_by_hand(self, taxonomy: Taxonomy) -> None:
        found = family_probabilities(probabilities(taxonomy, surveillance_uav=0.5, aerial_imaging_payload=0.2), taxonomy)
        assert found["imaging-sensing"] == pytest.approx(1 - 0.5 * 0.8)
        assert found["tracking"] == 0.0


class TestReasons:
    """Every reason has one sentence and one thing to do."""

    def test_every_reason_is_explained(self) -> None:
        assert set(EXPLANATIONS) == set(REASONS) == set(get_args(Reason))
        for explanation in EXPLANATIONS.values():
            assert explanation.sentence.endswith(".")
            assert explanation.remedy.endswith(".")
            assert len(explanation.sentence.split()) < 20


class TestThresholds:
    """Thresholds are data, checked when read."""

    def write(self, path: Path, **changes: object) -> Path:
        path.write_text(json.dumps({"thresholds": THRESHOLDS.as_json() | changes, "confidence": None}), encoding="utf-8")
        return path

    def test_round_trip(self, tmp_path: Path) -> None:
        assert read_decision(self.write(tmp_path / "decision.json")) == (THRESHOLDS, None)

    @pytest.mark.parametrize(
        "changes", [{"predicted": 2}, {"likeness": -1.5}, {"none_confidence": 2.5}, {"other": 1}, {"family": "x"}, {"high_consequence": 3}]
    )
    def test_damage_is_named(self, tmp_path: Path, changes: dict[str, object]) -> None:
        with pytest.raises(ReleaseDamaged, match=r"decision\.json"):
            read_decision(self.write(tmp_path / "decision.json", **changes))

    def test_learned_confidence(self, tmp_path: Path) -> None:
        model = ConfidenceModel(np.arange(len(FEATURES) + 1.0), -np.arange(len(FEATURES) + 1.0))
        content = {"thresholds": THRESHOLDS.as_json(), "confidence": model.as_json()}
        (tmp_path / "decision.json").write_text(json.dumps(content), encoding="utf-8")
        _, read = read_decision(tmp_path / "decision.json")
        assert read is not None
        assert read.some.tolist() == model.some.tolist()
        assert read.none.tolist() == model.none.tolist()
        del content["confidence"]["none"][FEATURES[0]]
        (tmp_path / "decision.json").write_text(json.dumps(content), encoding="utf-8")
        with pytest.raises(ReleaseDamaged, match="confidence model"):
            read_decision(tmp_path / "decision.json")

    @pytest.mark.parametrize("content", ["", "[]", "{}", '{"thresholds": []}'])
    def test_other_files_are_refused(self, tmp_path: Path, content: str) -> None:
        (tmp_path / "decision.json").write_text(content, encoding="utf-8")
        with pytest.raises(ReleaseDamaged, match=r"decision\.json"):
            read_decision(tmp_path / "decision.json")
