"""The exporter's own classification beside ours: what both name, and what only one of them names."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from data.taxonomy import Taxonomy

_CODE = re.compile(r"\b(?:EAR99|ML\d{1,2}|[0-9][A-E][0-9]{3})(?:\.[a-z0-9]{1,4})*", re.IGNORECASE)
_CONCERNS = frozenset({"meets", "undetermined", "catch_all"})
_MOST = 20


@dataclass(frozen=True)
class Declared:
    """The exporter's classification, compared.

    Attributes:
        text: as the exporter wrote it.
        both, exporter_only, ours_only: category titles and codes of entries.
    """

    text: str
    both: tuple[str, ...]
    exporter_only: tuple[str, ...]
    ours_only: tuple[str, ...]

    @property
    def recognised(self) -> bool:
        """Whether anything in the text could be compared."""
        return bool(self.both or self.exporter_only)


def codes_in(text: str) -> list[str]:
    """Return the codes of control entries that a text names, in order: `5A001.f`, `EAR99`."""
    return list(dict.fromkeys(found[0][:5].upper() + found[0][5:].lower() for found in _CODE.finditer(text)))[:_MOST]


def _same_entry(one: str, other: str) -> bool:
    """Whether one code is the other or an item under it."""
    one, other = one.lower(), other.lower()
    return one == other or one.startswith(other + ".") or other.startswith(one + ".")


def _met(findings: Sequence[Mapping[str, Any]]) -> set[str]:
    return {str(each.get("code")) for each in findings if each.get("status") == "meets"}


def compare(declared: str, taxonomy: Taxonomy, guessed: Sequence[str], findings: Sequence[Mapping[str, Any]]) -> Declared | None:
    """Return the comparison; None when the exporter declared nothing.

    Args:
        declared: the exporter's words.
        taxonomy: knows ids and titles of categories.
        guessed: category ids of our answer.
        findings: of our answer; an entry that is met, open or a catch-all can agree, only one that is met is missed by the exporter.
    """
    if not declared.strip():
        return None
    folded = declared.casefold()
    named = [each for each in taxonomy.categories if each.id in folded or each.title.casefold() in folded]
    both = [each.title for each in named if each.id in guessed]
    exporter_only = [each.title for each in named if each.id not in guessed]
    ours_only = [each.title for each in taxonomy.categories if each.id in guessed and each not in named] if named else []
    codes = codes_in(declared)
    ours = list(dict.fromkeys(str(each.get("code", "")) for each in findings if each.get("status") in _CONCERNS and each.get("code")))
    for code in codes:
        (both if any(_same_entry(code, each) for each in ours) else exporter_only).append(code)
    if codes:
        # What is merely open would bury what is met.
        met = [each for each in ours if each in _met(findings)]
        ours_only += [each for each in met if not any(_same_entry(each, code) for code in codes)]
    return Declared(declared, tuple(both), tuple(exporter_only), tuple(ours_only[:_MOST]))
