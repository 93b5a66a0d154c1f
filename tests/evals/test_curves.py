"""Curves are those of the definitions, counted by hand."""

import numpy as np

from evals.curves import reliability_bins, risk_points


class TestReliability:
    """A bin holds what was stated in it; an empty one is not there."""

    def test_by_hand(self) -> None:
        truth = np.array([[True, False], [True, False]])
        stated = np.array([[0.95, 0.05], [1.0, 0.25]])
        assert reliability_bins(truth, stated) == [
            {"stated": 0.05, "observed": 0.0, "n": 1},
            {"stated": 0.25, "observed": 0.0, "n": 1},
            {"stated": 0.975, "observed": 1.0, "n": 2},
        ]


class TestRisk:
    """Risk is the share wrong among the surest; the last point covers everything."""

    def test_by_hand(self) -> None:
        found = risk_points(np.array([0.9, 0.8, 0.7, 0.6]), np.array([True, True, False, True]), points=2)
        assert found == [{"coverage": 0.5, "risk": 0.0}, {"coverage": 1.0, "risk": 0.25}]

    def test_few_and_none(self) -> None:
        assert len(risk_points(np.array([0.9]), np.array([True]))) == 1
        assert risk_points(np.array([]), np.array([], dtype=bool)) == []
