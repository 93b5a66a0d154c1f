"""Agreement of two readers follows its definitions."""

import numpy as np
import pytest

from data.reviews import SecondLabels
from data.taxonomy import Taxonomy
from evals.agreement import agreement, alpha


class TestAlpha:
    """Krippendorff's alpha is 1 for equal readers, about 0 for chance, and undefined without variety."""

    def test_equal(self) -> None:
        cells = np.array([[True, False], [False, True]])
        assert alpha(cells, cells) == 1.0

    def test_by_hand(self) -> None:
        # Nominal alpha = 1 - (n - 1) * disagreeing cells / (2 * ones * zeros / 2 ...), here with 4 units and 8 ratings:
        # observed disagreement 1/4; expected 2 * 3 * 5 / (8 * 7).
        first, second = np.array([[True], [True], [False], [False]]), np.array([[True], [False], [False], [False]])
        assert alpha(first, second) == pytest.approx(1 - (1 / 4) / (2 * 3 * 5 / (8 * 7)))

    def test_without_variety(self) -> None:
        nothing = np.zeros((3, 2), dtype=bool)
        assert alpha(nothing, nothing) is None


class TestAgreement:
    """Figures are per text and per category; a category that nobody gave is absent, not perfect."""

    def test_figures(self, taxonomy: Taxonomy) -> None:
        reviews = [
            SecondLabels("a", ("covert-audio",), ("covert-audio",), ()),
            SecondLabels("b", ("covert-audio",), ("covert-video",), ()),
            SecondLabels("c", ("insufficient",), ("insufficient",), ()),
            SecondLabels("d", (), (), ()),
        ]
        found = agreement(reviews, taxonomy, rounds=20)
        assert found.exact is not None
        assert found.exact.value == 0.75
        assert found.f1 is not None
        assert found.f1.value == pytest.approx(2 / 3)
        assert found.categories["covert-audio"] == (pytest.approx(2 / 3), 2)
        assert found.categories["covert-video"] == (0.0, 1)
        assert found.categories["insufficient"] == (1.0, 1)
        assert found.categories["face-recognition"] is None
