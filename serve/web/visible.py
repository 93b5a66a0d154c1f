"""Text from strangers, made inert and legible: what cannot be seen is named, and nothing can turn the direction of the page."""

import unicodedata
from collections.abc import Iterator

from markupsafe import Markup, escape

_KEPT = "\n\t"
_NAMES = {
    "\u200b": "ZWSP",
    "\u200c": "ZWNJ",
    "\u200d": "ZWJ",
    "\u200e": "LRM",
    "\u200f": "RLM",
    "\u202a": "LRE",
    "\u202b": "RLE",
    "\u202c": "PDF",
    "\u202d": "LRO",
    "\u202e": "RLO",
    "\u2060": "WJ",
    "\u2066": "LRI",
    "\u2067": "RLI",
    "\u2068": "FSI",
    "\u2069": "PDI",
    "\ufeff": "BOM",
}


def is_hidden(character: str) -> bool:
    """Return whether a character would not be seen, or would change how others are seen."""
    # A soft hyphen only says where a word may break.
    return unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp") and character not in _KEPT + "\r\u00ad"


def control_name(character: str) -> str:
    """Return what stands for a hidden character: `RLO` or `U+0007`."""
    return _NAMES.get(character, f"U+{ord(character):04X}")


def _pieces(text: str) -> Iterator[Markup | str]:
    start = 0
    for position, character in enumerate(text):
        if is_hidden(character):
            yield text[start:position]
            yield Markup('<span class="control" title="{}">{}</span>').format(
                unicodedata.name(character, "CONTROL CHARACTER"), control_name(character)
            )
            start = position + 1
    yield text[start:]


def visible(text: str) -> Markup:
    """Return a text as HTML with every hidden character replaced by its name; the characters themselves are left out."""
    if text.isascii() and text.isprintable():
        return escape(text)
    return Markup("").join(_pieces(text))


def isolated(text: str) -> Markup:
    """Return a short text as HTML that keeps its own direction of writing; an empty one stays empty."""
    return Markup("<bdi>{}</bdi>").format(visible(text)) if text else Markup("")


def plain_visible(text: str) -> str:
    """Return a text for places that take no HTML, with every hidden character written out as `[RLO]`."""
    return "".join(f"[{control_name(character)}]" if is_hidden(character) else character for character in text)
