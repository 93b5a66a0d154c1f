"""Calibration is fitted by the textbook, and the method is chosen by what it does on texts it was not fitted on."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from model.calibration import METHODS, Calibration, Method, log_sigmoid, sigmoid
from model.confidence import NEIGHBOURS
from model.opinions import NETWORK_ALONE, OpinionWeights
from training.calibrate import cross_calibrated, cross_validated_loss, fit_calibration, fit_curve, fit_method, refitted
from training.opinions import fit_opinions
from training.surroundings import Surroundings


def sample(n: int, slope: float, intercept: float, outputs: int = 3, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:  # type: ignore[type-arg]
    generator = np.random.default_rng(seed)
    logits = generator.normal(0, 3, (n, outputs))
    return logits, generator.random((n, outputs)) < sigmoid(slope * logits + intercept)


def surroundings(opinion: np.ndarray, generator: np.random.Generator) -> Surroundings:  # type: ignore[type-arg]
    n, categories = opinion.shape
    labels = generator.random((n, NEIGHBOURS, categories)) < 0.2
    return Surroundings(generator.uniform(0.5, 0.9, (n, NEIGHBOURS)), labels, np.full(n, 40), opinion)


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

    def test_other_opinions_count_when_they_know_more(self) -> None:
        """Labels follow network and words alike; precedents know nothing."""
        generator = np.random.default_rng(6)
        logits, opinion = generator.normal(0, 2, (900, 4)), generator.normal(0, 2, (900, 3))
        truth = logits.copy()
        truth[:, :-1] += 1.5 * opinion
        labels = generator.random((900, 4)) < sigmoid(truth - 1)
        near = surroundings(opinion, generator)
        known = np.ones_like(labels)
        weights = fit_opinions(logits, opinion, near.shares, labels, known)
        assert weights.words == pytest.approx(1.5, abs=0.2)
        assert weights.precedents < 1.0
        chosen = fit_calibration(logits, labels, known, near)
        assert chosen.opinions == weights
        assert chosen.log_losses[chosen.method] < chosen.log_losses["network alone"]

    def test_other_opinions_that_know_nothing_are_not_asked(self) -> None:
        generator = np.random.default_rng(7)
        logits, labels = sample(300, 2.0, 0.0, outputs=4, seed=8)
        weights = fit_opinions(-logits, generator.normal(size=(300, 3)), np.zeros((300, 3)), labels, np.ones_like(labels))
        assert weights == NETWORK_ALONE  # a network that is worse than none is nothing to weigh against
        contrary = generator.normal(size=(300, 3)) - 2 * labels[:, :-1]
        opposed = fit_opinions(logits, contrary, np.zeros((300, 3)), labels, np.ones_like(labels))
        assert opposed.words == 0.0

    def test_thresholds_see_no_curve_of_their_own_text(self) -> None:
        """A label that nobody can know: curves fitted with it lean towards it, cross-fitted ones do not."""
        generator = np.random.default_rng(9)
        logits, labels = generator.normal(0, 1, (60, 4)), generator.random((60, 4)) < 0.5
        known = np.ones_like(labels)
        like = fit_method(logits, labels, known, "beta")
        own = like.probabilities(logits)
        crossed = cross_calibrated(logits, labels, known, None, like)
        gap = {name: p[labels].mean() - p[~labels].mean() for name, p in (("own", own), ("crossed", crossed))}
        assert gap["crossed"] < gap["own"]
        assert crossed.shape == logits.shape

    def test_refitting_keeps_method_and_opinions(self) -> None:
        generator = np.random.default_rng(10)
        logits, labels = sample(400, 1.0, 0.0, outputs=4, seed=11)
        known, near = np.ones_like(labels), surroundings(logits[:, :-1] + generator.normal(size=(400, 3)), generator)
        alone = refitted(logits, labels, known, near, Calibration.identity(4))
        assert (alone.method, alone.opinions) == ("temperature", NETWORK_ALONE)
        together = refitted(logits, labels, known, near, replace(Calibration.identity(4), opinions=OpinionWeights(1.0, 1.0)))
        assert together.opinions == fit_opinions(logits, near.opinion, near.shares, labels, known)

    def test_the_loss_is_that_of_unseen_texts(self) -> None:
        logits, labels = sample(600, 1.0, 0.0, seed=4)
        weights = np.ones_like(labels)
        inside = fit_method(logits, labels, weights, "beta").probabilities(logits)[:, :-1]
        seen = float(-np.where(labels[:, :-1], np.log(inside), np.log(1 - inside)).mean())
        assert cross_validated_loss(logits, labels, weights, "beta") > seen
