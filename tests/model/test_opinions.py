"""Opinions are added up exactly, and so is what each word contributes."""

from copy import copy
from dataclasses import replace

import numpy as np
import pytest

from data.text import normalise
from model.confidence import NEIGHBOURS, neighbourhood
from model.opinions import NETWORK_ALONE, SHARPNESS, OpinionWeights, shares_of, weighed
from model.predictor import Predictor
from model.session import NetworkOutput
from model.windows import Window
from model.word_model import BUCKETS, WordModel

TEXTS = (
    "Suitcase unit that appears to nearby handsets as their operator's cell and collects the IMSI of every phone.",
    "İzmir-built PAN/TILT camera…  with a\u0301ccents, 8–14 µm, and a recorder; the recorder records.",
    "?!",
)


class TestShares:
    """Precedents vote with their likeness."""

    def test_by_hand(self) -> None:
        likeness = 0.9 + np.log([[0.6, 0.2, 0.2]]) / SHARPNESS
        labels = np.array([[[True, False], [True, True], [False, False]]])
        assert shares_of(likeness, labels)[0] == pytest.approx([0.8, 0.2])

    def test_unlike_ones_do_not_divide_by_nothing(self) -> None:
        assert shares_of(np.array([[-0.1, 0.0]]), np.ones((1, 2, 1), dtype=bool))[0] == pytest.approx([1.0])


class TestWeights:
    """One sum per category; the last output stays the network's."""

    def test_by_hand(self) -> None:
        weights = OpinionWeights(words=0.5, precedents=2.0)
        found = weights.scores(np.array([[1.0, -1.0, 7.0]]), np.array([[2.0, -4.0]]), np.array([[0.25, 0.0]]))
        assert found.tolist() == [[2.5, -3.0, 7.0]]

    def test_the_network_alone(self) -> None:
        logits = np.array([[1.0, 2.0]])
        assert NETWORK_ALONE.scores(logits, np.array([[9.0]]), np.array([[1.0]])).tolist() == logits.tolist()


class TestWindow:
    """Words without a token of their own go into the constant, so that nothing is lost."""

    def model(self) -> WordModel:
        generator = np.random.default_rng(5)
        weights = generator.normal(0, 1, (BUCKETS, 2)).astype(np.float16)
        return WordModel(weights, np.array([-1.0, 0.5], dtype=np.float32), np.ones(BUCKETS, dtype=np.float32))

    @pytest.mark.parametrize("offsets", [[(0, 0), (0, 3), (4, 6), (6, 10), (0, 0)], [(0, 0), (4, 10), (0, 0)], [(0, 0), (0, 0)]])
    def test_sums(self, offsets: list[tuple[int, int]]) -> None:
        text, words, shares = "spy camera", self.model(), np.array([0.5, 0.0])
        tokens = len(offsets)
        content = np.array([0 < i < tokens - 1 for i in range(tokens)])
        output = NetworkOutput(np.arange(3.0 * tokens).reshape(3, tokens), np.array([0.1, 0.2, 0.3]), np.zeros(4))
        window = Window(np.zeros(tokens, dtype=np.int64), content, np.array(offsets))
        weights = OpinionWeights(0.7, 3.0)
        found = weighed(output, window, (0, len(text)), weights, words.opinion(text), shares)
        assert found.logits == pytest.approx(weights.scores(output.logits, words.log_odds(text), shares))
        assert found.contributions[2].tolist() == output.contributions[2].tolist()

    def test_a_part_of_a_text(self) -> None:
        text, words = "soap and spy camera", self.model()
        output = NetworkOutput(np.zeros((3, 4)), np.zeros(3), np.zeros(4))
        window = Window(np.zeros(4, dtype=np.int64), np.array([False, True, True, False]), np.array([(0, 0), (9, 12), (13, 19), (0, 0)]))
        found = weighed(output, window, (9, 19), OpinionWeights(1.0, 0.0), words.opinion(text[9:19]), np.zeros(2))
        assert found.logits[:2] == pytest.approx(words.log_odds("spy camera"))
        assert (found.contributions[:2, 1:3] != 0).all()


class TestServed:
    """What serves weighs as the fit did, whatever the text."""

    @pytest.fixture
    def committee(self, predictor: Predictor) -> Predictor:
        other = copy(predictor)
        other._calibration = replace(predictor._calibration, opinions=OpinionWeights(0.7, 1.5))
        return other

    @pytest.mark.parametrize("text", TEXTS)
    def test_scores(self, committee: Predictor, text: str) -> None:
        normalised = normalise(text)
        alone, together = committee.network_scores(normalised), committee.scores(normalised)
        near = neighbourhood(committee.precedents.nearest(alone.embedding, NEIGHBOURS), committee.taxonomy)
        assert near is not None
        said = committee.word_model.log_odds(normalised.text)
        expected = OpinionWeights(0.7, 1.5).scores(alone.logits, said, shares_of(near.likeness[None], near.labels[None])[0])
        assert together.logits == pytest.approx(expected, abs=1e-6)
        assert together.embedding.tolist() == alone.embedding.tolist()

    def test_evidence_holds_what_words_say(self, committee: Predictor) -> None:
        normalised = normalise(TEXTS[0])
        alone, together = committee.network_scores(normalised), committee.scores(normalised)
        said = committee.word_model.log_odds(normalised.text) - committee.word_model.constants
        moved = [b.sum() - a.sum() for a, b in zip(alone.contributions[:-1], together.contributions[:-1], strict=True)]
        assert moved == pytest.approx(0.7 * said, abs=1e-6)

    def test_one_paragraph_of_a_long_text_is_enough(self, committee: Predictor) -> None:
        soap = "Lavender soap bars, 100 g each, wrapped in recycled paper, carton of 48. "
        category = committee.taxonomy.ids.index("mobile-interception")
        long, without = (committee.scores(normalise(soap * 60 + middle + soap * 60)) for middle in (TEXTS[0] + " ", ""))
        assert long.windows > 2
        assert long.nearest is None
        assert long.logits[category] > 0 > without.logits[category]
