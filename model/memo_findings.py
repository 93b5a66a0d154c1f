"""The findings of a memo, grouped per regime and put into words; what is not met in full stands in one short list."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from model.memo_text import category_title, parameter_title, shortened

CONFIDENCE = {"V": "read in a stored text", "P": "from the press or a law firm", "R": "from recollection, unverified"}
TOLD_CHARACTERS = 300
_STATUS = {"meets": "met", "catch_all": "catch-all to consider", "undetermined": "undetermined"}
_MET = {"yes": "met", "some": "met by some versions", "no": "not met", "unknown": "unknown"}
_RELEASES = {"yes": "applies", "some": "applies to some versions", "no": "does not apply", "unknown": "unknown"}


@dataclass(frozen=True)
class MemoStep:
    """One element of a test.

    Attributes:
        told: what the text or an answer says; empty when nothing does.
        where: character ranges of the description, counted from 0, the end not included.
    """

    required: str
    told: str
    where: str
    met: str


@dataclass(frozen=True)
class MemoFinding:
    """An entry that is met, undetermined or a catch-all.

    Attributes:
        steps: of the test; `releases`: of what would take the item out.
        missing: titles of what would settle it.
        unless: releases that are still open although the test is met.
    """

    code: str
    title: str
    status: str
    summary: str
    categories: str
    citation: str
    confidence: str
    as_of: str
    steps: tuple[MemoStep, ...]
    releases: tuple[MemoStep, ...]
    missing: str
    unless: tuple[str, ...]
    versions_differ: bool
    reasons: str
    exceptions: tuple[str, ...]


@dataclass(frozen=True)
class MemoUnmet:
    """An entry that is not met, or a category that is not listed, with the reason."""

    code: str
    title: str
    why: str
    citation: str
    confidence: str


@dataclass(frozen=True)
class MemoRegime:
    """A regime's findings: those in full, those not met, the categories that it does not list.

    Attributes:
        standing: which entries are met and open, and how many are not met, in one sentence.
    """

    title: str
    standing: str
    findings: tuple[MemoFinding, ...]
    unmet: tuple[MemoUnmet, ...]
    not_listed: tuple[MemoUnmet, ...]


def confidence_in_words(letter: str) -> str:
    """Return "V: read in a stored text" and the like."""
    return f"{letter}: {CONFIDENCE.get(letter, 'unknown')}"


def _step(step: Mapping[str, Any]) -> MemoStep:
    where = ", ".join(f"{start}–{end}" for start, end in step["spans"][:5])
    verdict = (_MET if step["role"] == "test" else _RELEASES)[step["met"]]
    return MemoStep(step["required"], shortened(step["told"], TOLD_CHARACTERS), where, verdict)


def _reasons(reasons: Sequence[Mapping[str, str]]) -> str:
    return ", ".join(reason["code"] if reason["applies"] == "yes" else f"{reason['code']} (perhaps)" for reason in reasons)


def _finding(finding: Mapping[str, Any]) -> MemoFinding:
    return MemoFinding(
        code=finding["code"],
        title=finding["title"],
        status=_STATUS[finding["status"]],
        summary=finding["summary"],
        categories="; ".join(category_title(name) for name in finding["categories"]),
        citation=finding["citation"],
        confidence=confidence_in_words(finding["confidence"]),
        as_of=finding["as_of"],
        steps=tuple(_step(step) for step in finding["steps"] if step["role"] == "test"),
        releases=tuple(_step(step) for step in finding["steps"] if step["role"] == "release"),
        missing="; ".join(parameter_title(name) for name in finding["missing"]),
        unless=tuple(finding["unless"]),
        versions_differ=finding["versions_differ"],
        reasons=_reasons(finding["reasons"]),
        exceptions=tuple(f"{each['name']}: {each['note']}" for each in finding["exceptions"]),
    )


def _why_unmet(finding: Mapping[str, Any]) -> str:
    if finding["taken_by"]:
        return f"{finding['taken_by']} takes the item instead"
    if finding["released_by"]:
        return f"released: {finding['released_by']}"
    denied = next((step for step in finding["steps"] if step["role"] == "test" and step["met"] == "no"), None)
    return f"not met: {denied['required']}" if denied else "the test is not met"


def _unmet(finding: Mapping[str, Any]) -> MemoUnmet:
    return MemoUnmet(finding["code"], finding["title"], _why_unmet(finding), finding["citation"], finding["confidence"])


def _not_listed(finding: Mapping[str, Any]) -> MemoUnmet:
    title = "; ".join(category_title(name) for name in finding["categories"])
    return MemoUnmet(finding["code"], title, finding["summary"], finding["citation"], finding["confidence"])


def _standing(findings: Sequence[Mapping[str, Any]]) -> str:
    codes = {status: list(dict.fromkeys(each["code"] for each in findings if each["status"] == status)) for status in _STATUS}
    parts = [f"{words}: {' · '.join(codes[status])}" for status, words in _STATUS.items() if codes[status]]
    for status, words in (("does_not_meet", "not met"), ("not_listed", "not listed")):
        if number := sum(each["status"] == status for each in findings):
            parts.append(f"{words}: {number}")
    return "; ".join(parts)


def _regime(title: str, findings: Sequence[Mapping[str, Any]]) -> MemoRegime:
    order = list(_STATUS)
    full = sorted((each for each in findings if each["status"] in order), key=lambda each: order.index(each["status"]))
    return MemoRegime(
        title=title,
        standing=_standing(findings),
        findings=tuple(_finding(each) for each in full),
        unmet=tuple(_unmet(each) for each in findings if each["status"] == "does_not_meet"),
        not_listed=tuple(_not_listed(each) for each in findings if each["status"] == "not_listed"),
    )


def memo_regimes(findings: Sequence[Mapping[str, Any]], regimes: Sequence[Mapping[str, Any]]) -> tuple[MemoRegime, ...]:
    """Return each regime with its findings: met first, then catch-alls, then what is undetermined; regimes without any are left out."""
    grouped = [(regime["title"], [finding for finding in findings if finding["regime"] == regime["id"]]) for regime in regimes]
    return tuple(_regime(title, own) for title, own in grouped if own)
