"""Learn-then-test keeps its promise: over many calibration splits, the true rate exceeds the bound as seldom as stated."""

import numpy as np
import pytest
from scipy.stats import binom

from model.calibration import sigmoid
from model.policy import RiskTarget
from training.risk_control import GRID, NEVER, control_share_of_acted, control_share_of_all, next_batch_breaks, smallest_sample, upper_limit

TARGET = RiskTarget(share=0.05, confidence=0.9)


class TestUpperLimit:
    """Clopper and Pearson's limit by its definition."""

    @pytest.mark.parametrize(("errors", "n"), [(0, 10), (3, 100), (20, 50)])
    def test_definition(self, errors: int, n: int) -> None:
        limit = upper_limit(errors, n, 0.95)
        assert limit is not None
        assert binom.cdf(errors, n, limit) == pytest.approx(0.05, abs=1e-9)

    def test_edges(self) -> None:
        assert upper_limit(0, 0, 0.95) is None
        assert upper_limit(5, 5, 0.95) == 1.0
        assert upper_limit(0, 59, 0.95) == pytest.approx(0.05, abs=1e-3)  # the rule of three

    def test_smallest_sample(self) -> None:
        n = smallest_sample(RiskTarget(0.05, 0.95))
        assert 0.95**n <= 0.05
        assert next_batch_breaks(0, n, 0.05) <= 0.05 < next_batch_breaks(0, n - 1, 0.05)

    @pytest.mark.parametrize(("errors", "n", "share"), [(0, 20, 0.1), (3, 200, 0.02), (4, 1000, 0.01)])
    def test_next_batch_against_drawing(self, errors: int, n: int, share: float) -> None:
        generator = np.random.default_rng(0)
        most = int(share * n)
        seen = []
        for total in range(most + 1, most + errors + 2):
            first = generator.hypergeometric(total, 2 * n - total, n, 20_000)
            seen.append(((first <= errors) & (total - first > most)).mean())
        assert next_batch_breaks(errors, n, share) == pytest.approx(max(seen), abs=0.015)


class TestGrid:
    """The grid is fixed beforehand, from strict to loose."""

    def test_falling(self) -> None:
        assert (np.diff(GRID) < 0).all()
        assert GRID[0] < 1
        assert GRID[-1] == pytest.approx(0.3)


def world(n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:  # type: ignore[type-arg]
    """Return confidences and whether acting is an error; the less confident, the likelier an error."""
    generator = np.random.default_rng(seed)
    confidence = sigmoid(generator.normal(2.5, 1.5, n))
    return confidence, generator.random(n) > confidence**0.7


class TestGuarantee:
    """The true rate lies above the target in at most a tenth of the splits, and something is still decided."""

    big_confidence, big_bad = world(400_000, 99)

    def test_share_of_acted(self) -> None:
        breaks, acted = [], []
        for seed in range(300):
            confidence, bad = world(600, seed)
            threshold, found = control_share_of_acted(confidence, np.ones(600, dtype=bool), bad, TARGET)
            above = self.big_confidence >= threshold
            breaks.append(above.any() and self.big_bad[above].mean() > TARGET.share)
            acted.append(above.mean())
            assert found.met == (threshold != NEVER)
        assert np.mean(breaks) <= 0.1 + 2 * np.sqrt(0.1 * 0.9 / 300)
        assert np.mean(acted) > 0.2

    def test_share_of_all(self) -> None:
        breaks, acted = [], []
        for seed in range(300):
            confidence, bad = world(1200, 1000 + seed)
            threshold, _ = control_share_of_all(confidence, np.ones(1200, dtype=bool), bad, int(bad.sum()), TARGET)
            above = self.big_confidence >= threshold
            breaks.append((above & self.big_bad).sum() / self.big_bad.sum() > TARGET.share)
            acted.append(above.mean())
        assert np.mean(breaks) <= 0.1 + 2 * np.sqrt(0.1 * 0.9 / 300)
        assert np.mean(acted) > 0.1

    def test_a_looser_choice_would_break_it(self) -> None:
        # The same bound without the test (the observed rate just below the target) breaks far more often: the check can fail.
        breaks = []
        for seed in range(300):
            confidence, bad = world(600, seed)
            order = np.argsort(-confidence)
            rate = np.cumsum(bad[order]) / np.arange(1, 601)
            good = np.flatnonzero(rate <= TARGET.share)
            threshold = confidence[order[good[-1]]] if len(good) else 2.0
            above = self.big_confidence >= threshold
            breaks.append(above.any() and self.big_bad[above].mean() > TARGET.share)
        assert np.mean(breaks) > 0.2


class TestInExpectation:
    """Without a confidence the loosest threshold is taken whose rate, one error added, is within the bound."""

    def test_against_the_slow_way(self) -> None:
        confidence, bad = world(800, 5)
        every = np.ones(800, dtype=bool)
        threshold, found = control_share_of_acted(confidence, every, bad, RiskTarget(0.05, None))
        slow = [
            t for t in GRID if (confidence >= t).sum() >= 60 and (bad[confidence >= t].sum() + 1) / ((confidence >= t).sum() + 1) <= 0.05
        ]
        assert threshold == min(slow)
        assert (found.n, found.errors) == ((confidence >= threshold).sum(), bad[confidence >= threshold].sum())
        assert found.words == " in expectation"

    def test_on_average_the_bound_holds(self) -> None:
        rates = []
        for seed in range(200):
            confidence, bad = world(600, seed)
            threshold, _ = control_share_of_acted(confidence, np.ones(600, dtype=bool), bad, RiskTarget(0.05, None))
            above = TestGuarantee.big_confidence >= threshold
            rates.append(TestGuarantee.big_bad[above].mean() if above.any() else 0.0)
        assert np.mean(rates) <= 0.06


class TestHopeless:
    """Where nothing can be shown, nothing is decided."""

    def test_too_few(self) -> None:
        threshold, found = control_share_of_acted(np.full(10, 0.99), np.ones(10, dtype=bool), np.zeros(10, dtype=bool), TARGET)
        assert (threshold, found.met, found.rate) == (NEVER, False, None)

    def test_always_wrong(self) -> None:
        wrong = np.ones(500, dtype=bool)
        threshold, found = control_share_of_acted(np.full(500, 0.99), wrong, wrong, TARGET)
        assert (threshold, found.met) == (NEVER, False)
        threshold, found = control_share_of_all(np.full(500, 0.9999999), wrong, wrong, 500, TARGET)
        assert (threshold, found.met) == (NEVER, False)
