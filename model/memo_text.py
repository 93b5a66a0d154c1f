"""Texts of the memo: made visible, cut to length, and names put in place of identifiers."""

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from data.parameter_facts import load_parameters
from data.taxonomy import load_taxonomy

PHRASE_CHARACTERS = 200
_SPEAKING_MARKS = "\u200c\u200d"
"""Joiners that change how Persian, Indic scripts and emoji read: no disguise, so they stay."""
_HIDDEN = ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")


def _shown(character: str) -> str:
    hidden = unicodedata.category(character) in _HIDDEN and character not in "\n\t" + _SPEAKING_MARKS
    return f"[U+{ord(character):04X}]" if hidden else character


def visible(text: str) -> str:
    """Return a text whose invisible and direction-changing characters are written as "[U+202E]", so that none disguises what is read."""
    return "".join(map(_shown, text.replace("\r\n", "\n")))


def every_text_visible(content: Any) -> Any:
    """Return decoded JSON with every text in it made visible; tuples become lists."""
    if isinstance(content, str):
        return visible(content)
    if isinstance(content, Mapping):
        return {key: every_text_visible(value) for key, value in content.items()}
    return [every_text_visible(value) for value in content] if isinstance(content, Sequence) else content


def shortened(text: str, limit: int = PHRASE_CHARACTERS) -> str:
    """Return a text of at most `limit` code points, an ellipsis at its end when it was cut."""
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def category_title(name: str) -> str:
    """Return a category's title, or the id itself when an old record names one that is no more."""
    taxonomy = load_taxonomy()
    return taxonomy[name].title if name in taxonomy.ids else name


def parameter_title(name: str) -> str:
    """Return a parameter's title, or the id itself when an old record names one that is no more."""
    known = load_parameters()
    return known[name].title if name in known else name
