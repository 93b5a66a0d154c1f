"""Faithfulness cuts what it says it cuts, and a faithful explainer beats random spans."""

import random

import numpy as np
import pytest

from data.taxonomy import Taxonomy
from evals.faithfulness import alone, measure_faithfulness, random_spans, without, word_spans
from evals.items import EvalItem
from model.classification import CategoryScore, Classification, Review
from model.evidence import EvidenceSpan
from model.outcome import Decision

TEXT = "a small box with a hidden microphone for the lamp of the room"


class Keyword:
    """Believes in covert audio as far as "microphone" is in the text; explains itself by `word`."""

    at_once = 2

    def __init__(self, taxonomy: Taxonomy, word: str) -> None:
        self.taxonomy = taxonomy
        self._word = word
        self._category = taxonomy.ids.index("covert-audio")

    def decide(self, text: str) -> tuple[Decision, np.ndarray]:  # type: ignore[type-arg]
        probabilities = np.zeros(30)
        probabilities[self._category] = 0.9 if "microphone" in text else 0.1
        return Decision("categories", probabilities[:-1] > 0.5, 0.9), probabilities

    def classify(self, text: str) -> Classification:
        start = text.index(self._word)
        span = EvidenceSpan(start, start + len(self._word), self._word, 1.0)
        score = CategoryScore("covert-audio", "Covert audio", "f", 0.9, predicted=True, evidence=(span,))
        return Classification("categories", 0.9, (score,), Review(False, ()), None, "r", "t", len(text), truncated=False)


class TestCutting:
    """Texts are cut by character ranges."""

    def test_cuts(self) -> None:
        span = (TEXT.index("hidden"), TEXT.index(" for"))
        assert without(TEXT, [span]) == "a small box with a  for the lamp of the room"
        assert alone(TEXT, [(8, 11), (2, 7)]) == "small box"
        assert [TEXT[a:b] for a, b in word_spans(TEXT)] == TEXT.split()

    def test_random_spans_have_the_same_lengths(self) -> None:
        spans = [(0, 7), (TEXT.index("lamp"), TEXT.index("lamp") + 4)]
        for seed in range(20):
            found = random_spans(TEXT, spans, random.Random(seed))
            assert [len(TEXT[a:b].split()) for a, b in found] == [2, 1]

    def test_a_span_longer_than_the_text(self) -> None:
        assert random_spans("one two", [(0, 7), (0, 7)], random.Random(0)) == [(0, 7), (0, 7)]


class TestMeasure:
    """Pointing at what matters scores; pointing elsewhere does not."""

    def measure(self, taxonomy: Taxonomy, word: str) -> tuple[float, float, float]:
        items = [EvalItem(str(i), TEXT, ("covert-audio",)) for i in range(30)]
        found = measure_faithfulness(Keyword(taxonomy, word), items, quiet=True)  # type: ignore[arg-type]
        assert found.comprehensiveness is not None
        assert found.sufficiency is not None
        assert found.advantage is not None
        return found.comprehensiveness.value, found.sufficiency.value, found.advantage.low

    def test_faithful(self, taxonomy: Taxonomy) -> None:
        comprehensiveness, sufficiency, advantage = self.measure(taxonomy, "microphone")
        assert comprehensiveness == pytest.approx(0.8)
        assert sufficiency == pytest.approx(0.0)
        assert advantage > 0.4

    def test_unfaithful(self, taxonomy: Taxonomy) -> None:
        comprehensiveness, sufficiency, advantage = self.measure(taxonomy, "lamp")
        assert comprehensiveness == pytest.approx(0.0)
        assert sufficiency == pytest.approx(0.8)
        assert advantage < 0

    def test_nothing_predicted(self, taxonomy: Taxonomy) -> None:
        assert measure_faithfulness(Keyword(taxonomy, "lamp"), [], quiet=True).comprehensiveness is None  # type: ignore[arg-type]
