"""Quantities read from a description: every measure goes to the parameter that its clause speaks of, or to none."""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from typing import NamedTuple

from model.contexts import Contexts, Place
from model.counts import counts
from model.measures import Measure, measures
from model.named_values import read_named_values
from model.quantity_rules import Rule, load_rules
from model.reading import Interval, Reading
from model.tables import Unfolded, unfold

_LIST_REACH = 60
"""Furthest that an item of a list stands from the item before, in characters."""
_LABEL_DISTANCE = 40
"""How near a label before a bar counts: "Frame rate | 50 Hz"."""
_FAR = 1000
_BESIDE = 40
"""How near a measure beyond the sentence still is beside another, in characters: "12 µm; 640 x 512"."""
_NAUTICAL = frozenset({"flight_range", "detection_range"})
"""Parameters of which "nm" are nautical miles."""
_LIGHT = re.compile(
    r"\b(?:lasers?|leds?|illuminat\w*|wavelengths?|spectr\w+|lidar|emitters?|(?:near|short)[- ]?(?:wave )?infra-?red)\b", re.IGNORECASE
)
_SHORTEST = frozenset({"signal_duration"})
"""Parameters that are the least of what a product takes."""
_AGAINST = re.compile(r"\bcompar\w+ (?:with|to)\b[^.;]*\Z", re.IGNORECASE)
_NOTHING = Rule()
_LEAST = re.compile(r"(?<!\d)(?<!\d )\bmin(?:imum|\.)[^,;:\d]{0,40}:? ?\Z", re.IGNORECASE)


_APART = frozenset({"minute", "hour", "day", "micrometer", "nanometer", "millimeter"})
"""Units that seldom stand in one list with another unit of the same kind."""
_OR = re.compile(r"(?:/|\bor\b|\band\b|&)", re.IGNORECASE)


def _alike(a: Measure, b: Measure) -> bool:
    """Return whether two measures can be items of one list: of one kind and both ranges or both single values."""
    return a.kind == b.kind and (a.low < a.high) == (b.low < b.high) and (a.unit == b.unit or not {a.unit, b.unit} & _APART)


