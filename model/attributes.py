"""Attributes and intended users that a description tells, read with the phrases of data/controls/phrases.toml.

A phrase found in the text is affirmed, denied ("no recording"), both (versions that differ: "with or without a cooler")
or left out (another product: "unlike the cooled camera of our competitor"), by the words of its sentence around it.
Every look around a phrase is bounded, so that the time taken grows with the length of the text and no faster.
"""

import re
import tomllib
from bisect import bisect_right
from collections.abc import Iterator
from functools import cache, cached_property
from pathlib import Path
from typing import NamedTuple

from model.negation import Stance, answered_yes, continues_denial, denies, stance
from model.reading import Reading, Value
from model.sentences import sentences

PHRASES = Path(__file__).parents[1] / "data" / "controls" / "phrases.toml"

_PLAIN = str.maketrans({"'": "’", "‘": "’", "`": "’", "´": "’", "“": '"', "”": '"', "‐": "-", "‑": "-", "\u00a0": " ", "\t": " ", "μ": "µ"})
_VERSIONS = re.compile(
    r"\b(?:versions?|editions?|variants?|models?|options?|optional(?:ly)?|either|basic|standard|pro|entry|while|whereas|or|depending)\b"
)
_KINDS = ("both", "no", "yes", "lean", "sure", "weak")
_SIDES = ("no", "yes", "lean")
_HEAD_END = re.compile(
    r"[.,;:(\n–—|]|\s-\s|\b(?:with|for|that|which|to|by|in|on|from|of|at|using|built|who|is|are|was|has|have|can|will|we|you)\b|"
    r"\b(?:designed|made|intended|meant|developed|suitable|capable|able|equipped|fitted|supplied|sold)(?= (?:for|to|as|of|by|in|with)\b)|"
    r"\b(?:featuring|offering|providing|weighing)\b"
)
_JOINED = re.compile(r"\b(?:and|or|plus|including|incl|without)\b|[&+]")
_MODEL = re.compile(r"(?:\s+[“\"’']?(?=\S{0,12}[\dA-Z])\S{1,20}){0,3}\s*")
_SENTENCE = re.compile(r"[.!?](?:\s+|$)|\n")
_KNOWN_THING = re.compile(r"\s*(?:the|our|your|their|its|his|this|that|these|those|it|we|you|they|please|he|she)\b", re.IGNORECASE)
_AROUND = 200
"""How far, in characters, the sentence around a phrase is searched for what speaks against the reading."""


class Phrases:
    """Phrases of one kind: one expression, compiled when it is first needed."""

    def __init__(self, expressions: list[str]):
        self.expressions = expressions

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The phrases as one expression."""
        return re.compile(r"\b(?:" + "|".join(self.expressions) + r")(?!\w)")

    def search(self, text: str) -> bool:
        """Return whether a text holds one of the phrases."""
        return bool(self.expressions) and bool(self.pattern.search(text))

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield the places of the phrases in a text, in order and apart."""
        if self.expressions:
            yield from (match.span() for match in self.pattern.finditer(text))


class Rule(NamedTuple):
    """The compiled phrases of an attribute, or of one value of a choice.

    Attributes:
        parameter: its id.
        choice: the value of the choice, None for an attribute.
        yes, no: phrases that tell it, and phrases that tell the contrary.
        lean: phrases that tell it only where the text also holds one of `context`.
        sure: phrases that tell it, and whose denial tells nothing.
        weak: phrases that tell nothing by themselves but the contrary when denied, and the thing when answered "yes".
        both: phrases that tell of versions that differ.
        needs: what the text must hold somewhere, else nothing is read.
        never: what the text must not hold anywhere.
        unless: what the sentence around a phrase must not hold.
        prefer: which side, "yes" or "no", outweighs the other in a text that names no versions.
        inner: sides ("yes", "no") where a word of denial inside the phrase turns its meaning: "messages are not read".
        protects: whether protection against something is what the attribute is about, and not a sign of another product.
        head: whether only the noun that heads the description tells it.
    """

    parameter: str
    choice: str | None
    yes: Phrases
    no: Phrases
    lean: Phrases
    sure: Phrases
    weak: Phrases
    both: Phrases
    context: Phrases
    needs: Phrases
    never: Phrases
    unless: Phrases
    prefer: str
    inner: frozenset[str]
    protects: bool
    head: bool


def _expand(phrase: str, words: dict[str, str]) -> str:
    """Return the regular expression of a phrase: a space is also a hyphen, `<name>` is a set of words, `~` is nearness."""
    if " ~ " in phrase:
        first, second = (_expand(part, words) for part in phrase.split(" ~ "))
        gap = words["near"]
        return rf"(?:{first})\b{gap}\b(?:{second})|(?:{second})\b{gap}\b(?:{first})"
    spaced = phrase.replace(" ?", r"[\s-]{0,2}").replace(" ", r"[\s-]{1,2}")
    return re.sub(r"<([a-z_]+)>", lambda match: words[match.group(1)], spaced)


