"""A description without names: what is left teaches what a product does, and not who sells it to whom."""

import re
from collections.abc import Iterable, Sequence

_PATTERNS = (
    (re.compile(r"\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), "[e-mail]"),
    (re.compile(r"\b(?:https?://|www\.)[^\s<>\"']+", re.IGNORECASE), "[link]"),
    # A number that is dialled: an international prefix or a leading zero, and groups. Technical figures have neither.
    (re.compile(r"(?<![\w.])(?:\+|00)\d{1,3}(?:[\s()/-]{0,2}\d{2,4}){2,5}(?!\w|\.\d)"), "[phone]"),
    (re.compile(r"(?<![\w.,])0\d{1,4}[\s/-]\d{3,4}(?:[\s-]?\d{2,5}){1,2}(?!\w|\.\d)"), "[phone]"),
    (re.compile(r"\b[A-Z]{2}\d{2}(?:\s?[A-Z0-9]{4}){3,7}(?:\s?[A-Z0-9]{1,3})?\b"), "[account]"),
)
Span = tuple[int, int]
_SHORTEST = 3
"""Names of fewer letters are left alone: replacing every "X" would destroy the text."""


def _named(names: Iterable[str]) -> re.Pattern[str] | None:
    """Return a pattern of the names, longest first, as whole words, with any white space between their parts."""
    wanted = sorted({" ".join(name.split()) for name in names}, key=len, reverse=True)
    parts = [r"\s+".join(map(re.escape, name.split(" "))) for name in wanted if len(name) >= _SHORTEST]
    return re.compile(rf"(?<!\w)(?:{'|'.join(parts)})(?!\w)", re.IGNORECASE) if parts else None


def deidentified(text: str, products: Iterable[str], parties: Iterable[str]) -> str:
    """Return the text without the given names, and without addresses, phone and account numbers.

    Args:
        text: a description.
        products: names and models; each becomes "the product".
        parties: organisations and people; each becomes "the company".
    """
    return deidentified_with_spans(text, products, parties, ())[0]


def deidentified_with_spans(text: str, products: Iterable[str], parties: Iterable[str], spans: Sequence[Span]) -> tuple[str, list[Span]]:
    """Return the text as `deidentified` does, and where its spans are now; one that touches a name takes in all that stands for it."""
    moved = list(spans)
    for pattern, replacement in _PATTERNS:
        text, moved = _replaced(text, pattern, replacement, moved)
    for names, replacement in ((products, "the product"), (parties, "the company")):
        if (named := _named(names)) is not None:
            text, moved = _replaced(text, named, replacement, moved)
    return text, moved


def _replaced(text: str, pattern: re.Pattern[str], replacement: str, spans: Sequence[Span]) -> tuple[str, list[Span]]:
    cuts = [found.span() for found in pattern.finditer(text)]

    def now_at(position: int, is_end: bool) -> int:
        shift = 0
        for start, end in cuts:
            if position <= start:
                break
            if position < end:
                return start + shift + (len(replacement) if is_end else 0)
            shift += len(replacement) - (end - start)
        return position + shift

    return pattern.sub(replacement, text), [(now_at(start, False), now_at(end, True)) for start, end in spans]
