"""The memo: plain data, HTML and PDF."""

import hashlib
import json
import logging
from collections.abc import Callable, Iterator
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from model.assessment import Assessor, Request
from model.classification import CategoryScore, Classification, Review
from model.evidence import EvidenceSpan
from model.memo import EXCERPT_CHARACTERS, Memo, build_memo
from model.memo_html import memo_html
from model.memo_pdf import memo_pdf
from model.memo_text import visible

GOLDEN = Path(__file__).with_name("golden")
TEXT = "Fixed-zoom thermal camera, 640x512, 9 Hz or 30 Hz, for ports; an ordinary video camera beside it."
MADE = date(2026, 11, 28)
OVERRIDE = "\u202e"
NASTY = f'<script>alert("x")</script> {OVERRIDE}gnp.exe & Überwachung, камера, κάμερα, كاميرا, 摄像机 😀'

Render = Callable[[Memo], Any]


@pytest.fixture
def assessment() -> dict[str, Any]:
    content: dict[str, Any] = json.loads((GOLDEN / "assessment.json").read_text(encoding="utf-8"))
    return content


def memo_of(assessment: dict[str, Any], description: str = TEXT, product: str = "Harbour Eye 2", by: str = "R. Officer") -> Memo:
    return build_memo(assessment, description, MADE, product, by)


def pdf_text(content: bytes) -> str:
    document = pypdfium2.PdfDocument(content)
    assert len(document) > 0
    return "\n".join(page.get_textpage().get_text_range() for page in document)


def words(text: str) -> str:
    """Return a text with every run of white space as one space: lines break elsewhere in a PDF."""
    return " ".join(text.split())