def _rule(parameter: str, choice: str | None, table: dict[str, list[str]], words: dict[str, str]) -> Rule:
    def phrases(key: str) -> Phrases:
        return Phrases([_expand(phrase, words) for phrase in table.get(key, ())])

    return Rule(
        parameter,
        choice,
        yes=phrases("yes"),
        no=phrases("no"),
        lean=phrases("lean"),
        sure=phrases("sure"),
        weak=phrases("weak"),
        both=phrases("both"),
        context=phrases("context"),
        needs=phrases("needs"),
        never=phrases("never"),
        unless=phrases("unless"),
        prefer="".join(table.get("prefer", "")),
        inner=frozenset(table.get("inner", ["yes"])),
        protects="protects" in table,
        head="head" in table,
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
    """The text, made plain, with its sentence bounds."""

    def __init__(self, text: str):
        self.text = plain(text)
        self.starts = [start for start, _ in sentences(text)] or [0]
        self.ends = [*self.starts[1:], len(text)]

    def around(self, start: int, end: int) -> tuple[str, str]:
        """Return what stands before and after a range in its sentence, at most `_AROUND` characters of each."""
        sentence = bisect_right(self.starts, start) - 1
        first, last = self.starts[sentence], max(self.ends[sentence], end)
        return self.text[max(first, start - _AROUND) : start], self.text[end : min(last, end + _AROUND)]


def _spans(rule: Rule, text: str) -> Iterator[tuple[int, int, str]]:
    """Yield (start, end, kind) of the phrases of a rule; where two overlap, the first of both, no, yes wins."""
    taken: list[tuple[int, int]] = []
    for kind in _KINDS:
        if kind == "lean" and not rule.context.search(text):
            continue
        phrases: Phrases = getattr(rule, kind)
        found = []
        ends = [end for _, end in taken]
        for start, end in phrases.spans(text):
            following = bisect_right(ends, start)
            if following == len(taken) or taken[following][0] >= end:
                found.append((start, end))
                yield start, end, kind
        taken = sorted([*taken, *found])


def _values(rule: Rule, before: str, phrase: str, after: str, kind: str) -> tuple[bool, ...]:
    """Return what a phrase tells in its sentence: one value, both (versions), or none."""
    contrary = kind == "no"
    denial_inside = denies(phrase)
    speaks_for_itself = denial_inside and kind in _SIDES and ("no" if contrary else "yes") not in rule.inner
    if not (contrary and speaks_for_itself) and rule.unless.search(before + phrase + after):
        return ()
    found = stance(before, after, phrase, guarded=not rule.protects, own_denial=speaks_for_itself)
    if found is Stance.LEFT_OUT:
        return ()
    if found is Stance.VERSIONS or kind == "both":
        return (True, False)
    denied = found is Stance.DENIED
    if kind == "weak":
        return (False,) if denied or denial_inside else (True,) if answered_yes(after) else ()
    if kind == "sure":
        return () if denied or denial_inside else (True,)
    if contrary and denied and not denial_inside and "no" not in rule.inner:
        return ()
    turned = denial_inside and ("no" if contrary else "yes") in rule.inner and not (denied and continues_denial(phrase))
    return ((not denied) is (contrary is turned),)


def _told(rule: Rule, whole: _Sentences) -> Iterator[tuple[bool, int, int]]:
    """Yield (value, start, end) of each phrase of a rule that tells something."""
    for start, end, kind in _spans(rule, whole.text):
        before, after = whole.around(start, end)
        for value in _values(rule, before, whole.text[start:end], after, kind):
            yield value, start, end


def _settled(rule: Rule, told: list[tuple[bool, int, int]], text: str) -> list[tuple[bool, int, int]]:
    """Drop the weaker side of a contradiction in a text that names no versions."""
    if rule.prefer and len({value for value, _, _ in told}) == 2 and not _VERSIONS.search(text):
        return [item for item in told if item[0] is (rule.prefer == "yes")]
    return told


def _heads(readings: list[Reading], text: str, given: str) -> list[Reading]:
    """Return, per parameter, the reading of the noun that heads the description: "camera" in "Thermal camera TX-1 with ...".

    That is the first sentence that names a thing without "the", "our" and the like, which speak of something known already.
    A manual or training named only later is an accessory, not the product.
    """
    begin = 0
    for piece in [*_SENTENCE.finditer(text), None]:
        stop = piece.end() if piece else len(text)
        if not _KNOWN_THING.match(text, begin, stop):
            inside = [reading for reading in readings if begin <= reading.start and reading.end <= stop]
            if found := list(_head_of(inside, text, given, begin, stop)):
                return [each for each in found if begin == 0 or each.value != "technology"]
        begin = stop
    return []


def _head_of(readings: list[Reading], text: str, given: str, begin: int, stop: int) -> Iterator[Reading]:
    found = _HEAD_END.search(text, begin, stop)
    end = found.start() if found else stop
    if _JOINED.search(text, begin, end):
        return
    last = {reading.parameter: reading for reading in sorted(readings, key=lambda each: each.end) if reading.end <= end}
    yield from (reading for reading in last.values() if _MODEL.fullmatch(given[reading.end : end]))


def read_attributes(text: str) -> list[Reading]:
    """Return the attributes and intended users that a text tells, in the order of the text.

    Returns:
        Readings with a bool for attributes and a str for choices. An attribute told both ways (versions that differ)
        gives a reading for each; what is not told gives none.
    """
    whole = _Sentences(text)
    readings: list[Reading] = []
    heads: list[Reading] = []
    for rule in rules():
        if rule.needs.expressions and not rule.needs.search(whole.text):
            continue
        told = list(_told(rule, whole))
        if not told or rule.never.search(whole.text):
            continue
        for yes, start, end in _settled(rule, told, whole.text):
            value: Value = yes if rule.choice is None else rule.choice
            if rule.choice is None or yes:
                (heads if rule.head else readings).append(Reading(rule.parameter, value, start, end, text[start:end]))
    readings += _heads(heads, whole.text, text)
    return sorted(readings, key=lambda reading: (reading.start, reading.end, reading.parameter))
