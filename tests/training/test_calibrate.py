"""Calibration and thresholds are fitted by the textbook and keep what they promise on the data they were fitted on."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from model.calibration import sigmoid
from model.outcome import decide
from training.calibrate import Targets, best_predicted_threshold, choose_thresholds, fit_calibration, fit_platt


class TestPlatt:
    """The fitted line is the maximum-likelihood one."""

    def test_against_logistic_regression(self) -> None:
        generator = np.random.default_rng(1)
        logits = generator.normal(0, 3, 4000)
        labels = generator.random(4000) < sigmoid(0.6 * logits - 0.8)
        expected = LogisticRegression(C=np.inf).fit(logits[:, None], labels)
        slope, intercept = fit_platt(logits, labels, pull=0.0)
        assert slope == pytest.approx(expected.coef_[0, 0], abs=1e-3)
        assert intercept == pytest.approx(expected.intercept_[0], abs=1e-3)

    def test_never_reverses_a_ranking(self) -> None:
        slope, _ = fit_platt(np.array([-2.0, -1.0, 1.0, 2.0]), np.array([True, True, False, False]))
        assert slope > 0

    def test_a_category_without_texts_keeps_to_the_common_line(self) -> None:
        generator = np.random.default_rng(2)
        logits = generator.normal(0, 2, (500, 3))
        labels = generator.random((500, 3)) < sigmoid(logits)
        weights = np.ones((500, 3), dtype=bool)
        weights[:, 1] = False
        calibration = fit_calibration(logits, labels, weights)
        assert calibration.slopes[1] == pytest.approx(1.0, abs=0.25)


class TestThresholds:
    """On the calibration texts the bounds hold; where they cannot, nothing is decided."""

    def sample(self, n: int, noise: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:  # type: ignore[type-arg]
        generator = np.random.default_rng(3)
        labels = generator.random((n, 4)) < 0.15
        vague = generator.random(n) < 0.05
        labels[vague] = False
        logits = np.where(np.column_stack([labels, vague]), 3.0, -3.0) + generator.normal(0, noise, (n, 5))
        return sigmoid(logits), labels, vague

    def test_bounds_hold(self) -> None:
        probabilities, labels, vague = self.sample(3000, 2.0)
        thresholds = choose_thresholds(probabilities, labels, vague, Targets())
        decisions = [decide(row[:-1], 0.0, thresholds) for row in probabilities[~vague]]
        truth = labels[~vague]
        cleared = np.array([decision.outcome == "none" for decision in decisions])
        decided = np.array([decision.outcome == "categories" for decision in decisions])
        exact = np.array([(decision.predicted == row).all() for decision, row in zip(decisions, truth, strict=True)])
        assert cleared.any()
        assert decided.any()
        assert (cleared & truth.any(axis=1)).sum() / truth.any(axis=1).sum() <= 0.01
        assert exact[decided].mean() >= 0.95

    def test_a_hopeless_model_decides_next_to_nothing(self) -> None:
        generator = np.random.default_rng(4)
        probabilities = generator.random((500, 5))
        labels = generator.random((500, 4)) < 0.5
        thresholds = choose_thresholds(probabilities, labels, np.zeros(500, dtype=bool), Targets())
        decided = [decide(row[:-1], 0.0, thresholds).outcome == "categories" for row in probabilities]
        assert np.mean(decided) < 0.02

    def test_predicted_threshold_is_where_f1_is_highest(self) -> None:
        probabilities = np.array([[0.9], [0.8], [0.6], [0.3], [0.1]])
        labels = np.array([[True], [True], [True], [False], [False]])
        best = best_predicted_threshold(probabilities, labels)
        assert 0.4 <= best <= 0.5  # the middle of the run from above 0.3 to 0.6
