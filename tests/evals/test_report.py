"""Reports show what was measured, need no other file, and escape what texts contain."""

import re

import numpy as np
import pytest

from data.taxonomy import Taxonomy
from evals.compare import Changes
from evals.items import EvalItem, Predictions, label_matrix
from evals.plots import confusions
from evals.report import Heading, highlighted, render, report_context
from evals.run import SuiteResult, evaluate
from evals.suites import Suite
from model.classification import CategoryScore, Classification, Review
from model.evidence import EvidenceSpan

EVIL = "<script>alert('x')</script> hidden microphone & more"


class Echo:
    """A system that says what it is told to say."""

    def __init__(self, name: str, guesses: list[tuple[str, ...]], taxonomy: Taxonomy) -> None:
        self.name = name
        self._predicted = label_matrix(guesses, taxonomy)

    def predict(self, texts: object) -> Predictions:
        return Predictions(np.where(self._predicted, 0.9, 0.01), self._predicted, ("review",) * len(self._predicted))


def explain(text: str) -> Classification:
    spans = (EvidenceSpan(28, 45, text[28:45], 2.0),)
    score = CategoryScore("covert-audio", "Covert audio", "f", 0.9, predicted=True, evidence=spans)
    return Classification("review", 0.5, (score,), Review(True, ()), None, "r", "t", len(text), truncated=False)


@pytest.fixture
def result(taxonomy: Taxonomy) -> SuiteResult:
    labels = [("covert-audio",), ("covert-video",), (), ("insufficient",)] * 15
    items = tuple(EvalItem(f"item-{i}", EVIL, label, {"side": "ab"[i % 2]}) for i, label in enumerate(labels))
    ours = [("covert-audio",), ("covert-audio",), (), ("covert-audio",)] * 15
    theirs = [(), (), ("face-recognition",), ()] * 15
    return evaluate(Suite("file:x.jsonl", "Is it so?", items), [Echo("ours", ours, taxonomy), Echo("theirs", theirs, taxonomy)], taxonomy)


class TestConfusions:
    """What is missing is paired with what is wrongly said; vague texts do not count."""

    def test_counts(self, taxonomy: Taxonomy, result: SuiteResult) -> None:
        items = result.suite.items
        assert confusions(items, result.systems[0].predictions, taxonomy) == {("covert-video", "covert-audio"): 15}
        assert confusions(items, result.systems[1].predictions, taxonomy) == {
            ("covert-audio", "none"): 15,
            ("covert-video", "none"): 15,
            ("none", "face-recognition"): 15,
        }


class TestHighlighting:
    """The parts are the text, and the evidence is marked."""

    def test_parts(self) -> None:
        parts = highlighted(EVIL, explain(EVIL))
        assert "".join(part["text"] for part in parts) == EVIL
        assert [part["text"] for part in parts if part["marked"]] == ["hidden microphone"]


class TestReports:
    """One page holds everything."""

    @pytest.fixture
    def context(self, taxonomy: Taxonomy, result: SuiteResult) -> dict[str, object]:
        heading = Heading("catchall-x", "c0ffee", 1234, taxonomy.hash)
        return report_context(heading, [result], taxonomy, explain, [Changes(("item-1",), ())])

    def test_html(self, context: dict[str, object]) -> None:
        page = render(context, "report.html")
        assert "<script>" not in page
        assert "&lt;script&gt;" in page
        assert "<mark>hidden microphone</mark>" in page
        assert len(re.findall(r'src="data:image/png;base64,', page)) == 4
        assert re.findall(r'(?:src|href)="(?!data:|#)', page) == []
        assert "15 of 15 wrong answers" in page
        assert "1 right now and wrong before" in page
        assert "1,234 corpus records" in page

    def test_markdown(self, context: dict[str, object]) -> None:
        page = render(context, "report.md")
        rows = [line for line in page.splitlines() if line.startswith("|")]
        assert len({row.count("|") for row in rows}) == 1
        assert any(row.startswith("| micro-F1: ours minus this | – |") for row in rows)
        assert all("\n\n\n\n" not in page for _ in rows)

    def test_the_difference_is_paired(self, result: SuiteResult) -> None:
        assert result.systems[0].ours_minus is None
        estimate = result.systems[1].ours_minus
        assert estimate is not None
        assert estimate.n == 45
        assert estimate.low > 0
