"""Intervals hold their figure and shrink with n."""

import numpy as np

from evals.intervals import bootstrap, wilson


class TestBootstrap:
    """The interval surrounds the figure; absent figures stay absent."""

    def test_mean(self) -> None:
        values = np.random.default_rng(0).normal(5, 2, 400)
        found = bootstrap(lambda i: float(values[i].mean()), 400)
        assert found is not None
        assert found.low < found.value < found.high
        assert 0.3 < found.high - found.low < 0.5  # 2 * 1.96 * 2 / 20

    def test_centring(self) -> None:
        # The number of different items falls in every resample: the plain interval lies off the figure.
        def spread(index: np.ndarray) -> float:  # type: ignore[type-arg]
            return float(len(set(index.tolist())))

        plain, centred = bootstrap(spread, 30), bootstrap(spread, 30, centred=True)
        assert plain is not None
        assert centred is not None
        assert not plain.low <= plain.value <= plain.high
        assert centred.low <= centred.value <= centred.high

    def test_undefined(self) -> None:
        assert bootstrap(lambda _: None, 5) is None
        assert bootstrap(lambda _: 1.0, 0) is None


class TestWilson:
    """Wilson's interval against a printed example."""

    def test_textbook(self) -> None:
        found = wilson(15, 148)  # Newcombe 1998, table I, method 3: 0.0624 to 0.1605
        assert found is not None
        assert (round(found.low, 4), round(found.high, 4)) == (0.0624, 0.1605)

    def test_nothing(self) -> None:
        assert wilson(0, 0) is None
