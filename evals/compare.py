"""Comparing two systems item by item, on the same items, with a paired bootstrap; and the gate a new release must pass."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data.taxonomy import Taxonomy
from evals.intervals import Estimate, bootstrap
from evals.items import EvalItem, Predictions, label_matrix
from evals.metrics import exact_matches, micro_f1


def difference(
    truth: NDArray[np.bool_], ours: NDArray[np.bool_], theirs: NDArray[np.bool_], rounds: int = 1000, seed: int = 0
) -> Estimate | None:
    """Return micro-F1 of `ours` minus that of `theirs` with a paired bootstrap interval; all arrays [items, categories]."""

    def statistic(index: NDArray[np.int64]) -> float | None:
        first, second = micro_f1(truth[index], ours[index]), micro_f1(truth[index], theirs[index])
        return None if first is None or second is None else first - second

    return bootstrap(statistic, len(truth), rounds, seed)


def paired_difference(
    items: Sequence[EvalItem], ours: Predictions, theirs: Predictions, taxonomy: Taxonomy, rounds: int = 1000
) -> Estimate | None:
    """Return micro-F1 of `ours` minus that of `theirs` on the same items; texts too vague to label are left out."""
    known = [i for i, item in enumerate(items) if not item.insufficient]
    truth = label_matrix([items[i].labels for i in known], taxonomy)
    return difference(truth, ours.predicted[known], theirs.predicted[known], rounds)


@dataclass(frozen=True)
class Changes:
    """What changed between two systems on the same items.

    Attributes:
        gained, lost: ids of items whose set is exactly right now and was not before, and the other way round.
    """

    gained: tuple[str, ...]
    lost: tuple[str, ...]


def changes(items: Sequence[EvalItem], old: Predictions, new: Predictions, taxonomy: Taxonomy) -> Changes:
    """Compare exact sets item by item; texts too vague to label are left out."""
    truth = label_matrix([item.labels for item in items], taxonomy)
    before, after = exact_matches(truth, old.predicted), exact_matches(truth, new.predicted)
    known = [i for i, item in enumerate(items) if not item.insufficient]
    return Changes(
        gained=tuple(items[i].id for i in known if after[i] and not before[i]),
        lost=tuple(items[i].id for i in known if before[i] and not after[i]),
    )


@dataclass(frozen=True)
class GateFault:
    """Why a new release may not serve: a figure that is worse beyond its interval."""

    figure: str
    difference: Estimate

    def __str__(self) -> str:
        return f"{self.figure}: {self.difference}"


def _missed(truth: NDArray[np.bool_], predictions: Predictions) -> NDArray[np.bool_]:
    cleared = np.array([outcome == "none" for outcome in predictions.outcomes or ()], dtype=bool)
    result: NDArray[np.bool_] = cleared & truth.any(axis=1)
    return result


def gate(items: Sequence[EvalItem], old: Predictions, new: Predictions, taxonomy: Taxonomy) -> list[GateFault]:
    """Return the faults of a new release against the serving one: none means that it may serve.

    Micro-F1 overall and per family must not be lower, nor the share of missed controlled items higher, with the whole
    95 % interval of the paired difference on the bad side.
    """
    known = np.array([i for i, item in enumerate(items) if not item.insufficient], dtype=np.int64)
    old, new = old.rows(known), new.rows(known)
    truth = label_matrix([items[i].labels for i in known], taxonomy)
    columns: Mapping[str, list[int]] = {"overall": list(range(len(taxonomy.ids)))} | {
        family.id: [i for i, category in enumerate(taxonomy.categories) if category.family == family.id] for family in taxonomy.families
    }
    faults = []
    for name, which in columns.items():
        estimate = difference(truth[:, which], new.predicted[:, which], old.predicted[:, which])
        if estimate is not None and estimate.high < 0:
            faults.append(GateFault(f"micro-F1, {name}", estimate))
    controlled = np.flatnonzero(truth.any(axis=1))
    before, after = _missed(truth, old)[controlled], _missed(truth, new)[controlled]
    more = bootstrap(lambda i: float(after[i].mean() - before[i].mean()), len(controlled))
    if more is not None and more.low > 0:
        faults.append(GateFault("missed controlled items", more))
    return faults
