"""Which quantity a measure tells, read by a small network: words that no rule foresees say what a number is.

The network reads a measure's passage with the measure marked (see `model.markers`), so once for each measure.
"""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from model.artefact import READER_FOLDER
from model.candidates import Candidate, candidates
from model.contexts import Contexts
from model.markers import Bools, marked, span_tokens
from model.named_values import read_named_values
from model.reader_files import LazyNetwork, ReaderFacts, ReaderThresholds, open_reader
from model.reading import Reading
from model.sentences import passages
from model.session import Session
from model.tables import Unfolded, unfold
from model.windows import Window, Windower

QUANTITIES = "quantities"
"""Its folder, in that of the attribute reader."""
DENIED = 2.0
"""How much more the network must say, in logits, where rules give a measure to something else: its weight, the mains, a competitor."""
MOST_MEASURES = 500
"""Of a text, that the network is asked about: two seconds of ordinary text, six of the densest. Behind them rules decide alone."""


@dataclass(frozen=True)
class Weighed:
    """A candidate and the logit of each quantity that it could tell."""

    candidate: Candidate
    logits: dict[str, float]

    def told(self, thresholds: ReaderThresholds) -> str:
        """Return the quantity that is furthest above its threshold, "" where none is above: one measure tells one quantity."""
        alone = thresholds.alone + DENIED * self.candidate.denied
        margins = {name: logit - (thresholds.with_phrase if name == self.candidate.named else alone) for name, logit in self.logits.items()}
        best = max(margins, key=lambda name: margins[name], default="")
        return best if best and margins[best] >= 0 else ""


class QuantityReader:
    """Reads quantities. Safe to share between threads; the network is loaded when the first measure is read."""

    def __init__(self, facts: ReaderFacts, windower: Callable[[], Windower], session: Callable[[], Session]) -> None:
        """Take what makes the tokenizer and the network."""
        self.facts = facts
        self._network = LazyNetwork(windower, session)
        self._index = {name: i for i, (name, _) in enumerate(facts.outputs)}

    @classmethod
    def load(cls, folder: Path = READER_FOLDER / QUANTITIES, threads: int = 0) -> "QuantityReader":
        """Open a built reader.

        Raises:
            ReleaseMissing, ReleaseDamaged: a file is missing or not the right one.
        """
        return cls(*open_reader(folder, threads))

    def weigh(self, text: str) -> list[Weighed]:
        """Return every candidate of a normalised text with its logits, in the order of the text.

        Raises:
            InferenceFailed: the runtime failed.
        """
        unfolded = unfold(text)
        found = candidates(unfolded.text)
        starts = [each.start for each in found]
        weighed: list[Weighed] = []
        for start, end in passages(unfolded.text):
            inside = found[bisect_left(starts, start) : bisect_left(starts, end)]
            asked = inside[: max(0, MOST_MEASURES - len(weighed))]
            if asked:
                weighed += self._passage(unfolded.text[start:end], start, asked)
            weighed += [self._by_rules(each) for each in inside[len(asked) :]]
        return [replace(each, candidate=_placed(each.candidate, unfolded)) for each in weighed]

    def _passage(self, passage: str, offset: int, inside: Sequence[Candidate]) -> list[Weighed]:
        windower, session = self._network.opened()
        windows = windower.windows(passage)
        weighed = []
        for each in inside:
            spans = [span_tokens(window, each.start - offset, each.end - offset) for window in windows]
            best = max(range(len(windows)), key=lambda i: _surroundings(windows[i], spans[i]))
            if spans[best].any():
                logits = session.run(*marked(windower, windows[best], spans[best])).logits
                weighed.append(Weighed(each, {name: float(logits[self._index[name]]) for name in each.values if name in self._index}))
        return weighed

    def _by_rules(self, candidate: Candidate) -> Weighed:
        """Return a candidate as told where the rules name it, and only there."""
        return Weighed(candidate, {candidate.named: self.facts.thresholds.with_phrase} if candidate.named in self._index else {})

    def read(self, text: str) -> list[Reading]:
        """Return the quantities, and the choices that are told by numbers or names of standards, in the order of the text.

        Args:
            text: a normalised description; offsets are those of this text.

        Raises:
            InferenceFailed: the runtime failed.
        """
        even = text.replace("\t", " ")
        choices = [each for each in read_named_values(even, Contexts(even)) if not isinstance(each.value, tuple)]
        found = [
            Reading(name, each.candidate.values[name], start, end, text[start:end])
            for each in self.weigh(text)
            if (name := each.told(self.facts.thresholds))
            for start, end in [(each.candidate.start, each.candidate.end)]
        ]
        return sorted([*found, *choices], key=lambda reading: (reading.start, reading.end))


def _placed(candidate: Candidate, unfolded: Unfolded) -> Candidate:
    start, end = unfolded.original(candidate.start, candidate.end)
    return replace(candidate, start=start, end=end)


def _surroundings(window: Window, span: Bools) -> int:
    """Return how many tokens stand on the shorter side of a span; -1 where the window does not hold it."""
    places = np.flatnonzero(span)
    return min(int(places[0]), len(window.ids) - 1 - int(places[-1])) if len(places) else -1
