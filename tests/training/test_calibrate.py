"""Calibration is fitted by the textbook, and the method is chosen by what it does on texts it was not fitted on."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from model.calibration import METHODS, Method, log_sigmoid, sigmoid
from training.calibrate import cross_validated_loss, fit_calibration, fit_curve, fit_method


def sample(n: int, slope: float, intercept: float, outputs: int = 3, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:  # type: ignore[type-arg]
    generator = np.random.default_rng(seed)
    logits = generator.normal(0, 3, (n, outputs))
    return logits, generator.random((n, outputs)) < sigmoid(slope * logits + intercept)


class TestCurves:
    """A fitted curve is the maximum-likelihood one of its form."""

    def test_platt_against_logistic_regression(self) -> None:
        logits, labels = (each[:, 0] for each in sample(4000, 0.6, -0.8))
        expected = LogisticRegression(C=np.inf).fit(logits[:, None], labels)
        hit, miss, intercept = fit_curve(logits, labels, "platt", pull=0.0)
        assert hit == miss == pytest.approx(expected.coef_[0, 0], abs=1e-3)
        assert intercept == pytest.approx(expected.intercept_[0], abs=1e-3)

    def test_beta_against_logistic_regression(self) -> None:
        generator = np.random.default_rng(5)
        logits = generator.normal(0, 2, 6000)
        labels = generator.random(6000) < sigmoid(1.5 * log_sigmoid(logits) - 0.5 * log_sigmoid(-logits) + 0.3)
        features = np.column_stack([log_sigmoid(logits), -log_sigmoid(-logits)])
        expected = LogisticRegression(C=np.inf, max_iter=5000, tol=1e-9).fit(features, labels)
        hit, miss, intercept = fit_curve(logits, labels, "beta", pull=0.0)
        assert [hit, miss] == pytest.approx(expected.coef_[0].tolist(), abs=5e-3)
        assert intercept == pytest.approx(expected.intercept_[0], abs=5e-3)

    def test_temperature_has_no_intercept(self) -> None:
        logits, labels = (each[:, 0] for each in sample(2000, 0.5, 0.0))
        hit, miss, intercept = fit_curve(logits, labels, "temperature", pull=0.0)
        assert hit == miss == pytest.approx(0.5, abs=0.05)
        assert intercept == 0.0

    @pytest.mark.parametrize("method", METHODS)
    def test_never_reverses_a_ranking(self, method: Method) -> None:
        hit, miss, _ = fit_curve(np.array([-2.0, -1.0, 1.0, 2.0]), np.array([True, True, False, False]), method)
        assert hit > 0
        assert miss > 0


class TestFitting:
    """Categories lean on each other, and the best method wins."""

    def test_a_category_without_texts_keeps_to_the_common_curve(self) -> None:
        logits, labels = sample(500, 1.0, 0.0, seed=2)
        weights = np.ones((500, 3), dtype=bool)
        weights[:, 1] = False
        calibration = fit_method(logits, labels, weights, "platt")
        assert calibration.hit[1] == pytest.approx(1.0, abs=0.25)

    def test_the_choice_rests_on_the_losses(self) -> None:
        logits, labels = sample(900, 0.5, -2.0, outputs=4, seed=3)
        weights = np.ones_like(labels)
        chosen = fit_calibration(logits, labels, weights)
        assert set(chosen.log_losses) == set(METHODS)
        assert chosen.log_losses[chosen.method] == min(chosen.log_losses.values())
        assert chosen.method != "temperature"  # it cannot express the intercept

    def test_the_loss_is_that_of_unseen_texts(self) -> None:
        logits, labels = sample(600, 1.0, 0.0, seed=4)
        weights = np.ones_like(labels)
        inside = fit_method(logits, labels, weights, "beta").probabilities(logits)[:, :-1]
        seen = float(-np.where(labels[:, :-1], np.log(inside), np.log(1 - inside)).mean())
        assert cross_validated_loss(logits, labels, weights, "beta") > seen
