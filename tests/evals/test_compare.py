"""Two systems are compared item by item, and the gate closes only on a real loss."""

import numpy as np
import pytest

from data.taxonomy import Taxonomy
from evals.compare import changes, difference, gate
from evals.items import EvalItem, Predictions, label_matrix


def system(items: list[EvalItem], taxonomy: Taxonomy, wrong: set[int], outcome: str = "categories") -> Predictions:
    """Right everywhere but on the items in `wrong`, where it says nothing and clears."""
    predicted = label_matrix([item.labels for item in items], taxonomy)
    for i in wrong:
        predicted[i] = False
    outcomes = tuple("none" if i in wrong else outcome for i in range(len(items)))
    return Predictions(predicted.astype(float), predicted, outcomes)  # type: ignore[arg-type]


@pytest.fixture
def items(taxonomy: Taxonomy) -> list[EvalItem]:
    return [EvalItem(str(i), "text", (taxonomy.ids[i % 29],)) for i in range(290)]


class TestDifference:
    """A paired difference is narrower than two intervals, and nothing is nothing."""

    def test_equal_systems(self, items: list[EvalItem], taxonomy: Taxonomy) -> None:
        predicted = system(items, taxonomy, {1, 2}).predicted
        estimate = difference(label_matrix([item.labels for item in items], taxonomy), predicted, predicted)
        assert estimate is not None
        assert (estimate.value, estimate.low, estimate.high) == (0, 0, 0)

    def test_changes(self, items: list[EvalItem], taxonomy: Taxonomy) -> None:
        found = changes(items, system(items, taxonomy, {1, 2}), system(items, taxonomy, {2, 3}), taxonomy)
        assert (found.gained, found.lost) == (("1",), ("3",))


class TestGate:
    """Worse beyond the interval is refused, by figure; noise and progress pass."""

    def test_same_and_better_pass(self, items: list[EvalItem], taxonomy: Taxonomy) -> None:
        old = system(items, taxonomy, set(range(40)))
        assert gate(items, old, old, taxonomy) == []
        assert gate(items, old, system(items, taxonomy, set()), taxonomy) == []

    def test_noise_passes(self, items: list[EvalItem], taxonomy: Taxonomy) -> None:
        assert gate(items, system(items, taxonomy, {1}), system(items, taxonomy, {2}), taxonomy) == []

    def test_one_family_lost(self, items: list[EvalItem], taxonomy: Taxonomy) -> None:
        tracking = {i for i, item in enumerate(items) if taxonomy[item.labels[0]].family == "tracking"}
        figures = {fault.figure for fault in gate(items, system(items, taxonomy, set()), system(items, taxonomy, tracking), taxonomy)}
        assert "micro-F1, tracking" in figures
        assert "micro-F1, imaging-sensing" not in figures

    def test_more_missed(self, items: list[EvalItem], taxonomy: Taxonomy) -> None:
        worse = system(items, taxonomy, set(range(30)))
        assert "missed controlled items" in {fault.figure for fault in gate(items, system(items, taxonomy, set()), worse, taxonomy)}

    def test_vague_texts_do_not_count(self, taxonomy: Taxonomy) -> None:
        vague = [EvalItem(str(i), "text", ("insufficient",)) for i in range(20)]
        nothing = np.zeros((20, 29), dtype=bool)
        predictions = Predictions(nothing.astype(float), nothing, ("none",) * 20)
        assert gate(vague, predictions, predictions, taxonomy) == []
