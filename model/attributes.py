"""Attributes and intended users that a description tells, read with the phrases of data/controls/phrases.toml.

A phrase found in the text is affirmed, denied ("no recording"), both (versions that differ: "with or without a cooler")
or left out (another product: "unlike the cooled camera of our competitor"), by the words of its sentence around it.
Every look around a phrase is bounded, so that the time taken grows with the length of the text and no faster.
"""

import re
import tomllib
from bisect import bisect_right
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from model.negation import Stance, denies, stance
from model.reading import Reading, Value

PHRASES = Path(__file__).parents[1] / "data" / "controls" / "phrases.toml"

_PLAIN = str.maketrans({"'": "’", "‘": "’", "`": "’", "´": "’", "“": '"', "”": '"', "‐": "-", "‑": "-", "\u00a0": " ", "μ": "µ"})
_SENTENCE_END = re.compile(r"(?<!\b[A-Za-z])(?<!\bincl)(?<!\bapprox)(?<!\bmax)(?<!\bmin)(?<!\btyp)[.!][\"’)]?\s+(?=[\"’(]?[A-Z0-9])|\n")
_VERSIONS = re.compile(
    r"\b(?:versions?|editions?|variants?|models?|options?|optional(?:ly)?|either|basic|standard|pro|entry|while|whereas|or|depending)\b"
)
_AROUND = 200
"""How far, in characters, the sentence around a phrase is searched for what speaks against the reading."""


class Rule(NamedTuple):
    """The compiled phrases of an attribute, or of one value of a choice.

    Attributes:
        parameter: its id.
        choice: the value of the choice, None for an attribute.
        yes, no: phrases that tell it, and phrases that tell the contrary.
        needs: what the text must hold somewhere, else nothing is read.
        never: what the text must not hold anywhere.
        unless: what the sentence around a phrase must not hold.
        prefer: which side, "yes" or "no", outweighs the other in a text that names no versions.
        inner: sides ("yes", "no") where a word of denial inside the phrase turns its meaning: "messages are not read".
        protects: whether protection against something is what the attribute is about, and not a sign of another product.
    """

    parameter: str
    choice: str | None
    yes: re.Pattern[str] | None
    no: re.Pattern[str] | None
    needs: re.Pattern[str] | None
    never: re.Pattern[str] | None
    unless: re.Pattern[str] | None
    prefer: str
    inner: frozenset[str]
    protects: bool


def _expand(phrase: str, words: dict[str, str]) -> str:
    """Return the regular expression of a phrase: a space is also a hyphen, `<name>` is a set of words."""
    spaced = phrase.replace(" ?", r"[\s-]{0,2}").replace(" ", r"[\s-]{1,2}")
    return re.sub(r"<([a-z_]+)>", lambda match: words[match.group(1)], spaced)


def _pattern(phrases: list[str] | None, words: dict[str, str]) -> re.Pattern[str] | None:
    if not phrases:
        return None
    return re.compile(r"\b(?:" + "|".join(_expand(phrase, words) for phrase in phrases) + r")(?!\w)")


def _rule(parameter: str, choice: str | None, table: dict[str, list[str]], words: dict[str, str]) -> Rule:
    patterns = {key: _pattern(table.get(key), words) for key in ("yes", "no", "needs", "never", "unless")}
    return Rule(
        parameter,
        choice,
        **patterns,
        prefer="".join(table.get("prefer", "")),
        inner=frozenset(table.get("inner", ["yes"])),
        protects="protects" in table,
    )


@cache
def rules() -> tuple[Rule, ...]:
    """Return the rules of data/controls/phrases.toml, compiled once."""
    with PHRASES.open("rb") as file:
        tables = tomllib.load(file)
    words: dict[str, str] = {}
    for name, phrase in tables["words"].items():
        words[name] = _expand(phrase, words) if not phrase.startswith("raw:") else phrase.removeprefix("raw:")
    found = []
    for parameter, table in tables["attributes"].items():
        found.append(_rule(parameter, None, table, words))
    for parameter, values in tables["choices"].items():
        found += [_rule(parameter, choice, table, words) for choice, table in values.items()]
    return tuple(found)