class _Judge:
    """Gives the measures of one text to rules.

    Attributes:
        contexts: of the text.
        ordered: the measures, in the order of the text.
        rules: per measure the rule that it belongs to, if any.
    """

    def __init__(self, contexts: Contexts, ordered: list[Measure]) -> None:
        self.contexts = contexts
        self.ordered = ordered
        ends, starts = [0, *(m.end for m in ordered)], [*(m.start for m in ordered[1:]), len(contexts.text)]
        self._places = [Place(contexts, m.start, m.end, ends[i], starts[i]) for i, m in enumerate(ordered)]
        self._candidates = [
            tuple(rule for rule in load_rules().rules.get(m.kind, ()) if self._fits(rule, i)) for i, m in enumerate(ordered)
        ]
        told = [self._told(i) for i in range(len(ordered))]
        for first, last in self._lists():  # "35, 50 or 75 mm lens"
            nearest = min(told[first:last], key=lambda each: each[0])
            told[first:last] = [(nearest[0], nearest[1] if nearest[1] in self._candidates[i] else None) for i in range(first, last)]
            if nearest[1] and nearest[1].leading and nearest[1].leading.search(self._places[first].sentence):
                told[first + 1 : last] = [(nearest[0], _NOTHING)] * (last - first - 1)
        self.rules = [rule for _, rule in told]
        for i in range(1, len(ordered)):
            if not self.rules[i] or not re.search("[,;]|frame", contexts.text[ordered[i - 1].end : ordered[i].start]):
                self.rules[i] = self._carried(i) or self.rules[i]
        for i in range(len(ordered)):
            if not self.rules[i]:
                rule = self.rules[i] or self._listed(i) or self._assumed(i)
                self.rules[i] = rule if rule in self._candidates[i] else None

    def _span(self, i: int) -> tuple[int, int]:
        return self.ordered[i].start, self.ordered[i].end

    def _fits(self, rule: Rule, i: int) -> bool:
        """Return whether a measure can be a rule's parameter at all."""
        measure, place = self.ordered[i], self._places[i]
        if measure.unit == "nanometer" and rule.parameter in _NAUTICAL:
            if measure.low < measure.high or _LIGHT.search(place.sentence):
                return False
            measure = as_meant(measure, rule.parameter)
        if rule.units and measure.unit not in rule.units:
            return False
        if rule.ranged is not None and rule.ranged != (measure.low < measure.high):
            return False
        if not rule.parameter:
            return True
        ends = [end for end in measure.interval(rule.unit, rule.better) if end is not None]
        if not (rule.least <= min(ends) and max(ends) <= rule.most):
            return False
        if (rule.unless and rule.unless.search(place.clause)) or (rule.shun and rule.shun.search(place.sentence)):
            return False
        if rule.neighbours and not self._kinds(i, 1) & set(rule.neighbours):
            return False
        if rule.amid and not rule.amid.search(place.sentence):
            return False
        if rule.without and self.contexts.about(rule.without, measure.start):
            return False
        return not rule.topics or self.contexts.about(rule.topics, measure.start)

    def _lists(self) -> Iterator[tuple[int, int]]:
        """Yield the half-open ranges of measures that are items of one list."""
        first = 0
        for i in range(1, len(self.ordered) + 1):
            if i == len(self.ordered) or not self._going_on[i]:
                if i - first > 1:
                    yield first, i
                first = i

    @cached_property
    def _going_on(self) -> list[bool]:
        """Whether each measure is of one list with that before: by "or", "and", "/", or by a comma before a shared unit or "or".

        Found from the end, as a comma continues a list that goes on after it; so lists may be as long as a text allows.
        """
        going = [False] * (len(self.ordered) + 1)
        for i in range(len(self.ordered) - 1, 0, -1):
            before, measure = self.ordered[i - 1], self.ordered[i]
            if measure.joined and _alike(before, measure):
                linked = _OR.search(self.contexts.text, before.end, measure.start) or self.contexts.text[before.end - 1].isdigit()
                going[i] = bool(linked) or going[i + 1]
        return going

    def _told(self, i: int) -> tuple[int, Rule | None]:
        """Return the rule whose words stand nearest to a measure, and how near; at the same distance the earlier rule."""
        ranked = [(self._distance(rule, self._places[i]), n, rule) for n, rule in enumerate(self._candidates[i])]
        nearest = min(ranked, key=lambda each: each[:2], default=(_FAR, 0, None))
        return (nearest[0], nearest[2]) if nearest[0] < _FAR else (_FAR, None)

    def _carried(self, i: int) -> Rule | None:
        """Return the rule of a display for its refresh rate: "a display of 800 x 600 pixels and 60 Hz"."""
        screen = self.rules[i - 1] if self.ordered[i].kind in ("rate", "frames") else None
        if screen and screen.carries and self.ordered[i - 1].start >= self.contexts.sentence(*self._span(i))[0]:
            return screen
        return None

    @staticmethod
    def _distance(rule: Rule, place: Place) -> int:
        """Return how near the words of a rule stand to a measure, in characters."""
        best = _FAR
        if rule.before:
            best = min((len(place.before) - match.end() for match in rule.before.finditer(place.before)), default=_FAR)
            if best == _FAR and rule.before.search(place.label):
                best = _LABEL_DISTANCE
        if rule.after and (match := rule.after.search(place.after)):
            best = min(best, match.start())
        return best

    def _listed(self, i: int) -> Rule | None:
        """Return the rule of the last measure of the same kind shortly before, for "3.5 h with camera, 5 h without"."""
        measure = self.ordered[i]
        start, _ = self.contexts.sentence(*self._span(i))
        for j in range(i - 1, max(-1, i - 4), -1):
            before = self.ordered[j]
            gap = self.contexts.text[before.end : min(measure.start, before.end + _LIST_REACH)]
            if before.end < start and (gap.count(";") != 1 or measure.start - before.end > _LIST_REACH // 2):
                return None
            if _alike(before, measure) and (measure.joined or before.unit == measure.unit or before.kind in ("time", "mass")):
                rule = self.rules[j]
                near = measure.start - before.end <= _LIST_REACH and (j == i - 1 or not rule or rule.parameter)
                return rule if near else None
        return None

    def _assumed(self, i: int) -> Rule | None:
        """Return the rule that a measure belongs to by the subject of the passage alone."""
        start = self.ordered[i].start
        for rule in self._candidates[i]:
            if not rule.parameter or (rule.beside and not self._kinds(i, 6) & set(rule.beside)):
                continue
            if rule.default and (rule.default == ("any",) or self.contexts.about(rule.default, start)):
                return rule
            alone = rule.bare and self._places[i].is_bare and (not rule.next_to or self._kinds(i, 1) & set(rule.next_to))
            if alone and self.contexts.about(rule.bare, start):
                return rule
        return None

    def _kinds(self, i: int, reach: int) -> set[str]:
        """Return the kinds of the measures in the same sentence, or shortly before or after, up to so many before and after."""
        start, end = self.contexts.sentence(*self._span(i))
        around = [*self.ordered[max(0, i - reach) : i], *self.ordered[i + 1 : i + 1 + reach]]
        first, last = self._span(i)
        start, end = min(start, first - _BESIDE), max(end, last + _BESIDE)
        return {other.kind for other in around if start <= other.start < end}


def as_meant(measure: Measure, parameter: str) -> Measure:
    """Return a measure in the unit that its letters mean for a parameter: "nm" are nautical miles of a flight, nanometres of a band."""
    if measure.unit == "nanometer" and parameter in _NAUTICAL:
        return replace(measure, unit="nautical_mile")
    if measure.unit == "nautical_mile" and parameter == "wavelength":
        return replace(measure, unit="nanometer")
    return measure


def interval_of(measure: Measure, parameter: str, unit: str, better: str) -> Interval:
    """Return what a measure tells of a parameter, in its unit; "signals of 2 ms or longer" make the shortest signal 2 ms."""
    low, high = as_meant(measure, parameter).interval(unit, better)
    return (low, low) if parameter in _SHORTEST and high is None else (low, high)


def _reading(text: str, measure: Measure, rule: Rule) -> Reading:
    low, high = interval_of(measure, rule.parameter, rule.unit, rule.better)
    if rule.floor and low == high and not measure.bound and _LEAST.search(text[max(0, measure.start - 48) : measure.start]):
        high = None
    return Reading(rule.parameter, (low, high), measure.start, measure.end, text[measure.start : measure.end])


def _is_compared(text: str, measure: Measure, rule: Rule) -> bool:
    """Return whether a count is of those that somebody is compared with: "compared with 10,000 stored voices"."""
    return rule.parameter == "identities" and bool(_AGAINST.search(text, max(0, measure.start - 40), measure.start))


class Judged(NamedTuple):
    """A measure and what the rules make of it.

    Attributes:
        reading: what they read from it, if anything.
        denied: whether they give it to something that is no quantity of the product: its weight, the mains, a display, a competitor.
    """

    measure: Measure
    reading: Reading | None
    denied: bool


def judged_measures(text: str, contexts: Contexts) -> list[Judged]:
    """Return the measures of a normalised text in order, each with what the rules make of it."""
    found = measures(text)
    judge = _Judge(contexts, sorted([*found, *counts(text, found)], key=lambda measure: measure.start))
    judged: list[Judged] = []
    for measure, rule in zip(judge.ordered, judge.rules, strict=True):
        told = rule and rule.parameter and (_is_compared(text, measure, rule) or not contexts.is_foreign(measure.start, measure.end))
        judged.append(Judged(measure, _reading(text, measure, rule) if rule and told else None, denied=bool(rule) and not told))
    return judged


def read_quantities(text: str) -> list[Reading]:
    """Return the quantities, and the choices that are told by numbers or names of standards, in the order of the text.

    Args:
        text: a normalised description; offsets are those of this text.
    """
    unfolded = unfold(text)
    contexts = Contexts(unfolded.text)
    readings = [each.reading for each in judged_measures(unfolded.text, contexts) if each.reading]
    placed = [_placed(reading, text, unfolded) for reading in [*readings, *read_named_values(unfolded.text, contexts)]]
    return sorted(placed, key=lambda reading: (reading.start, reading.end))


def _placed(reading: Reading, text: str, unfolded: Unfolded) -> Reading:
    start, end = unfolded.original(reading.start, reading.end)
    return replace(reading, start=start, end=end, text=text[start:end])
