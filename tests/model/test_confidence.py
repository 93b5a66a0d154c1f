"""Confidence follows its definitions, and the features say what they are called."""

import numpy as np
import pytest

from data.errors import ReleaseDamaged
from data.taxonomy import Taxonomy
from model.confidence import FEATURES, NEIGHBOURS, ConfidenceModel, confidence_model_from, features_of, neighbourhood, set_confidence
from model.precedents import Match, Precedent


class TestFeatures:
    """Each feature by hand, for one text of two categories with two kinds of neighbours."""

    def test_by_hand(self) -> None:
        probabilities, predicted = np.array([[0.8, 0.1]]), np.array([[True, False]])
        likeness = np.array([[0.9] * 5 + [0.6] * 5])
        labels = np.zeros((1, NEIGHBOURS, 2), dtype=bool)
        labels[0, :5, 0] = True  # the nearer five have exactly the guess, the others nothing
        found = dict(zip(FEATURES, features_of(probabilities, predicted, likeness, labels, np.array([20.0]))[0], strict=True))
        assert found["set_confidence"] == pytest.approx(np.log(0.72 / 0.28), abs=1e-4)
        assert found["least_sure"] == pytest.approx(np.log(0.8 / 0.2), abs=1e-4)
        assert (found["nearest"], found["fifth_nearest"]) == (0.9, 0.9)
        assert found["agreement"] == pytest.approx(0.6)
        assert found["disagreement"] == pytest.approx(0.4)
        assert (found["guessed"], found["several"]) == (1, 0)
        assert found["words"] == pytest.approx(np.log(20))

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
        model = ConfidenceModel(np.arange(10.0) / 10, np.full(10, -0.1))
        features = np.array([[0.1] * 9, [0.2] * 9])
        expected = [1 / (1 + np.exp(-(0.1 * np.arange(9).sum() / 10 + 0.9))), 1 / (1 + np.exp(0.2 * 0.9 + 0.1))]
        assert model.confidence(features, np.array([True, False])).tolist() == pytest.approx(expected)

    def test_absent(self) -> None:
        assert confidence_model_from(None, "f") is None

    @pytest.mark.parametrize("content", [{}, [], {"some": {}, "none": {}}, "x"])
    def test_damage(self, content: object) -> None:
        with pytest.raises(ReleaseDamaged):
            confidence_model_from(content, "f")

    def test_not_a_number(self) -> None:
        content = ConfidenceModel(np.full(10, np.nan), np.zeros(10)).as_json()
        with pytest.raises(ReleaseDamaged, match="finite"):
            confidence_model_from(content, "f")


class TestSetConfidence:
    """The plain estimate is the product."""

    def test_product(self) -> None:
        assert float(set_confidence(np.array([0.9, 0.2]), np.array([True, False]))) == pytest.approx(0.9 * 0.8)
