"""Suites ask held-out records only, and their scores agree with a worked example."""

import numpy as np
import pytest

from data.duplicates import shingles
from data.records import load_corpus
from data.splits import split_of
from data.taxonomy import Taxonomy
from data.text import normalise
from evals.items import EvalItem, Predictions, label_matrix
from evals.scoring import by_slice, decided_as_categories, groups_right, groups_unmoved
from evals.suites import Suite, corpus_suites


@pytest.fixture(scope="module")
def suites() -> dict[str, Suite]:
    return corpus_suites(load_corpus())


class TestCorpusSuites:
    """Every suite has items, and none of them was trained on."""

    def test_nothing_was_trained_on(self, suites: dict[str, Suite]) -> None:
        group = {record.id: record.group for record in load_corpus()}
        for suite in suites.values():
            assert suite.items, suite.name
            if suite.name not in ("prose", "adversarial"):
                assert {split_of(group[item.id.split("/")[0]]) for item in suite.items} == {"test"}

    def test_pairs_are_whole(self, suites: dict[str, Suite]) -> None:
        groups = suites["pairs"].groups
        assert len(groups) == 2 * len(set(groups))

    def test_near_misses_have_no_label(self, suites: dict[str, Suite]) -> None:
        assert all(item.labels == () for item in suites["near-misses"].items)

    def test_long_documents_are_long_and_hold_the_text(self, suites: dict[str, Suite]) -> None:
        texts = {record.id: record.text for record in load_corpus()}
        for item in suites["long"].items:
            assert len(item.text.split()) > 900
            assert texts[item.id.split("/")[0]] in item.text

    def test_adversarial_texts_are_many_and_unlike_the_corpus(self, suites: dict[str, Suite], taxonomy: Taxonomy) -> None:
        items = suites["adversarial"].items
        assert len(items) >= 200
        assert {name for item in items for name in item.labels} == set(taxonomy.ids)
        assert sum(not item.labels for item in items) >= 30
        known = {shingle for record in load_corpus() for shingle in shingles(record.text, 8)}
        for item in items:
            shared = shingles(item.text, 8) & known
            assert len(shared) <= 1, (item.id, shared)

    def test_disguises_hide_nothing_from_a_reader(self, suites: dict[str, Suite]) -> None:
        texts = {record.id: record.text for record in load_corpus()}
        changed = 0
        for item in suites["disguised"].items:
            original = texts[item.id.split("/")[0]]
            changed += item.text != original
            assert normalise(item.text).text == normalise(original).text
        assert changed > len(suites["disguised"].items) / 2

    def test_the_same_every_time(self, suites: dict[str, Suite]) -> None:
        again = corpus_suites(load_corpus())
        assert again["robustness"] == suites["robustness"]
        assert again["long"] == suites["long"]


LABELLED = [(("covert-audio",), "a"), ((), "a"), ((), "b"), ((), "b")]
ITEMS = tuple(EvalItem(str(i), "t", labels, {"side": side}) for i, (labels, side) in enumerate(LABELLED))
SUITE = Suite("s", "?", ITEMS, ("g", "g", "h", "h"))


class TestScoring:
    """Groups count as one."""

    def predictions(self, taxonomy: Taxonomy, guesses: list[tuple[str, ...]], outcomes: tuple[str, ...]) -> Predictions:
        predicted = label_matrix(guesses, taxonomy)
        return Predictions(predicted.astype(float), predicted, outcomes)  # type: ignore[arg-type]

    def test_groups(self, taxonomy: Taxonomy) -> None:
        right = self.predictions(taxonomy, [("covert-audio",), (), (), ("covert-video",)], ("categories", "none", "none", "review"))
        assert groups_right(SUITE, right, taxonomy).value == 0.5  # type: ignore[union-attr]
        assert groups_unmoved(SUITE, right).value == 0.0  # type: ignore[union-attr]
        same = self.predictions(taxonomy, [(), (), (), ()], ("none", "none", "none", "review"))
        assert groups_unmoved(SUITE, same).value == 0.5  # type: ignore[union-attr]
        assert decided_as_categories(right).value == 0.25  # type: ignore[union-attr]

    def test_without_outcomes(self) -> None:
        assert decided_as_categories(Predictions(np.zeros((1, 29)), np.zeros((1, 29), dtype=bool))) is None

    def test_slices(self, taxonomy: Taxonomy) -> None:
        right = self.predictions(taxonomy, [("covert-audio",), (), (), ("covert-video",)], ("categories", "none", "none", "review"))
        found = by_slice(ITEMS, right, taxonomy, "side", rounds=10)
        assert found["a"]["exact_set"].value == 1.0  # type: ignore[union-attr]
        assert found["b"]["exact_set"].value == 0.5  # type: ignore[union-attr]
