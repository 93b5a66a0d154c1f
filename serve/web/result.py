"""An assessment in the order in which a page tells it. It is read from JSON, for a fresh assessment and a stored one alike."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from serve.web.evidence import EvidenceText, marked_text

_ORDER = ("meets", "undetermined", "catch_all", "not_listed")


@dataclass(frozen=True)
class RegimeFindings:
    """The findings of one regime.

    Attributes:
        regime: id, title, kind, as_of and source.
        shown: what concerns the product, most serious first; unmet: what was tested and is not met.
    """

    regime: Mapping[str, str]
    shown: Sequence[Mapping[str, Any]]
    unmet: Sequence[Mapping[str, Any]]

    @property
    def counts(self) -> list[tuple[str, int]]:
        """Return how many findings of each status concern the product."""
        told = [(status, sum(finding["status"] == status for finding in self.shown)) for status in _ORDER]
        return [(status, count) for status, count in told if count]


@dataclass(frozen=True)
class Result:
    """What a page shows of an assessment.

    Attributes:
        body: the assessment as JSON: the classification's fields beside the others.
        predicted, possible, unlikely: categories by standing, best first.
        tested: whether control entries were tested at all.
    """

    body: Mapping[str, Any]
    evidence: EvidenceText
    predicted: Sequence[Mapping[str, Any]]
    possible: Sequence[Mapping[str, Any]]
    unlikely: Sequence[Mapping[str, Any]]
    regimes: Sequence[RegimeFindings]
    tested: bool

    def numbers(self) -> dict[str, int]:
        """Return the number that a category has in the marked text."""
        return {each.id: each.number for each in self.evidence.categories}

    def licence_reasons(self) -> list[Mapping[str, str]]:
        """Return each reason for control of the licence picture once; what it means is the same for every entry."""
        entries = self.body["licence"]["entries"] if self.body["licence"] else []
        return list({reason["code"]: reason for entry in entries for reason in entry["reasons"]}.values())

    def sections(self) -> list[tuple[str, list[Mapping[str, Any]]]]:
        """Return the due-diligence checklist by section."""
        found: dict[str, list[Mapping[str, Any]]] = {}
        for item in self.body["diligence"]:
            found.setdefault(item["section"], []).append(item)
        return list(found.items())

    def answered(self) -> list[tuple[str, list[Mapping[str, Any]]]]:
        """Return what of the due-diligence checklist was answered, by section."""
        told = [(section, [item for item in items if item["answer"]]) for section, items in self.sections()]
        return [(section, items) for section, items in told if items]


_DEFAULTS: dict[str, Any] = {
    "outcome": "review",
    "confidence": None,
    "categories": [],
    "review": {"required": False, "reasons": [], "explanations": []},
    "truncated": False,
    "release": "",
    "considered": [],
    "parameters": [],
    "answers": [],
    "contradictions": [],
    "findings": [],
    "check_first": [],
    "notes": [],
    "questions": [],
    "licence": None,
    "diligence": [],
    "regimes": [],
    "day": "",
    "controls": "",
    "notice": "",
}
"""Stored assessments may be older than a field."""


def result_of(assessment: Mapping[str, Any], description: str) -> Result:
    """Return what a page shows.

    Args:
        assessment: as `Assessment.as_json()` gives it, or as a case keeps it.
        description: the text that its spans refer to.
    """
    body = _DEFAULTS | dict(assessment) | dict(assessment.get("classification", {}))
    categories = [{"title": each["id"], "evidence": [], "against": [], "predicted": False} | each for each in body["categories"]]
    considered = set(body["considered"])
    rest = [each for each in categories if not each["predicted"]]
    return Result(
        body=body,
        evidence=marked_text(description, categories),
        predicted=[each for each in categories if each["predicted"]],
        possible=[each for each in rest if each["id"] in considered],
        unlikely=[each for each in rest if each["id"] not in considered],
        regimes=_by_regime(body),
        tested=bool(body["regimes"]),
    )


def _by_regime(body: Mapping[str, Any]) -> list[RegimeFindings]:
    found = []
    for regime in body["regimes"]:
        mine = [finding for finding in body["findings"] if finding["regime"] == regime["id"]]
        shown = sorted((each for each in mine if each["status"] in _ORDER), key=lambda each: _ORDER.index(each["status"]))
        found.append(RegimeFindings(regime, shown, [each for each in mine if each["status"] == "does_not_meet"]))
    # Regimes that say something about the product come first.
    return sorted(found, key=lambda each: not any(finding["status"] != "not_listed" for finding in each.shown))
