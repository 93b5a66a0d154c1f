"""Metrics agree with scikit-learn and with hand-worked examples; what cannot be measured is None."""

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, f1_score
from sklearn.metrics import log_loss as sk_log_loss

from evals.intervals import bootstrap, wilson
from evals.metrics import (
    area_under_risk_coverage,
    average_precision,
    category_f1,
    exact_matches,
    expected_calibration_error,
    labels_in_top,
    log_loss,
    macro_f1,
    micro_f1,
    risk_coverage,
)

generator = np.random.default_rng(0)
TRUTH = generator.random((200, 6)) < 0.3
GUESS = np.where(generator.random((200, 6)) < 0.8, TRUTH, ~TRUTH)
PROBABILITIES = generator.random((200, 6))


class TestMetrics:
    """Pure functions over label matrices."""

    def test_against_scikit_learn(self) -> None:
        assert micro_f1(TRUTH, GUESS) == pytest.approx(f1_score(TRUTH, GUESS, average="micro"))
        assert macro_f1(TRUTH, GUESS) == pytest.approx(f1_score(TRUTH, GUESS, average="macro"))
        assert log_loss(TRUTH, PROBABILITIES) == pytest.approx(sk_log_loss(TRUTH.ravel(), PROBABILITIES.ravel()))

    def test_absent_is_none(self) -> None:
        nothing = np.zeros((3, 2), dtype=bool)
        assert micro_f1(nothing, nothing) is None
        assert macro_f1(nothing, nothing) is None
        assert category_f1(nothing, ~nothing) == [None, None]
        assert log_loss(nothing[:0], np.zeros((0, 2))) is None

    def test_support(self) -> None:
        truth = np.array([[True, True], [True, False], [True, False]])
        assert macro_f1(truth, truth, support=2) == 1.0
        assert macro_f1(truth, ~truth, support=4) is None

    def test_exact_and_top(self) -> None:
        truth = np.array([[True, False, True, False], [False, False, False, False]])
        guess = np.array([[True, False, True, False], [False, True, False, False]])
        assert exact_matches(truth, guess).tolist() == [True, False]
        assert labels_in_top(truth, np.array([[0.9, 0.5, 0.1, 0.3], [0.1, 0.1, 0.1, 0.1]]), k=3) == (1, 2)


class TestCalibrationError:
    """The gap between what was said and what came, weighted by how often it was said."""

    def test_by_hand(self) -> None:
        probabilities = np.array([[0.9], [0.9], [0.1], [0.1]])
        truth = np.array([[True], [False], [False], [False]])
        assert expected_calibration_error(truth, probabilities) == [pytest.approx(0.5 * 0.4 + 0.5 * 0.1)]

    def test_perfect_and_absent(self) -> None:
        truth = np.array([[True, False], [False, False]])
        assert expected_calibration_error(truth, truth.astype(float)) == [0.0, None]


class TestRanking:
    """Ranking figures agree with scikit-learn and with worked examples."""

    def test_average_precision(self) -> None:
        expected = average_precision_score(TRUTH, PROBABILITIES, average=None)
        assert average_precision(TRUTH, PROBABILITIES) == pytest.approx(list(expected))
        assert average_precision(np.zeros((2, 1), dtype=bool), np.zeros((2, 1))) == [None]

    def test_risk_coverage(self) -> None:
        coverage, risk = risk_coverage(np.array([0.2, 0.9, 0.5]), np.array([False, True, False]))
        assert coverage == pytest.approx([1 / 3, 2 / 3, 1])
        assert risk == pytest.approx([0, 0.5, 2 / 3])
        assert area_under_risk_coverage(np.array([0.2, 0.9, 0.5]), np.array([False, True, False])) == pytest.approx((0 + 0.5 + 2 / 3) / 3)
        assert area_under_risk_coverage(np.zeros(0), np.zeros(0, dtype=bool)) is None


class TestIntervals:
    """Intervals match the textbook."""

    def test_wilson_textbook(self) -> None:
        # Newcombe 1998, table I: 81 of 263.
        estimate = wilson(81, 263)
        assert estimate is not None
        assert (round(estimate.low, 4), round(estimate.high, 4)) == (0.2553, 0.3662)

    def test_wilson_edges(self) -> None:
        assert wilson(0, 0) is None
        zero = wilson(0, 10)
        assert zero is not None
        assert zero.low == 0.0
        assert zero.high == pytest.approx(0.2775, abs=1e-3)

    def test_bootstrap_repeats_and_covers(self) -> None:
        values = generator.normal(5.0, 1.0, 400)
        first = bootstrap(lambda i: float(values[i].mean()), 400)
        assert first == bootstrap(lambda i: float(values[i].mean()), 400)
        assert first is not None
        half = 1.96 * values.std() / 20
        assert first.high - first.low == pytest.approx(2 * half, rel=0.15)

    def test_bootstrap_of_nothing(self) -> None:
        assert bootstrap(lambda _: 1.0, 0) is None
        assert bootstrap(lambda _: None, 5) is None
