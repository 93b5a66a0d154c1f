"""Does the guarantee hold? Calibration and test split are thrown together and cut anew, many times; breaks of the bounds are counted."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track
from threadpoolctl import threadpool_limits

from evals.intervals import Estimate, wilson
from evals.metrics import exact_matches
from model.calibration import Calibration
from model.confidence import ConfidenceModel
from model.outcome import Thresholds
from model.policy import Policy
from training.calibrate import cross_calibrated, refitted
from training.decision import CalibrationSplit, choose_decision
from training.surroundings import Surroundings, scores_of

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Pool:
    """Texts that the model was not trained on.

    Attributes:
        logits: [texts, outputs].
        labels, weights: bool [texts, outputs], see `training.examples.targets`.
        surroundings: what the index says of each text; None when there was no index.
        groups: [texts], what must stay together: the pair, or the record itself.
    """

    logits: Floats
    labels: Bools
    weights: Bools
    surroundings: Surroundings | None
    groups: Sequence[str]


@dataclass(frozen=True)
class ResplitCheck:
    """How often a bound was broken on the other half, over random cuts.

    Attributes:
        rounds: how many cuts.
        missed, wrong: share of cuts in which the observed rate on the other half is above the target.
        missed_rate, wrong_rate: mean observed rate.
        decided: mean share decided without review.
    """

    rounds: int
    missed: Estimate | None
    wrong: Estimate | None
    missed_rate: float
    wrong_rate: float
    decided: float


def observed(split: CalibrationSplit, thresholds: Thresholds, model: ConfidenceModel | None = None) -> tuple[float, float, float]:
    """Return the rates on a split under given thresholds and confidence: missed among controlled, wrong among decided, decided among all.

    A rate over nothing is 0: nobody was harmed.
    """
    sure = ~split.vague
    truth = split.labels[sure]
    every = split.probabilities[:, :-1] >= thresholds.predicted
    guess = every[sure]
    some: Bools = np.asarray(guess.any(axis=1))
    controlled: Bools = np.asarray(truth.any(axis=1))
    confidence = split.confidence(every, model)[sure]
    passed = (split.probabilities[sure, -1] < thresholds.insufficient) & (split.likeness[sure] >= thresholds.likeness)
    cleared = passed & ~some & (confidence >= thresholds.none_confidence)
    decided = passed & some & (confidence >= thresholds.categories_confidence)
    wrong = ~exact_matches(truth, guess)
    return (
        float((cleared & controlled).sum() / max(1, controlled.sum())),
        float((decided & wrong).sum() / max(1, decided.sum())),
        float((cleared | decided).mean()) if len(cleared) else 0.0,
    )


def _near(pool: Pool, index: NDArray[np.int64]) -> Surroundings | None:
    return None if pool.surroundings is None else pool.surroundings.rows(index)


def _split(pool: Pool, index: NDArray[np.int64], probabilities: Floats) -> CalibrationSplit:
    return CalibrationSplit(probabilities, pool.labels[index][:, :-1], pool.labels[index][:, -1], _near(pool, index))


def _rates_of_cut(
    pool: Pool, inside: NDArray[np.int64], outside: NDArray[np.int64], policy: Policy, calibration: Calibration
) -> tuple[float, float, float]:
    """Calibrate and choose on the one half; return the rates of `observed` on the other."""
    known = (pool.logits[inside], pool.labels[inside], pool.weights[inside], _near(pool, inside))
    chosen = choose_decision(_split(pool, inside, cross_calibrated(*known, calibration)), policy)
    fitted = refitted(*known, calibration)
    scores = scores_of(pool.logits[outside], _near(pool, outside), fitted.opinions)
    return observed(_split(pool, outside, fitted.probabilities(scores)), chosen.thresholds, chosen.confidence)


def check_resplits(
    pool: Pool, policy: Policy, calibration: Calibration, rounds: int = 200, seed: int = 0, quiet: bool = True
) -> ResplitCheck:
    """Cut the pool in halves `rounds` times; calibrate and choose on one half, count errors on the other.

    Args:
        calibration: the one in force: the same method is fitted anew in each cut, and opinions weighed anew if it weighs them.
    """
    names = sorted(set(pool.groups))
    place = {name: i for i, name in enumerate(names)}
    of_group = np.array([place[group] for group in pool.groups], dtype=np.int64)
    generator = np.random.default_rng(seed)
    rates = []
    console = Console(stderr=True)
    with threadpool_limits(limits=1):  # each fit is small: threads that wait for one another make it many times slower
        for _ in track(range(rounds), description="Cutting anew", console=console, disable=quiet or not console.is_terminal):
            first = (generator.permutation(len(names)) < len(names) / 2)[of_group]
            rates.append(_rates_of_cut(pool, np.flatnonzero(first), np.flatnonzero(~first), policy, calibration))
    missed, wrong, decided = np.array(rates).T
    return ResplitCheck(
        rounds=rounds,
        missed=wilson(int((missed > policy.missed.share).sum()), rounds),
        wrong=wilson(int((wrong > policy.wrong.share).sum()), rounds),
        missed_rate=float(missed.mean()),
        wrong_rate=float(wrong.mean()),
        decided=float(decided.mean()),
    )
