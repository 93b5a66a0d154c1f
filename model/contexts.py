"""Where a measure stands: its clause, its sentence, and what the text around it is about."""

import re
from bisect import bisect_left, bisect_right

from model.quantity_rules import load_rules

NEAR = 400
"""How far a word may stand from a measure, in characters, to say what the passage is about."""

_REACH_BEFORE, _REACH_AFTER = 80, 48
_ABBREVIATION = re.compile(
    r"(?:(?<!\d)(?<!\d )\bmin|\b(?:max|approx|ca|typ|incl|excl|nos?|sens|resp|e\.g|i\.e|gen|vs|op|temp|freq|res|wt|avg|mod|fig|est|cont|"
    r"opt|nom|pt|pcs|(?<!\d)(?<!\d )w|dia|cap|alt|spec|rec|det))\.\Z",
    re.IGNORECASE,
)
_STOP = re.compile(r"[.!?](?=\s)|;|\n|•")
_PAUSE = re.compile(r",(?=\s)| (?:[|/·–—−»›→-]|//|\|\|) |\|")
_NOT_OURS = re.compile(
    r"[^.;\n]{0,60}?\)?,? (?:itself )?(?:isn't|is not|aren't|are not|not) "
    r"(?:(?:a )?part of|included|supplied|sold|offered|delivered|in the (?:box|parcel|scope))",
    re.IGNORECASE,
)
_NO = re.compile(r"[^.;,!?]{0,24}\? ?(?:no|not|nope|hardly|never|forget|wrong)\b", re.IGNORECASE)
_OTHERS = re.compile(
    r"\b(?:unlike|compet(?:itors?'?s?|ing|ition)|rivals?|other (?:makers?|brands?|vendors?|suppliers?|manufacturers?)|"
    r"in contrast (?:with|to)|compared (?:with|to)(?! (?:(?:up )?to|over|all|each|every|stored|"
    r"(?:a|the) (?:list|gallery|database|watch|stored|enrolled)|(?:some |about )?\d))|as opposed to|instead of|"
    r"rather than|predecessors?|"
    r"(?:older|earlier|former) (?:models?|versions?|types?|generations?)|previous (?:model|version|generation)|replaces|formerly|"
    r"compatible with|fits|suitable for|"
    r"tester for|for use with)"
    r"\b[^.;]*\Z",
    re.IGNORECASE,
)
_LINKS = re.compile(
    r"(?:(?:\b(?:of|up to|is|are|was|about|approx(?:\.|imately)?|around|max(?:\.|imum)?|min(?:\.|imum)?|at (?:least|most)|"
    r"(?:more|less|better|greater) than|typ(?:\.|ically)?|some|nominal(?:ly)?|only|a|the|exceeds|exceeding|in excess|not|no)(?!\w)|"
    r"[:=≈~<>≤≥(])\s*)+\Z",
    re.IGNORECASE,
)
_FILLERS = re.compile(
    r"\b(?:up to|max(?:imum)?|min(?:imum)?|approx|about|only|or|and|at|least|more|than|less|over|under|below|above|to|"
    r"from|the|a|an|of|for|"
    r"with|either|nominal|typ(?:ical)?|total|each)\b",
    re.IGNORECASE,
)
_LETTERS = re.compile(r"[A-Za-z]{2,}")


class Contexts:
    """The clauses, sentences and topics of one text."""

    def __init__(self, text: str) -> None:
        self.text = text
        stops = [m.end() for m in _STOP.finditer(text) if m.group() != "." or not _ABBREVIATION.search(text, max(0, m.end() - 8), m.end())]
        self._stops = [0, *stops, len(text)]
        self._pauses = sorted({*self._stops, *(m.end() for m in _PAUSE.finditer(text))})
        self._topics: dict[str, list[int]] = {}

    def sentence(self, start: int, end: int) -> tuple[int, int]:
        """Return the sentence (or item, or line) around a range."""
        return self._around(self._stops, start, end)

    def clause(self, start: int, end: int) -> tuple[int, int]:
        """Return the stretch between commas around a range."""
        return self._around(self._pauses, start, end)

    @staticmethod
    def _around(marks: list[int], start: int, end: int) -> tuple[int, int]:
        return marks[bisect_right(marks, start) - 1], marks[min(bisect_left(marks, end), len(marks) - 1)]

    def about(self, topics: tuple[str, ...], position: int) -> bool:
        """Return whether words of one of the topics stand near a position; no topics mean that any will do."""
        return not topics or any(self._near(topic, position) for topic in topics)

    def _near(self, topic: str, position: int) -> bool:
        if topic not in self._topics:
            self._topics[topic] = [match.start() for match in load_rules().topics[topic].finditer(self.text)]
        places = self._topics[topic]
        i = bisect_left(places, position - NEAR)
        return i < len(places) and places[i] <= position + NEAR

    def is_foreign(self, start: int, end: int) -> bool:
        """Return whether the text says that what stands at a range is of another product, or not offered, or not so."""
        clause, _ = self.clause(start, end)
        if _OTHERS.search(self.text, max(clause, start - 80), start) or _NO.match(self.text, end):
            return True
        closing = self.text.find(")", end, end + 48)
        return closing >= 0 and bool(_NOT_OURS.match(self.text, closing))


class Place:
    """The words around a measure, up to the measures beside it.

    Attributes:
        clause, sentence: the stretch between commas, and between full stops or semicolons, both cut at some distance.
        before, after: of the clause, what stands before the measure (without "of", "up to" …) and after it.
        label: the few words before the bar before the clause, if it is all before: "Frame rate | 50 Hz".
    """

    def __init__(self, contexts: Contexts, start: int, end: int, previous_end: int, next_start: int) -> None:
        text = contexts.text
        opening, closing = contexts.clause(start, end)
        first, last = contexts.sentence(start, end)
        self.clause = text[max(opening, start - 3 * _REACH_BEFORE) : min(closing, end + 3 * _REACH_AFTER)]
        self.sentence = text[max(first, start - 3 * _REACH_BEFORE) : min(last, end + 3 * _REACH_AFTER)]
        left = max(opening, previous_end, start - _REACH_BEFORE)
        right = min(closing, next_start, end + _REACH_AFTER)
        bracket = text.find(")", end, right)
        if bracket >= 0 and text.find("(", end, bracket) < 0:
            right = bracket
        self._left = text[left:start]
        self.before = _LINKS.sub("", self._left).rstrip()
        self.after = text[end:right]
        label = text[max(previous_end, opening - 32) : opening] if left == opening else ""
        self.label = label.rstrip(" |,–—-") if re.search(r"[|–—-]\s*\Z", label) else ""

    @property
    def is_bare(self) -> bool:
        """Whether the clause holds the measure and hardly another word."""
        before = self._left.rsplit(":")[-1]
        return len(_LETTERS.findall(_FILLERS.sub("", f"{before} {self.after}"))) <= 1
