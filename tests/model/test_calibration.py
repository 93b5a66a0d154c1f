"""Calibration is a line per output in logit space, kept as readable JSON."""

import json
import math
from pathlib import Path

import numpy as np
import pytest

from data.errors import ReleaseDamaged
from model.calibration import Calibration, sigmoid


class TestCalibration:
    """Probabilities follow the textbook formula and survive the disk."""

    def test_against_the_definition(self) -> None:
        calibration = Calibration(np.array([2.0, 0.5]), np.array([-1.0, 3.0]))
        got = calibration.probabilities(np.array([[0.3, -4.0]]))[0]
        assert got == pytest.approx([1 / (1 + math.exp(-(2 * 0.3 - 1))), 1 / (1 + math.exp(-(0.5 * -4 + 3)))])

    def test_no_overflow(self) -> None:
        assert sigmoid(np.array([-1e4, 0.0, 1e4])).tolist() == [0.0, 0.5, 1.0]

    def test_round_trip(self, tmp_path: Path) -> None:
        path = tmp_path / "calibration.json"
        Calibration(np.array([1.5, 1.0]), np.array([0.25, 0.0])).write(path)
        assert Calibration.read(path, 2).slopes.tolist() == [1.5, 1.0]

    @pytest.mark.parametrize(
        "content",
        [
            "",
            "[]",
            "{}",
            '{"slopes": [1], "intercepts": [0]}',
            '{"slopes": [1, NaN], "intercepts": [0, 0]}',
            '{"slopes": "x", "intercepts": []}',
        ],
    )
    def test_damage_is_named(self, tmp_path: Path, content: str) -> None:
        path = tmp_path / "calibration.json"
        path.write_text(content, encoding="utf-8")
        with pytest.raises(ReleaseDamaged, match=r"calibration\.json"):
            Calibration.read(path, 2)

    def test_json_is_readable(self, tmp_path: Path) -> None:
        Calibration.identity(2).write(tmp_path / "c.json")
        assert json.loads((tmp_path / "c.json").read_text(encoding="utf-8"))["method"] == "platt"
