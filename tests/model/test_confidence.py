"""Confidence follows its definitions, and the features say what they are called."""

import numpy as np
import pytest

from data.errors import ReleaseDamaged
from data.taxonomy import Taxonomy
from model.confidence import (
    FEATURES,
    NEIGHBOURS,
    OPINION,
    ConfidenceModel,
    confidence_model_from,
    features_of,
    neighbourhood,
    set_confidence,
)
from model.opinions import SHARPNESS
from model.precedents import Match, Precedent


class TestFeatures:
    """Each feature by hand, for one text of two categories with two kinds of neighbours."""

    def test_by_hand(self) -> None:
        probabilities, predicted = np.array([[0.8, 0.1]]), np.array([[True, False]])
        likeness = np.array([[0.9] * 5 + [0.6] * 5])
        opinion = np.log(np.array([[3.0, 0.25]]))  # probabilities 0.75 and 0.2
        labels = np.zeros((1, NEIGHBOURS, 2), dtype=bool)
        labels[0, :5, 0] = True  # the nearer five have exactly the guess, the others nothing
        found = dict(zip(FEATURES, features_of(probabilities, predicted, likeness, labels, np.array([20.0]), opinion)[0], strict=True))
        assert found["set_confidence"] == pytest.approx(np.log(0.72 / 0.28), abs=1e-4)
        assert found["least_sure"] == pytest.approx(np.log(0.8 / 0.2), abs=1e-4)
        assert (found["nearest"], found["fifth_nearest"]) == (0.9, 0.9)
        assert found["agreement"] == pytest.approx(0.6)
        assert found["disagreement"] == pytest.approx(1 / (1 + np.exp(SHARPNESS * 0.3)))
        assert (found["guessed"], found["several"]) == (1, 0)
        assert found["words"] == pytest.approx(np.log(20))
        assert found["word_model_confidence"] == pytest.approx(np.log(0.6 / 0.4), abs=1e-4)
        assert found["word_model_least_sure"] == pytest.approx(np.log(3), abs=1e-4)
        assert found["word_model_doubted"] == pytest.approx(0.75)
        assert found["word_model_rival"] == pytest.approx(0.2)

    def test_neighbourhood(self, taxonomy: Taxonomy) -> None:
        match = Match(Precedent("a", "t", ("covert-audio",)), 0.5)
        assert neighbourhood([match] * (NEIGHBOURS - 1), taxonomy) is None
        found = neighbourhood([match] * (NEIGHBOURS + 3), taxonomy)
        assert found is not None
        assert found.labels.shape == (NEIGHBOURS, 29)
        assert found.labels[:, taxonomy.ids.index("covert-audio")].all()


class TestConfidenceModel:
    """Two lines, one for guesses of categories and one for guesses of none."""

    def test_against_the_definition(self) -> None:
        n = len(FEATURES)
        model = ConfidenceModel(np.arange(n + 1.0) / 10, np.full(n + 1, -0.1))
        features = np.array([[0.1] * n, [0.2] * n])
        expected = [1 / (1 + np.exp(-(0.1 * np.arange(n).sum() / 10 + n / 10))), 1 / (1 + np.exp(0.2 * n / 10 + 0.1))]
        assert model.confidence(features, np.array([True, False])).tolist() == pytest.approx(expected)

    def test_absent(self) -> None:
        assert confidence_model_from(None, "f") is None

    def test_releases_without_a_word_model(self) -> None:
        content = ConfidenceModel(np.arange(len(FEATURES) + 1.0), np.zeros(len(FEATURES) + 1)).as_json()
        for name in OPINION:
            del content["some"][name]
        read = confidence_model_from(content, "f")
        assert read is not None
        assert [read.some[FEATURES.index(name)] for name in OPINION] == [0.0] * len(OPINION)
        assert read.some[-1] == len(FEATURES)

    @pytest.mark.parametrize("content", [{}, [], {"some": {}, "none": {}}, "x"])
    def test_damage(self, content: object) -> None:
        with pytest.raises(ReleaseDamaged):
            confidence_model_from(content, "f")

    def test_not_a_number(self) -> None:
        content = ConfidenceModel(np.full(len(FEATURES) + 1, np.nan), np.zeros(len(FEATURES) + 1)).as_json()
        with pytest.raises(ReleaseDamaged, match="finite"):
            confidence_model_from(content, "f")


class TestSetConfidence:
    """The plain estimate is the product."""

    def test_product(self) -> None:
        assert float(set_confidence(np.array([0.9, 0.2]), np.array([True, False]))) == pytest.approx(0.9 * 0.8)
