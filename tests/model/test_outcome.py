"""The outcome policy turns probabilities into categories, none or review, and says why."""

from pathlib import Path

import numpy as np
import pytest

from data.errors import ReleaseDamaged
from model.outcome import Thresholds, decide, set_confidence

THRESHOLDS = Thresholds(predicted=0.5, none_confidence=0.9, categories_confidence=0.7, insufficient=0.6)


class TestDecide:
    """Each outcome has its own confidence to reach."""

    @pytest.mark.parametrize(
        ("probabilities", "insufficient", "outcome", "reasons"),
        [
            ([0.01, 0.02], 0.0, "none", ()),
            ([0.10, 0.20], 0.0, "review", ("low_confidence",)),
            ([0.95, 0.02], 0.0, "categories", ()),
            ([0.95, 0.40], 0.0, "review", ("low_confidence",)),
            ([0.95, 0.90], 0.0, "categories", ()),
            ([0.01, 0.02], 0.6, "review", ("insufficient_text",)),
            ([0.60, 0.40], 0.9, "review", ("low_confidence", "insufficient_text")),
        ],
    )
    def test_table(self, probabilities: list[float], insufficient: float, outcome: str, reasons: tuple[str, ...]) -> None:
        decision = decide(np.array(probabilities), insufficient, THRESHOLDS)
        assert (decision.outcome, decision.reasons) == (outcome, reasons)

    def test_a_review_still_has_a_best_guess(self) -> None:
        assert decide(np.array([0.6, 0.45]), 0.0, THRESHOLDS).predicted.tolist() == [True, False]

    def test_confidence_is_the_product(self) -> None:
        assert float(set_confidence(np.array([0.9, 0.2]), np.array([True, False]))) == pytest.approx(0.9 * 0.8)


class TestThresholds:
    """Thresholds are data, checked when read."""

    def test_round_trip(self, tmp_path: Path) -> None:
        THRESHOLDS.write(tmp_path / "thresholds.json")
        assert Thresholds.read(tmp_path / "thresholds.json") == THRESHOLDS

    @pytest.mark.parametrize(
        "content",
        ["", "[]", "{}", '{"predicted": 2, "none_confidence": 0.9, "categories_confidence": 0.7, "insufficient": 0.6}', '{"other": 1}'],
    )
    def test_damage_is_named(self, tmp_path: Path, content: str) -> None:
        (tmp_path / "thresholds.json").write_text(content, encoding="utf-8")
        with pytest.raises(ReleaseDamaged, match=r"thresholds\.json"):
            Thresholds.read(tmp_path / "thresholds.json")