def plain(text: str) -> str:
    """Return the text in small letters with one kind of quotation mark and hyphen, character for character."""
    straight = text.translate(_PLAIN)
    lowered = straight.lower()
    return lowered if len(lowered) == len(straight) else "".join(c.lower() if len(c.lower()) == 1 else c for c in straight)


class _Sentences:
    """The text with its sentence bounds."""

    def __init__(self, text: str):
        self.text = plain(text)
        self.starts = [0, *(match.end() for match in _SENTENCE_END.finditer(text))]
        self.ends = [*self.starts[1:], len(text)]

    def around(self, start: int, end: int) -> tuple[str, str]:
        """Return what stands before and after a range in its sentence, at most `_AROUND` characters of each."""
        sentence = bisect_right(self.starts, start) - 1
        first, last = self.starts[sentence], max(self.ends[sentence], end)
        return self.text[max(first, start - _AROUND) : start], self.text[end : min(last, end + _AROUND)]


def _spans(rule: Rule, text: str) -> Iterator[tuple[int, int, bool]]:
    """Yield (start, end, contrary) of the phrases of a rule; where two overlap, the contrary one wins."""
    contrary = [match.span() for match in rule.no.finditer(text)] if rule.no else []
    yield from ((start, end, True) for start, end in contrary)
    ends = [end for _, end in contrary]
    for match in rule.yes.finditer(text) if rule.yes else ():
        following = bisect_right(ends, match.start())
        if following == len(contrary) or contrary[following][0] >= match.end():
            yield match.start(), match.end(), False


def _values(rule: Rule, before: str, phrase: str, after: str, contrary: bool) -> tuple[bool, ...]:
    """Return what a phrase tells in its sentence: one value, both (versions), or none."""
    denial_inside = denies(phrase)
    speaks_for_itself = contrary and denial_inside and "no" not in rule.inner
    if rule.unless and not speaks_for_itself and rule.unless.search(before + phrase + after):
        return ()
    found = stance(before, after, guarded=not rule.protects, own_denial=speaks_for_itself)
    if found is Stance.VERSIONS:
        return (True, False)
    if found is Stance.LEFT_OUT:
        return ()
    turned = denial_inside and ("no" if contrary else "yes") in rule.inner
    return ((found is Stance.AFFIRMED) is (contrary is turned),)


def _told(rule: Rule, sentences: _Sentences) -> Iterator[tuple[bool, int, int]]:
    """Yield (value, start, end) of each phrase of a rule that tells something."""
    for start, end, contrary in _spans(rule, sentences.text):
        before, after = sentences.around(start, end)
        for value in _values(rule, before, sentences.text[start:end], after, contrary):
            yield value, start, end


def _settled(rule: Rule, told: list[tuple[bool, int, int]], text: str) -> list[tuple[bool, int, int]]:
    """Drop the weaker side of a contradiction in a text that names no versions."""
    if rule.prefer and len({value for value, _, _ in told}) == 2 and not _VERSIONS.search(text):
        return [item for item in told if item[0] is (rule.prefer == "yes")]
    return told


def read_attributes(text: str) -> list[Reading]:
    """Return the attributes and intended users that a text tells, in the order of the text.

    Returns:
        Readings with a bool for attributes and a str for choices. An attribute told both ways (versions that differ)
        gives a reading for each; what is not told gives none.
    """
    sentences = _Sentences(text)
    readings = []
    for rule in rules():
        if rule.needs and not rule.needs.search(sentences.text):
            continue
        told = list(_told(rule, sentences))
        if not told or (rule.never and rule.never.search(sentences.text)):
            continue
        for yes, start, end in _settled(rule, told, sentences.text):
            value: Value = yes if rule.choice is None else rule.choice
            if rule.choice is None or yes:
                readings.append(Reading(rule.parameter, value, start, end, text[start:end]))
    return sorted(readings, key=lambda reading: (reading.start, reading.end, reading.parameter))
