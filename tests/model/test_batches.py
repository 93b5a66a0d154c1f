"""Batches: every window is in one, of nearly one length, and answers come back in the order of the texts."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import BlankText, InferenceFailed, TextTooLong
from model.batches import SIZE, STEP, TOGETHER, open_batches, padded, sorted_batches
from model.predictor import Predictor
from model.session import NetworkOutput
from model.windows import Window
from tests.one_by_one import OneByOne

TEXTS = (
    "Suitcase that answers for the operator's cell and notes the IMSI of every handset.",
    "Lavender soap bars, 100 g each, carton of 48.",
    "Dome camera with recorder. " * 120,
    "Ankle bracelet for house arrest, satellite positioning, strap alarm.",
)


def window(tokens: int) -> Window:
    ids = np.arange(1, tokens + 1, dtype=np.int64)
    content = np.ones(tokens, dtype=bool)
    content[[0, -1]] = False
    return Window(ids, content, np.zeros((tokens, 2), dtype=np.int64))


class TestBatches:
    """Sorting and padding lose nothing."""

    @given(st.lists(st.integers(2, 384), max_size=60))
    def test_each_window_once_and_alike_in_length(self, lengths: list[int]) -> None:
        batches = sorted_batches([window(length) for length in lengths])
        assert sorted(i for batch in batches for i in batch) == list(range(len(lengths)))
        assert all(len(batch) <= SIZE for batch in batches)
        in_order = [lengths[i] for batch in batches for i in batch]
        assert in_order == sorted(lengths, reverse=True)

    def test_padding(self) -> None:
        ids, mask, content = padded([window(5), window(STEP + 1)])
        assert ids.shape == mask.shape == content.shape == (2, 2 * STEP)
        assert ids[0, :5].tolist() == [1, 2, 3, 4, 5]
        assert mask.sum(axis=1).tolist() == [5, STEP + 1]
        assert content.sum(axis=1).tolist() == [3, STEP - 1]
        assert not ids[0, 5:].any()

    def test_a_build_without_batches(self, tmp_path: Path) -> None:
        assert open_batches(tmp_path) is None


class Recorded(OneByOne):
    """Notes how many windows were asked for at a time; may fail."""

    fails = False
    together = TOGETHER

    def run(self, windows: Sequence[Window]) -> list[NetworkOutput]:
        self.asked = [*getattr(self, "asked", []), len(windows)]
        if self.fails:
            raise InferenceFailed(reason="no")
        return super().run(windows)


@pytest.fixture
def recorded(predictor: Predictor) -> tuple[Predictor, Recorded]:
    other = predictor.served_by(predictor._session)
    batches = Recorded(predictor._session)
    other._batches = batches
    return other, batches


class TestClassifyMany:
    """Many texts get the answers that each gets alone."""

    def test_same_answers(self, predictor: Predictor) -> None:
        single = predictor.served_by(predictor._session)
        assert list(single.classify_many(TEXTS, every=True)) == [single.classify(text, every=True) for text in TEXTS]

    def test_errors_stand_where_their_answers_would(self, predictor: Predictor) -> None:
        found = list(predictor.classify_many([TEXTS[0], "  ", TEXTS[1], "x" * 100_001]))
        assert isinstance(found[1], BlankText)
        assert isinstance(found[3], TextTooLong)
        assert [getattr(found[i], "characters", 0) for i in (0, 2)] == [len(TEXTS[0]), len(TEXTS[1])]

    def test_without_batches_nobody_waits(self, predictor: Predictor) -> None:
        assert not predictor.has_batches
        texts = iter(["Soap bars", "Soup"])
        next(predictor.classify_many(texts))
        assert next(texts) == "Soup"

    def test_nothing(self, predictor: Predictor) -> None:
        assert list(predictor.classify_many([])) == []

    def test_texts_are_taken_as_they_come(self, recorded: tuple[Predictor, Recorded]) -> None:
        predictor, batches = recorded
        taken = 0

        def endless() -> object:
            nonlocal taken
            while True:
                taken += 1
                yield "Soap bars"

        answers = predictor.classify_many(endless())  # type: ignore[arg-type]
        assert next(answers).outcome == "none"  # type: ignore[union-attr]
        assert taken == TOGETHER
        assert batches.asked == [TOGETHER]

    def test_long_texts_are_not_heaped_up(self, recorded: tuple[Predictor, Recorded]) -> None:
        predictor, batches = recorded
        long = "camera " * 14_000  # 49 windows or so
        assert len(list(predictor.classify_many([long] * 8))) == 8
        assert max(batches.asked) < TOGETHER + 160

    def test_a_failure_of_the_runtime_is_told_for_each_text(self, recorded: tuple[Predictor, Recorded]) -> None:
        predictor, batches = recorded
        batches.fails = True
        found = list(predictor.classify_many(["soap", " ", "soup"]))
        assert [type(each) for each in found] == [InferenceFailed, BlankText, InferenceFailed]