class _Elements(HTMLParser):
    """Collects elements with their attributes, and the text outside the style sheet."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.text += data


class FakeClassifier:
    """Finds thermal cameras everywhere."""

    def classify(self, text: str, every: bool = False) -> Classification:
        evidence = (EvidenceSpan(0, 5, text[:5], 2.0),)
        score = CategoryScore("thermal-night-vision", "Thermal imaging", "imaging-sensing", 0.97, True, evidence)
        return Classification("categories", 0.97, (score,), Review(False, ()), None, "fake", "fake", len(text), False)


@pytest.fixture(scope="module")
def fresh() -> dict[str, Any]:
    """An assessment under the installed facts."""
    return Assessor(FakeClassifier()).assess(Request(TEXT, MADE, destination="AE")).as_json()


class TestMemo:
    """A memo holds what was assessed, in words, with the description's hash."""

    def test_the_description_is_named_by_its_hash(self, assessment: dict[str, Any]) -> None:
        memo = memo_of(assessment)
        assert memo.sha256 == hashlib.sha256(TEXT.encode()).hexdigest()
        assert (memo.description, memo.cut, memo.characters) == (TEXT, False, len(TEXT))

    def test_a_long_description_is_excerpted(self, assessment: dict[str, Any]) -> None:
        text = "é" * 100_000
        memo = memo_of(assessment, text)
        assert (len(memo.description), memo.cut, memo.characters) == (EXCERPT_CHARACTERS, True, 100_000)
        assert memo.sha256 == hashlib.sha256(text.encode()).hexdigest()

    def test_a_description_at_the_limit_is_whole(self, assessment: dict[str, Any]) -> None:
        assert not memo_of(assessment, "x" * EXCERPT_CHARACTERS).cut
        assert memo_of(assessment, "x" * (EXCERPT_CHARACTERS + 1)).cut

    @pytest.mark.parametrize(
        ("outcome", "predicted", "sentence"),
        [
            ("categories", True, "The description falls under: Thermal imaging and night vision (confidence 0.71)."),
            ("none", False, "The description falls under none of the 29 categories of surveillance technology (confidence 0.71)."),
            ("review", True, "A person must decide. The best guess is: Thermal imaging and night vision (confidence 0.71)."),
            ("review", False, "A person must decide. The best guess is: no category (confidence 0.71)."),
        ],
    )
    def test_each_outcome_has_its_sentence(self, assessment: dict[str, Any], outcome: str, predicted: bool, sentence: str) -> None:
        assessment["classification"]["outcome"] = outcome
        assessment["classification"]["categories"][0]["predicted"] = predicted
        assert memo_of(assessment).outcome == sentence

    def test_only_predicted_and_considered_categories_are_named(self, assessment: dict[str, Any]) -> None:
        assert [(each.standing, each.phrases) for each in memo_of(assessment).categories] == [
            ("predicted", ("thermal camera", "640x512")),
            ("possible", ()),
        ]

    def test_what_is_met_comes_first_and_what_is_not_met_stands_apart(self, assessment: dict[str, Any]) -> None:
        us, art5 = memo_of(assessment).regimes
        assert [(each.code, each.status) for each in us.findings] == [("6A993.a", "met"), ("6A003.b.4.b", "undetermined")]
        assert [(each.code, each.why) for each in us.unmet] == [("6A003.b.4.a", "not met: holds an image intensifier tube")]
        assert [each.why for each in us.not_listed] == ["Ordinary cameras for visible light are not listed."]
        assert [each.status for each in art5.findings] == ["catch-all to consider"]

    def test_each_regime_is_summed_up(self, assessment: dict[str, Any]) -> None:
        assessment["findings"].append(assessment["findings"][2] | {"code": "6A993.b"})
        assert [regime.standing for regime in memo_of(assessment).regimes] == [
            "met: 6A993.a · 6A993.b; undetermined: 6A003.b.4.b; not met: 1; not listed: 1",
            "catch-all to consider: Article 5",
        ]

    def test_steps_and_releases_are_told_apart(self, assessment: dict[str, Any]) -> None:
        finding = memo_of(assessment).regimes[0].findings[1]
        assert [(step.told, step.where, step.met) for step in finding.steps] == [("", "", "unknown"), ("327,680", "27–34", "met")]
        assert [(step.required, step.met) for step in finding.releases] == [("Frame rate at most 9 Hz", "does not apply")]

    @pytest.mark.parametrize(
        ("change", "why"),
        [
            ({"taken_by": "5D002.c.1"}, "5D002.c.1 takes the item instead"),
            ({"released_by": "Made for toys"}, "released: Made for toys"),
            ({"steps": []}, "the test is not met"),
        ],
    )
    def test_what_is_not_met_says_why(self, assessment: dict[str, Any], change: dict[str, Any], why: str) -> None:
        assessment["findings"][0] |= change
        assert memo_of(assessment).regimes[0].unmet[0].why == why

    def test_reasons_that_turn_on_a_missing_value_say_so(self, assessment: dict[str, Any]) -> None:
        assert memo_of(assessment).regimes[0].findings[1].reasons == "NS 2, RS 1 (perhaps)"

    def test_unknown_names_of_old_records_stand_for_themselves(self, assessment: dict[str, Any]) -> None:
        assessment["contradictions"] = ["gone_parameter"]
        assessment["findings"][0]["categories"] = ["gone-category"]
        assert memo_of(assessment).contradictions == ("gone_parameter",)

    def test_what_nobody_told_is_not_invented(self, assessment: dict[str, Any]) -> None:
        memo = memo_of(assessment, product="  ", by="")
        assert (memo.product, memo.prepared_by) == ("not stated", "not stated")

    def test_disguises_are_made_visible(self) -> None:
        assert visible("a\u202eb\u200bc\x00d\ud800\r\ne\u200c\t") == "a[U+202E]b[U+200B]c[U+0000]d[U+D800]\ne\u200c\t"

    def test_a_record_and_a_fresh_assessment_have_the_same_shape(self, assessment: dict[str, Any], fresh: dict[str, Any]) -> None:
        assert fresh.keys() == assessment.keys()
        assert fresh["findings"][0].keys() == assessment["findings"][0].keys()
        assert fresh["licence"].keys() == assessment["licence"].keys()
        steps = [step for finding in fresh["findings"] for step in finding["steps"]]
        assert steps[0].keys() == assessment["findings"][0]["steps"][0].keys()
        assert build_memo(fresh, TEXT, MADE) == build_memo(json.loads(json.dumps(fresh)), TEXT, MADE)


class TestMemoHtml:
    """The page says everything, escapes everything and loads nothing."""

    def test_golden(self, assessment: dict[str, Any], tmp_path: Path) -> None:
        page = memo_html(memo_of(assessment))
        written = tmp_path / "memo.html"
        written.write_text(page, encoding="utf-8")
        assert page == (GOLDEN / "memo.html").read_text(encoding="utf-8"), f"read {written}; when it is right, it is the new golden file"

    def test_no_markup_of_the_user_survives(self, assessment: dict[str, Any]) -> None:
        assessment["diligence"][0]["answer"] = NASTY
        assessment["classification"]["categories"][0]["evidence"][0]["text"] = NASTY
        page = memo_html(memo_of(assessment, NASTY, NASTY, NASTY))
        parsed = _Elements(page)
        assert "script" not in {tag for tag, _ in parsed.elements}
        assert parsed.text.count('<script>alert("x")</script>') == 6  # title, product, prepared by, description, evidence, answer
        assert OVERRIDE not in page
        assert "摄像机" in page

    def test_nothing_is_loaded(self, assessment: dict[str, Any]) -> None:
        page = memo_html(memo_of(assessment))
        parsed = _Elements(page)
        assert not parsed.open
        assert not [attributes for _, attributes in parsed.elements if attributes.keys() & {"src", "href", "srcset", "style", "onload"}]
        assert "url(" not in page
        assert "@import" not in page
        assert "@media print" in page

    def test_an_empty_assessment_has_a_page(self, assessment: dict[str, Any]) -> None:
        text = _Elements(memo_html(memo_of(emptied(assessment)))).text
        assert "There is no category to test." in text
        assert "No destination was given" in text


