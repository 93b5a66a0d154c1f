"""The peers are real systems: they learn, and they are tuned without looking at the test split."""

from collections.abc import Sequence

import numpy as np
import pytest

from data.records import load_corpus
from data.splits import split_corpus
from data.taxonomy import Taxonomy
from evals.baselines import KEYWORDS, FrozenLogistic, KeywordRules, NearestNeighbours, TfidfLogistic, Tuned
from evals.embeddings import FrozenEmbedder
from evals.items import label_matrix
from evals.metrics import Floats, micro_f1


class TestKeywordRules:
    """The word list covers every category."""

    def test_every_category_has_keywords(self, taxonomy: Taxonomy) -> None:
        assert set(KEYWORDS) == set(taxonomy.ids)

    def test_predicts(self, taxonomy: Taxonomy) -> None:
        predictions = KeywordRules(taxonomy).predict(["An IMSI catcher with a drone", "Soap"])
        named = [{name for name, hit in zip(taxonomy.ids, row, strict=True) if hit} for row in predictions.predicted]
        assert named == [{"mobile-interception", "surveillance-uav"}, set()]
        assert predictions.probabilities.max() < 1


class LetterCounts:
    """An embedder that counts letters."""

    def embed(self, texts: Sequence[str]) -> Floats:
        counts = np.array([[text.lower().count(letter) for letter in "abcdefghijklmnopqrstuvwxyz"] for text in texts], dtype=float)
        vectors: Floats = counts / np.linalg.norm(counts, axis=1, keepdims=True)
        return vectors


TEXTS = ["aaaab", "aaaba", "abaaa", "zzzzy", "zzyzz", "yzzzz"]


class TestEmbeddingPeers:
    """Peers on embeddings learn what is near to what, and their threshold comes from the calibration split."""

    @pytest.mark.filterwarnings("ignore:Label not")
    @pytest.mark.parametrize("peer", [FrozenLogistic(LetterCounts()), NearestNeighbours(LetterCounts(), k=3)], ids=lambda peer: peer.name)
    def test_learns(self, taxonomy: Taxonomy, peer: Tuned) -> None:
        truth = label_matrix([("covert-audio",)] * 3 + [("covert-video",)] * 3, taxonomy)
        peer.fit(TEXTS, truth).tune(TEXTS, truth)
        predictions = peer.predict(["aaaaaaac", "zzzzzzzx"])
        named = [{name for name, hit in zip(taxonomy.ids, row, strict=True) if hit} for row in predictions.predicted]
        assert named == [{"covert-audio"}, {"covert-video"}]

    def test_neighbours_by_hand(self, taxonomy: Taxonomy) -> None:
        truth = label_matrix([("covert-audio",), ("covert-audio",), ()], taxonomy)
        peer = NearestNeighbours(LetterCounts(), k=2).fit(["ab", "a", "z"], truth)
        probability = peer.probabilities(["az"])[0, taxonomy.ids.index("covert-audio")]
        # The two nearest to (a, z)/sqrt 2 are "a" and "z", each at likeness 1/sqrt 2: half the weight has the label.
        assert probability == pytest.approx(0.5)

    def test_frozen_embeddings_have_unit_length_and_know_meaning(self) -> None:
        vectors = FrozenEmbedder(quiet=True).embed(["a dog barks", "the hound is barking", "invoice for steel pipes"])
        assert np.allclose(np.linalg.norm(vectors, axis=1), 1)
        assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2] + 0.2


class TestTfidf:
    """The statistical peer beats the word list on held-out texts."""

    def test_learns(self, taxonomy: Taxonomy) -> None:
        parts = split_corpus([record for record in load_corpus()[::3] if not record.insufficient])
        system = TfidfLogistic().fit([r.text for r in parts.train], label_matrix([r.labels for r in parts.train], taxonomy))
        system.tune([r.text for r in parts.calibration], label_matrix([r.labels for r in parts.calibration], taxonomy))
        truth = label_matrix([r.labels for r in parts.test], taxonomy)
        score = micro_f1(truth, system.predict([r.text for r in parts.test]).predicted)
        chance = micro_f1(truth, np.random.default_rng(0).random(truth.shape) < truth.mean())
        assert score is not None
        assert chance is not None
        assert score > 3 * chance
