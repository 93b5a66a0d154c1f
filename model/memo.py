"""The self-classification memo as plain data: what an assessment found, dated, with citations; `memo_html` and `memo_pdf` draw it."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from data.taxonomy import load_taxonomy
from model.memo_findings import MemoRegime, memo_regimes
from model.memo_text import category_title, every_text_visible, parameter_title, shortened, visible

EXCERPT_CHARACTERS = 2_000
"""A longer description is cut here; its length and hash are told."""
NOT_TOLD = "not stated"
_LICENCE = {
    "required": "licence required",
    "not_required_by_chart": "no mark in the chart",
    "see_part_746": "see 15 CFR part 746",
    "no_row": "no row in the chart",
    "not_on_chart": "not on the chart",
}


@dataclass(frozen=True)
class MemoCategory:
    """A category that was considered.

    Attributes:
        standing: "predicted" or "possible".
        probability: calibrated, two digits.
        phrases: the words of the description that speak for it, heaviest first.
    """

    title: str
    standing: str
    probability: str
    phrases: tuple[str, ...]


@dataclass(frozen=True)
class MemoRemark:
    """A pointer to check first, or a note."""

    regime: str
    title: str
    text: str
    citation: str
    confidence: str


@dataclass(frozen=True)
class MemoLicence:
    """The licence picture of a destination.

    Attributes:
        rows: entry, status of the finding, reason for control, whether it applies, what the chart says, because.
    """

    destination: str
    facts: tuple[tuple[str, str], ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...]
    citation: str


@dataclass(frozen=True)
class MemoQuestion:
    """A question that is still open, the form of its answer, and the entries that turn on it."""

    question: str
    form: str
    concerns: str


@dataclass(frozen=True)
class MemoDiligence:
    """An item of the human-rights checklist with its answer; empty while nobody has answered."""

    section: str
    question: str
    answer: str


@dataclass(frozen=True)
class Memo:
    """Everything the memo says, in words and in order.

    Attributes:
        made: day of the memo; `lists_of`: day whose lists were applied.
        description: excerpt of at most `EXCERPT_CHARACTERS` code points; `characters` counts the whole, `cut` says whether it is longer.
        sha256: of the whole description in UTF-8, in hexadecimal.
        told: title and value of each parameter that the text tells; `answers` of each that was answered.
        contradictions: titles of parameters whose answer is none of the values told.
    """

    product: str
    prepared_by: str
    made: str
    lists_of: str
    description: str
    characters: int
    cut: bool
    sha256: str
    outcome: str
    review: tuple[str, ...]
    categories: tuple[MemoCategory, ...]
    check_first: tuple[MemoRemark, ...]
    regimes: tuple[MemoRegime, ...]
    licence: MemoLicence | None
    questions: tuple[MemoQuestion, ...]
    told: tuple[tuple[str, str], ...]
    answers: tuple[tuple[str, str], ...]
    contradictions: tuple[str, ...]
    diligence: tuple[MemoDiligence, ...]
    notes: tuple[MemoRemark, ...]
    versions: tuple[tuple[str, str], ...]
    notice: str


def outcome_sentence(classification: Mapping[str, Any]) -> str:
    """Return what the classification says, in one sentence."""
    predicted = [category_title(score["id"]) for score in classification["categories"] if score["predicted"]]
    named, confidence = "; ".join(predicted) or "no category", f"confidence {classification['confidence']:.2f}"
    if classification["outcome"] == "review":
        return f"A person must decide. The best guess is: {named} ({confidence})."
    if classification["outcome"] == "none":
        return f"The description falls under none of the {len(load_taxonomy().ids)} categories of surveillance technology ({confidence})."
    return f"The description falls under: {named} ({confidence})."


def _categories(assessment: Mapping[str, Any]) -> tuple[MemoCategory, ...]:
    return tuple(
        MemoCategory(
            score["title"],
            "predicted" if score["predicted"] else "possible",
            f"{score['probability']:.2f}",
            tuple(shortened(span["text"]) for span in score["evidence"]),
        )
        for score in assessment["classification"]["categories"]
        if score["predicted"] or score["id"] in assessment["considered"]
    )


def _licence(picture: Mapping[str, Any] | None) -> MemoLicence | None:
    if picture is None:
        return None
    status = {"meets": "met", "undetermined": "undetermined"}
    rows = [
        (entry["code"], status[entry["status"]], reason["code"], reason["applies"], _LICENCE[reason["licence"]], reason["because"])
        for entry in picture["entries"]
        for reason in entry["reasons"]
    ]
    facts = [
        ("Country groups", ", ".join(picture["groups"]) or "none"),
        ("Wassenaar Arrangement", "yes" if picture["wassenaar"] else "no"),
        ("European Union", "yes" if picture["european_union"] else "no"),
    ]
    destination, citation = f"{picture['name']} ({picture['destination']})", f"{picture['citation']} (as of {picture['as_of']})"
    return MemoLicence(destination, tuple(facts), tuple(rows), tuple(picture["notes"]), citation)


def _remarks(remarks: Sequence[Mapping[str, Any]], titles: Mapping[str, str]) -> tuple[MemoRemark, ...]:
    return tuple(MemoRemark(titles.get(r["regime"], r["regime"]), r["title"], r["text"], r["citation"], r["confidence"]) for r in remarks)


def _question(question: Mapping[str, Any]) -> MemoQuestion:
    form = "yes, no" if question["kind"] == "attribute" else ", ".join(question["choices"]) or question["example"]
    return MemoQuestion(question["question"], form, ", ".join(question["concerns"]))


def _versions(assessment: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    classification = assessment["classification"]
    head = [("Release", classification["release"]), ("Taxonomy", classification["taxonomy"]), ("Control facts", assessment["controls"])]
    lists = [(regime["title"], f"as of {regime['as_of']}: {regime['source']}") for regime in assessment["regimes"]]
    return tuple(head + lists)


def build_memo(assessment: Mapping[str, Any], description: str, made: date, product: str = "", prepared_by: str = "") -> Memo:
    """Put an assessment into the words of a memo.

    Args:
        assessment: what `Assessment.as_json()` gives, also read back from a record.
        description: the text as given; the memo shows an excerpt and the hash of the whole.
        made: day of the memo.
        product, prepared_by: who and what it is about; "not stated" when empty.

    Raises:
        KeyError: the assessment lacks a field.
    """
    content = every_text_visible(assessment)
    classification = content["classification"]
    titles = {regime["id"]: regime["title"] for regime in content["regimes"]}
    return Memo(
        product=visible(product.strip()) or NOT_TOLD,
        prepared_by=visible(prepared_by.strip()) or NOT_TOLD,
        made=made.isoformat(),
        lists_of=content["day"],
        description=visible(description[:EXCERPT_CHARACTERS]),
        characters=len(description),
        cut=len(description) > EXCERPT_CHARACTERS,
        sha256=hashlib.sha256(description.encode("utf-8", "surrogatepass")).hexdigest(),
        outcome=outcome_sentence(classification),
        review=tuple(each["sentence"] for each in classification["review"]["explanations"]),
        categories=_categories(content),
        check_first=_remarks(content["check_first"], titles),
        regimes=memo_regimes(content["findings"], content["regimes"]),
        licence=_licence(content["licence"]),
        questions=tuple(_question(each) for each in content["questions"]),
        told=tuple((each["title"], shortened(each["words"])) for each in content["parameters"]),
        answers=tuple((each["title"], shortened(each["words"])) for each in content["answers"]),
        contradictions=tuple(parameter_title(name) for name in content["contradictions"]),
        diligence=tuple(MemoDiligence(each["section"], each["question"], each["answer"]) for each in content["diligence"]),
        notes=_remarks(content["notes"], titles),
        versions=_versions(content),
        notice=content["notice"],
    )
