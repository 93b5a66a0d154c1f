"""Calibration is a curve per output in logit space, kept as readable JSON."""

import json
import math
from pathlib import Path

import numpy as np
import pytest

from data.errors import ReleaseDamaged
from model.calibration import METHODS, Calibration, log_sigmoid, sigmoid


def platt(*lines: tuple[float, float]) -> Calibration:
    slopes, intercepts = (np.array(values, dtype=float) for values in zip(*lines, strict=True))
    return Calibration(slopes, slopes, intercepts)


class TestCalibration:
    """Probabilities follow the textbook formulas and survive the disk."""

    def test_platt_against_the_definition(self) -> None:
        got = platt((2.0, -1.0), (0.5, 3.0)).probabilities(np.array([[0.3, -4.0]]))[0]
        assert got == pytest.approx([1 / (1 + math.exp(-(2 * 0.3 - 1))), 1 / (1 + math.exp(-(0.5 * -4 + 3)))])

    def test_beta_against_the_definition(self) -> None:
        a, b, c, s = 1.3, 0.4, -0.2, 0.7
        expected = 1 / (1 + 1 / (math.exp(c) * s**a / (1 - s) ** b))
        calibration = Calibration(np.array([a]), np.array([b]), np.array([c]), "beta")
        assert calibration.probabilities(np.array([math.log(s / (1 - s))]))[0] == pytest.approx(expected)

    def test_no_overflow(self) -> None:
        assert sigmoid(np.array([-1e4, 0.0, 1e4])).tolist() == [0.0, 0.5, 1.0]
        assert log_sigmoid(np.array([-1e4, 1e4])).tolist() == [-1e4, 0.0]

    def test_round_trip(self, tmp_path: Path) -> None:
        path = tmp_path / "calibration.json"
        Calibration(np.array([1.5, 1.0]), np.array([0.5, 1.0]), np.array([0.25, 0.0]), "beta", {"beta": 0.1}).write(path)
        read = Calibration.read(path, 2)
        assert (read.hit.tolist(), read.miss.tolist(), read.intercept.tolist()) == ([1.5, 1.0], [0.5, 1.0], [0.25, 0.0])
        assert (read.method, read.log_losses) == ("beta", {"beta": 0.1})

    @pytest.mark.parametrize(
        "changes",
        [
            {"hit": [1]},
            {"hit": [1, float("nan")]},
            {"miss": "x"},
            {"method": "magic"},
            {"log_losses": 3},
            {"intercept": None},
        ],
    )
    def test_damage_is_named(self, tmp_path: Path, changes: dict[str, object]) -> None:
        path = tmp_path / "calibration.json"
        Calibration.identity(2).write(path)
        path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | changes), encoding="utf-8")
        with pytest.raises(ReleaseDamaged, match=r"calibration\.json"):
            Calibration.read(path, 2)

    @pytest.mark.parametrize("content", ["", "[]", "{}"])
    def test_other_files_are_refused(self, tmp_path: Path, content: str) -> None:
        (tmp_path / "calibration.json").write_text(content, encoding="utf-8")
        with pytest.raises(ReleaseDamaged, match=r"calibration\.json"):
            Calibration.read(tmp_path / "calibration.json", 2)

    def test_the_method_is_told(self, tmp_path: Path) -> None:
        Calibration.identity(2).write(tmp_path / "c.json")
        assert json.loads((tmp_path / "c.json").read_text(encoding="utf-8"))["method"] in METHODS
