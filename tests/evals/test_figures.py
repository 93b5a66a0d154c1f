"""The headline figures agree with a slow, obvious count."""

import numpy as np
import pytest

from data.taxonomy import Taxonomy
from evals.figures import TITLES, headline, per_category
from evals.items import EvalItem, Predictions


def predictions(taxonomy: Taxonomy, guesses: list[set[str]], outcomes: list[str] | None) -> Predictions:
    predicted = np.array([[name in guess for name in taxonomy.ids] for guess in guesses])
    return Predictions(np.where(predicted, 0.9, 0.01), predicted, None if outcomes is None else tuple(outcomes))  # type: ignore[arg-type]


ITEMS = [
    EvalItem("1", "a", ("covert-audio",)),
    EvalItem("2", "b", ("covert-audio", "covert-video")),
    EvalItem("3", "c", ()),
    EvalItem("4", "d", ()),
    EvalItem("5", "e", ("covert-video",)),
    EvalItem("6", "f", ("insufficient",)),
    EvalItem("7", "g", ("insufficient",)),
]
GUESSES = [{"covert-audio"}, {"covert-audio"}, set(), {"covert-video"}, set(), {"covert-audio"}, set()]
OUTCOMES = ["categories", "review", "none", "review", "none", "review", "none"]


class TestHeadline:
    """Vague texts count for abstention only; a system that never abstains has no outcome figures."""

    def test_by_hand(self, taxonomy: Taxonomy) -> None:
        figures = headline(ITEMS, predictions(taxonomy, GUESSES, OUTCOMES), taxonomy, rounds=20)
        values = {name: (round(figure.value, 4), figure.n) for name, figure in figures.items() if figure}
        assert values["micro_f1"] == (round(2 * 2 / (2 * 2 + 1 + 2), 4), 5)
        assert values["exact_set"] == (0.4, 5)
        assert values["over_control"] == (0.5, 2)
        assert values["missed"] == (round(1 / 3, 4), 3)
        assert values["decided"] == (0.6, 5)
        assert values["decided_exact"] == (round(2 / 3, 4), 3)
        assert values["insufficient_to_review"] == (0.5, 2)
        assert figures["macro_f1"] is None

    def test_rankings_by_hand(self, taxonomy: Taxonomy) -> None:
        figures = headline(ITEMS, predictions(taxonomy, GUESSES, OUTCOMES), taxonomy, rounds=20)
        # covert-audio: both of its texts rank first. covert-video: a text without it ranks first, its own two stand at
        # places 3 and 5 of the ties that follow: (1/3 + 2/5) / 2.
        assert figures["average_precision"] is not None
        assert figures["average_precision"].value == pytest.approx((1 + (1 / 3 + 2 / 5) / 2) / 2)
        # covert-audio: two texts said 0.9 and are, three said 0.01 and are not. covert-video: one said 0.9 and is not,
        # four said 0.01 of which two are.
        audio = (2 * 0.1 + 3 * 0.01) / 5
        video = (1 * 0.9 + 4 * abs(0.5 - 0.01)) / 5
        assert figures["calibration_error"] is not None
        assert figures["calibration_error"].value == pytest.approx((audio + video) / 2)

    def test_per_category(self, taxonomy: Taxonomy) -> None:
        found = per_category(ITEMS, predictions(taxonomy, GUESSES, OUTCOMES), taxonomy, rounds=20)
        assert found["covert-audio"] is not None
        assert (found["covert-audio"].value, found["covert-audio"].n) == (1.0, 2)
        assert found["covert-video"] is not None
        assert (found["covert-video"].value, found["covert-video"].n) == (0.0, 2)
        assert found["face-recognition"] is None

    def test_without_outcomes(self, taxonomy: Taxonomy) -> None:
        figures = headline(ITEMS, predictions(taxonomy, GUESSES, None), taxonomy, rounds=20)
        assert set(figures) == set(TITLES)
        assert all(figures[name] is None for name in ("missed", "decided", "decided_exact", "insufficient_to_review"))

    def test_nothing_to_measure(self, taxonomy: Taxonomy) -> None:
        empty = Predictions(np.zeros((0, 29)), np.zeros((0, 29), dtype=bool), ())
        assert all(figure is None for figure in headline([], empty, taxonomy).values())
