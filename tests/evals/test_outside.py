"""The card says what outside texts gave, and says aloud when a bound does not hold there."""

import json
from pathlib import Path

import numpy as np

from data.taxonomy import load_taxonomy
from evals.intervals import wilson
from evals.items import EvalItem, Predictions, read_items
from evals.outside import HEADING, Outside, measure_outside, verdict, with_section

TAXONOMY = load_taxonomy()


class TestVerdict:
    """Broken, shown and neither are told apart."""

    def test_broken(self) -> None:
        assert "above the bound of 1.0%" in verdict("Cleared", 0.01, wilson(2, 58))

    def test_within_but_too_few(self) -> None:
        assert "58 texts are too few" in verdict("Cleared", 0.01, wilson(0, 58))

    def test_shown(self) -> None:
        assert verdict("Cleared", 0.01, wilson(0, 1000)).endswith("within the bound of 1.0%.")

    def test_not_measured(self) -> None:
        assert "not measured" in verdict("Cleared", 0.01, None)


class TestSection:
    """Figures of four texts, counted by hand: one right, one missed, one cleared rightly, one to review."""

    ITEMS = tuple(EvalItem(str(i), "x", labels) for i, labels in enumerate([("covert-audio",), ("covert-video",), (), ("covert-audio",)]))

    def found(self) -> Outside:
        predicted = np.zeros((4, len(TAXONOMY.ids)), dtype=bool)
        predicted[0, TAXONOMY.ids.index("covert-audio")] = True
        answers = Predictions(predicted * 0.9, predicted, ("categories", "none", "none", "review"))
        return measure_outside(self.ITEMS, answers, TAXONOMY, "texts by hand")

    def test_counts(self) -> None:
        section = self.found().section(0.01, 0.05)
        assert "4 texts by hand" in section
        assert "| missed: controlled, yet none | 0.333 " in section
        assert "| decided without review | 0.750 " in section
        assert "Controlled descriptions that are cleared: 33.3%" in section
        assert "Decided answers whose set is wrong: 33.3%" in section

    def test_plain_numbers(self) -> None:
        content = json.loads(json.dumps(self.found().as_json()))
        assert content["n"] == 4
        assert content["figures"]["missed"]["value"] == 1 / 3
        assert content["figures"]["insufficient_to_review"] is None

    def test_replaces_the_one_before(self) -> None:
        section = self.found().section(0.01, 0.05)
        twice = with_section(with_section("# Card\n\nWords.\n", section), section)
        assert twice.startswith("# Card\n\nWords.\n\n")
        assert twice.count(HEADING) == 1


def test_line_separators_inside_a_text(tmp_path: Path) -> None:
    """A text may hold characters that Python takes for line ends; a row ends at a line feed alone."""
    text = "Part one\u2028part two\x85part three"
    path = tmp_path / "cases.jsonl"
    path.write_text(json.dumps({"id": "1", "text": text, "labels": []}, ensure_ascii=False) + "\r\n", encoding="utf-8")
    assert [item.text for item in read_items(path, TAXONOMY)] == [text]
