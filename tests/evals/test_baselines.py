"""The peers are real systems: they learn, and they are tuned without looking at the test split."""

import numpy as np

from data.records import load_corpus
from data.splits import split_corpus
from data.taxonomy import Taxonomy
from evals.baselines import KEYWORDS, KeywordRules, TfidfLogistic
from evals.items import label_matrix
from evals.metrics import micro_f1


class TestKeywordRules:
    """The word list covers every category."""

    def test_every_category_has_keywords(self, taxonomy: Taxonomy) -> None:
        assert set(KEYWORDS) == set(taxonomy.ids)

    def test_predicts(self, taxonomy: Taxonomy) -> None:
        predictions = KeywordRules(taxonomy).predict(["An IMSI catcher with a drone", "Soap"])
        named = [{name for name, hit in zip(taxonomy.ids, row, strict=True) if hit} for row in predictions.predicted]
        assert named == [{"mobile-interception", "surveillance-uav"}, set()]
        assert predictions.probabilities.max() < 1


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
