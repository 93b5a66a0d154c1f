"""Intervals: Wilson's for a share, a seeded bootstrap for everything else. Nothing to count is None, never 0."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Estimate:
    """A figure with its 95 % interval.

    Attributes:
        value, low, high: the figure and its interval.
        n: how many items it rests on.
    """

    value: float
    low: float
    high: float
    n: int

    def __str__(self) -> str:
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}] (n={self.n})"


def wilson(successes: int, n: int, z: float = 1.959963984540054) -> Estimate | None:
    """Return the share `successes / n` with Wilson's score interval (Wilson 1927), or None for n = 0."""
    if n == 0:
        return None
    p = successes / n
    denominator = 1 + z * z / n
    centre = (p + z * z / (2 * n)) / denominator
    half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / denominator
    return Estimate(p, max(0.0, centre - half), min(1.0, centre + half), n)


def bootstrap(
    statistic: Callable[[NDArray[np.int64]], float | None], n: int, rounds: int = 1000, seed: int = 0, centred: bool = False
) -> Estimate | None:
    """Return a statistic over items with its percentile bootstrap interval (Efron 1979).

    Args:
        statistic: takes item indices (with repeats) and returns a figure, or None where it is undefined.
        n: number of items.
        centred: shift the interval so that the draws' mean lies on the figure: for statistics that resampling inflates, such
            as a calibration error, whose percentile interval can lie wholly above the figure.
    """
    if n == 0 or (value := statistic(np.arange(n))) is None:
        return None
    generator = np.random.default_rng(seed)
    draws = [drawn for _ in range(rounds) if (drawn := statistic(generator.integers(0, n, n))) is not None]
    low, high = np.quantile(draws, [0.025, 0.975])
    shift = value - float(np.mean(draws)) if centred else 0.0
    return Estimate(value, float(low) + shift, float(high) + shift, n)