class TestMemoPdf:
    """The document says what the page says, and the same memo gives the same bytes."""

    def test_it_says_what_the_page_says(self, assessment: dict[str, Any]) -> None:
        memo = memo_of(assessment)
        text = words(pdf_text(memo_pdf(memo)))
        expected = [memo.outcome, memo.description, memo.sha256, memo.notice, *memo.review, memo.product, memo.prepared_by, memo.made]
        expected += [each.text for each in (*memo.check_first, *memo.notes)]
        for regime in memo.regimes:
            expected += [f"{regime.title}: {regime.standing}"]
            for finding in regime.findings:
                expected += [f"{finding.code}: {finding.title} – {finding.status}", finding.summary, finding.citation, finding.confidence]
                expected += [part for part in (finding.missing, finding.reasons, *finding.unless, *finding.exceptions) if part]
        expected += [f"{name}: {value}" for name, value in (*memo.answers, *memo.told, *memo.versions)]
        expected += [part for each in memo.questions for part in (each.question, each.form, each.concerns)]
        expected += [words(each.answer or "Not answered.") for each in memo.diligence]
        assert [each for each in expected if each not in text] == []

    def test_pointers_come_before_findings(self, assessment: dict[str, Any]) -> None:
        text = words(pdf_text(memo_pdf(memo_of(assessment))))
        assert text.index("US Munitions List XII") < text.index("6A993.a: ")

    def test_the_same_memo_gives_the_same_bytes(self, assessment: dict[str, Any]) -> None:
        assert memo_pdf(memo_of(assessment)) == memo_pdf(memo_of(assessment))

    def test_it_is_dated_by_the_memo(self, assessment: dict[str, Any]) -> None:
        document = pypdfium2.PdfDocument(memo_pdf(memo_of(assessment)))
        assert document.get_metadata_value("CreationDate").startswith("D:20261128000000")
        assert document.get_metadata_value("Title") == "Self-classification memo: Harbour Eye 2, 2026-11-28"

    @pytest.mark.parametrize(
        "description", [NASTY, "x" * 100_000, "word " * 20_000, "\n" * 1_000 + "a", "مراقبة " * 50, "監視カメラ" * 400, "a\x00\ud800b"]
    )
    def test_no_description_breaks_it(self, assessment: dict[str, Any], description: str, caplog: pytest.LogCaptureFixture) -> None:
        assessment["diligence"][0]["answer"] = description[:4_000]
        with caplog.at_level(logging.WARNING):
            text = pdf_text(memo_pdf(memo_of(assessment, description, description[:300], NASTY)))
        assert hashlib.sha256(description.encode("utf-8", "surrogatepass")).hexdigest() in text
        assert f"{len(description):,} characters" in words(text)
        assert not caplog.records

    def test_other_scripts_are_readable(self, assessment: dict[str, Any]) -> None:
        text = words(pdf_text(memo_pdf(memo_of(assessment, NASTY))))
        assert "Überwachung, камера, κάμερα" in text
        assert "[U+202E]" in text
        assert "3 characters that this document's font lacks" in text

    def test_users_cannot_write_the_number_of_pages(self, assessment: dict[str, Any]) -> None:
        text = words(pdf_text(memo_pdf(memo_of(assessment, "{nb} \uef02\uef02\uef02\uef02 pages"))))
        assert "{nb} [U+EF02][U+EF02][U+EF02][U+EF02] pages" in text
        assert "page 1 of 3" in text

    def test_an_empty_assessment_has_a_document(self, assessment: dict[str, Any]) -> None:
        assert "There is no category to test." in words(pdf_text(memo_pdf(memo_of(emptied(assessment)))))

    @pytest.mark.parametrize("render", [memo_html, memo_pdf])
    def test_real_facts_fit(self, render: Render, fresh: dict[str, Any]) -> None:
        assert len(render(build_memo(fresh, TEXT, MADE))) > 5_000


def emptied(assessment: dict[str, Any]) -> dict[str, Any]:
    """Return an assessment that found nothing."""
    lists: Iterator[str] = (name for name, value in assessment.items() if isinstance(value, list) and name != "regimes")
    assessment["classification"]["categories"] = []
    return assessment | {name: [] for name in lists} | {"licence": None}
