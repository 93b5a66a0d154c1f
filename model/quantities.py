"""Quantities read from a description: every measure goes to the parameter that its clause speaks of, or to none."""

import re

from model.contexts import Contexts, Place
from model.counts import counts
from model.measures import Measure, measures
from model.named_values import read_named_values
from model.quantity_rules import Rule, load_rules
from model.reading import Reading

_LIST_REACH = 60
"""Furthest that an item of a list stands from the item before, in characters."""
_LABEL_DISTANCE = 40
"""How near a label before a bar counts: "Frame rate | 50 Hz"."""
_FAR = 1000
_LEAST = re.compile(r"(?<!\d)(?<!\d )\bmin(?:imum|\.)[^,;:]{0,40}\Z", re.IGNORECASE)


def _alike(a: Measure, b: Measure) -> bool:
    """Return whether two measures can be items of one list: of one kind, and both ranges or both single values."""
    return a.kind == b.kind and (a.low < a.high) == (b.low < b.high)


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
        told: list[Rule | None] = []
        for i in range(len(ordered)):
            told.append(self._told(i, told))
        self.rules = list(told)
        for i in range(len(ordered) - 2, -1, -1):  # "35, 50 or 75 mm lens"
            if not told[i] and ordered[i + 1].joined and _alike(ordered[i], ordered[i + 1]):
                self.rules[i] = self.rules[i + 1]
        for i in range(len(ordered)):
            if not told[i]:
                rule = self.rules[i] or self._listed(i) or self._assumed(i)
                self.rules[i] = rule if rule in self._candidates[i] else None

    def _span(self, i: int) -> tuple[int, int]:
        return self.ordered[i].start, self.ordered[i].end

    def _fits(self, rule: Rule, i: int) -> bool:
        """Return whether a measure can be a rule's parameter at all."""
        measure, place = self.ordered[i], self._places[i]
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
        if rule.without and self.contexts.about(rule.without, measure.start):
            return False
        return not rule.topics or self.contexts.about(rule.topics, measure.start)

    def _told(self, i: int, told: list[Rule | None]) -> Rule | None:
        """Return the rule whose words stand nearest to a measure; at the same distance the earlier rule."""
        screen = told[i - 1] if i and self.ordered[i - 1].kind in ("grid", "format") and self.ordered[i].kind == "rate" else None
        if screen and not screen.parameter and self.ordered[i - 1].start >= self.contexts.sentence(*self._span(i))[0]:
            return screen  # "a display of 800 x 600 pixels and 60 Hz"
        ranked = [(self._distance(rule, self._places[i]), n, rule) for n, rule in enumerate(self._candidates[i])]
        nearest = min(ranked, key=lambda each: each[:2], default=(_FAR, 0, None))
        return nearest[2] if nearest[0] < _FAR else None

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
                return self.rules[j] if measure.start - before.end <= _LIST_REACH else None
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
        """Return the kinds of the measures in the same sentence, up to so many before and after."""
        start, end = self.contexts.sentence(*self._span(i))
        around = [*self.ordered[max(0, i - reach) : i], *self.ordered[i + 1 : i + 1 + reach]]
        return {other.kind for other in around if start <= other.start < end}


def _reading(text: str, measure: Measure, rule: Rule) -> Reading:
    low, high = measure.interval(rule.unit, rule.better)
    if rule.floor and low == high and not measure.bound and _LEAST.search(text[max(0, measure.start - 48) : measure.start]):
        high = None
    return Reading(rule.parameter, (low, high), measure.start, measure.end, text[measure.start : measure.end])


def read_quantities(text: str) -> list[Reading]:
    """Return the quantities, and the choices that are told by numbers or names of standards, in the order of the text.

    Args:
        text: a normalised description; offsets are those of this text.
    """
    contexts = Contexts(text)
    found = measures(text)
    judge = _Judge(contexts, sorted([*found, *counts(text, found)], key=lambda measure: measure.start))
    readings = [
        _reading(text, measure, rule)
        for measure, rule in zip(judge.ordered, judge.rules, strict=True)
        if rule and rule.parameter and not contexts.is_foreign(measure.start, measure.end)
    ]
    return sorted([*readings, *read_named_values(text, contexts)], key=lambda reading: (reading.start, reading.end))
