"""The description as HTML with its evidence: which words speak for which category, and which against."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from markupsafe import Markup

from serve.web.visible import visible

MOST = 8
"""Categories whose words can be marked; the stylesheet knows as many."""
POSSIBLE_FROM = 0.1


@dataclass(frozen=True)
class Marked:
    """A category whose words are marked, and its number in the text."""

    id: str
    title: str
    number: int


@dataclass(frozen=True)
class EvidenceText:
    """A description ready to be shown.

    Attributes:
        categories: those whose words can be marked, in the order of their numbers.
    """

    html: Markup
    categories: tuple[Marked, ...]


def marked_text(description: str, categories: Sequence[Mapping[str, Any]]) -> EvidenceText:
    """Return a description with its evidence.

    Args:
        description: as given; spans refer to it.
        categories: as in a classification's JSON, best first.
    """
    shown = [each for each in categories if each.get("evidence") and (each.get("predicted") or each["probability"] >= POSSIBLE_FROM)][:MOST]
    if not shown:
        shown = [each for each in categories if each.get("evidence")][:1]
    spans: list[tuple[int, int, str, int]] = []
    for number, category in enumerate(shown, 1):
        for kind, name in (("f", "evidence"), ("a", "against")):
            spans += [(span["start"], span["end"], kind, number) for span in category.get(name, ())]
    spans = [(max(start, 0), min(end, len(description)), kind, number) for start, end, kind, number in spans if start < end]
    cuts = sorted({0, len(description), *(at for span in spans for at in span[:2])})
    pieces = [_piece(description[start:end], start, end, spans) for start, end in pairwise(cuts)]
    titles = tuple(Marked(each["id"], each["title"], number) for number, each in enumerate(shown, 1))
    return EvidenceText(Markup("").join(pieces), titles)


def _piece(text: str, start: int, end: int, spans: Sequence[tuple[int, int, str, int]]) -> Markup:
    """Return a piece of the text that no span begins or ends in."""
    here = [(kind, number) for first, last, kind, number in spans if first <= start and end <= last]
    speaks_for = [number for kind, number in here if kind == "f"]
    names = " ".join(f"{kind}{number}" for kind, number in here)
    if speaks_for:
        # The number stands at the end of the phrase, not at every cut in it.
        last = [number for kind, number in here if kind == "f" and any(s[1] == end and s[2:] == (kind, number) for s in spans)]
        numbers = Markup(' data-n="{}"').format(" ".join(map(str, last))) if last else Markup("")
        return Markup('<mark class="{}"{}>{}</mark>').format(names, numbers, visible(text))
    if here:
        return Markup('<span class="against {}">{}</span>').format(names, visible(text))
    return visible(text)
