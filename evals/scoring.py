"""Scores that belong to a suite: pairs and variants as groups, slices side by side."""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from data.taxonomy import Taxonomy
from evals.figures import headline
from evals.intervals import Estimate, wilson
from evals.items import EvalItem, Predictions, label_matrix
from evals.metrics import exact_matches
from evals.suites import Suite


def _groups(suite: Suite) -> dict[str, list[int]]:
    members: dict[str, list[int]] = defaultdict(list)
    for i, group in enumerate(suite.groups):
        members[group].append(i)
    return members


def groups_right(suite: Suite, predictions: Predictions, taxonomy: Taxonomy) -> Estimate | None:
    """Return the share of groups in which every member's set is exactly right: the score of minimal pairs."""
    exact = exact_matches(label_matrix([item.labels for item in suite.items], taxonomy), predictions.predicted)
    groups = _groups(suite).values()
    return wilson(sum(bool(exact[members].all()) for members in groups), len(groups))


def groups_unmoved(suite: Suite, predictions: Predictions) -> Estimate | None:
    """Return the share of groups in which every member gets the same set and outcome: the score of invariance."""

    def unmoved(members: list[int]) -> bool:
        same_set = bool((predictions.predicted[members] == predictions.predicted[members[0]]).all())
        return same_set and (predictions.outcomes is None or len({predictions.outcomes[i] for i in members}) == 1)

    groups = _groups(suite).values()
    return wilson(sum(unmoved(members) for members in groups), len(groups))


def decided_as_categories(predictions: Predictions) -> Estimate | None:
    """Return the share of items decided as categories: what must not happen to prose. None for a system without outcomes."""
    if predictions.outcomes is None:
        return None
    return wilson(sum(outcome == "categories" for outcome in predictions.outcomes), len(predictions.outcomes))


def by_slice(
    items: Sequence[EvalItem], predictions: Predictions, taxonomy: Taxonomy, name: str, rounds: int = 200
) -> dict[str, dict[str, Estimate | None]]:
    """Return the headline figures per value of the slice `name`, for items that have it."""
    values: dict[str, list[int]] = defaultdict(list)
    for i, item in enumerate(items):
        if name in item.slices:
            values[item.slices[name]].append(i)
    return {
        value: headline([items[i] for i in which], predictions.rows(np.array(which)), taxonomy, rounds)
        for value, which in sorted(values.items())
    }
