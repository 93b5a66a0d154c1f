"""Attributes told in words that no phrase foresees: a small network reads a passage and says which are told, and by which words.

It is built as the classifier is: an encoder and label-wise attention, one output per attribute and side ("is cooled", "is not
cooled") and per intended user, each logit a sum of token contributions, so the words shown are those that the reading rests on.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from model.artefact import READER_FOLDER
from model.evidence import heaviest_phrases
from model.reader_files import LazyNetwork, Output, ReaderFacts, open_reader
from model.reading import Reading
from model.scores import Scores, combine
from model.sentences import passages
from model.session import Session
from model.windows import Window, Windower


@dataclass(frozen=True)
class Told:
    """What the network says of one passage.

    Attributes:
        start, end: the passage, a half-open range of the normalised text.
        scores: over its windows; offsets are ranges in the normalised text.
    """

    start: int
    end: int
    scores: Scores


class AttributeReader:
    """Reads attributes and intended users. Safe to share between threads; the network is loaded when the first text is read."""

    def __init__(self, facts: ReaderFacts, windower: Callable[[], Windower], session: Callable[[], Session]) -> None:
        """Take what makes the tokenizer and the network."""
        self.facts = facts
        self._network = LazyNetwork(windower, session)
        self._index = {output: i for i, output in enumerate(facts.outputs)}

    @property
    def hash(self) -> str:
        """16 hex digits over weights and thresholds: what a reading depends on."""
        return self.facts.hash

    @classmethod
    def load(cls, folder: Path = READER_FOLDER, threads: int = 0) -> "AttributeReader":
        """Open a built reader.

        Raises:
            ReleaseMissing, ReleaseDamaged: a file is missing or not the right one.
        """
        return cls(*open_reader(folder, threads))

    def logits(self, passage: str) -> NDArray[np.float64]:
        """Return the logit of each output [outputs] for a passage of a normalised text.

        Raises:
            InferenceFailed: the runtime failed.
        """
        return self._passage(passage, 0, len(passage)).scores.logits

    def _passage(self, text: str, start: int, end: int) -> Told:
        windower, session = self._network.opened()
        windows = [_moved(window, start) for window in windower.windows(text[start:end])]
        return Told(start, end, combine(windows, [session.run(window.ids, window.content) for window in windows]))

    def told(self, text: str) -> list[Told]:
        """Return what the network says of each passage of a normalised text that holds a letter.

        Raises:
            InferenceFailed: the runtime failed.
        """
        return [self._passage(text, start, end) for start, end in passages(text) if any(map(str.isalpha, text[start:end]))]

    def read(self, text: str, phrases: Sequence[Reading]) -> list[Reading]:
        """Return the attributes and intended users told, phrases and network weighed together, passage by passage.

        Args:
            text: the description, normalised.
            phrases: what phrases tell; kept where the network does not speak clearly against it.

        Returns:
            Readings with offsets in `text`, in its order.

        Raises:
            InferenceFailed: the runtime failed.
        """
        kept = [reading for reading in phrases if (reading.parameter, reading.value) not in self._index]
        for told in self.told(text):
            kept += self._weighed(text, told, [each for each in phrases if told.start <= each.start < told.end])
        return sorted(kept, key=lambda reading: (reading.start, reading.end, reading.parameter))

    def _weighed(self, text: str, told: Told, phrases: Iterable[Reading]) -> list[Reading]:
        thresholds = self.facts.thresholds
        named: dict[Output, list[Reading]] = {}
        for reading in phrases:
            if not isinstance(reading.value, tuple) and (reading.parameter, reading.value) in self._index:
                named.setdefault((reading.parameter, reading.value), []).append(reading)
        found: list[Reading] = []
        for output, i in self._index.items():
            if output in named:
                found += named[output] if told.scores.logits[i] >= thresholds.with_phrase else []
            elif told.scores.logits[i] >= thresholds.alone:
                found.append(_reading(output, text, told, i))
        return found


def _moved(window: Window, start: int) -> Window:
    shifted = window.offsets + start
    shifted[~window.content] = 0
    return replace(window, offsets=shifted)


def _reading(output: Output, text: str, told: Told, i: int) -> Reading:
    """Return the reading of an output with the words that weigh most in it; the whole passage where no word stands out."""
    phrases = heaviest_phrases(text, told.scores.offsets[i], told.scores.contributions[i], limit=1)
    start, end = phrases[0][:2] if phrases else (told.start, told.end)
    return Reading(output[0], output[1], start, end, text[start:end])
