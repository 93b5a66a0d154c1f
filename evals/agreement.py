"""How far two readers agree on labels: Krippendorff's alpha and F1 per category."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data.reviews import SecondLabels
from data.taxonomy import INSUFFICIENT, Taxonomy
from evals.intervals import Estimate, bootstrap, wilson
from evals.metrics import micro_f1


@dataclass(frozen=True)
class Agreement:
    """Agreement of two readers over the same texts.

    Attributes:
        alpha: Krippendorff's nominal alpha over all text-category cells; 1 is perfect, 0 is chance.
        exact: share of texts with the same set.
        f1: micro-F1 of the second reader against the first.
        categories: per category, F1 and how many texts either reader gave it to; None where neither did.
    """

    alpha: Estimate | None
    exact: Estimate | None
    f1: Estimate | None
    categories: dict[str, tuple[float, int] | None]


def _matrix(labels: Sequence[tuple[str, ...]], names: Sequence[str]) -> NDArray[np.bool_]:
    return np.array([[name in row for name in names] for row in labels], dtype=bool).reshape(len(labels), len(names))


def alpha(first: NDArray[np.bool_], second: NDArray[np.bool_]) -> float | None:
    """Return Krippendorff's nominal alpha of two readers' cells (Krippendorff 2004), None when only one value occurs."""
    import krippendorff

    ratings = np.stack([first.ravel(), second.ravel()]).astype(float)
    if len(np.unique(ratings)) < 2:
        return None
    return float(krippendorff.alpha(reliability_data=ratings, level_of_measurement="nominal"))


def agreement(reviews: Sequence[SecondLabels], taxonomy: Taxonomy, rounds: int = 200) -> Agreement:
    """Compare the second pass with the labels of its day."""
    names = [*taxonomy.ids, INSUFFICIENT]
    first, second = (_matrix([getattr(review, side) for review in reviews], names) for side in ("first", "second"))
    categories: dict[str, tuple[float, int] | None] = {}
    for column, name in enumerate(names):
        a, b = first[:, column], second[:, column]
        either = int((a | b).sum())
        categories[name] = (float(2 * (a & b).sum() / (a.sum() + b.sum())), either) if either else None
    return Agreement(
        alpha=bootstrap(lambda i: alpha(first[i], second[i]), len(reviews), rounds),
        exact=wilson(int((first == second).all(axis=1).sum()), len(reviews)),
        f1=bootstrap(lambda i: micro_f1(first[i], second[i]), len(reviews), rounds),
        categories=categories,
    )
