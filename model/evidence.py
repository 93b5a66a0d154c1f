"""Evidence: token contributions, which sum to the logit, merged into phrases of the original text."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from data.text import NormalisedText

MAX_SPANS = 5
FAINTEST = 0.2
"""What speaks against a category is shown from this weight, in logit units."""
_SHARE = 0.4
"""A word belongs to a phrase from this share of the strongest word's weight; chosen by ERASER figures, see docs/LOG.md."""


_FUNCTION = "a an and are as at be by can for from has have in into is it its of on or that the their this to was were which with will"
_FUNCTION_WORDS = frozenset(_FUNCTION.split())


@dataclass(frozen=True)
class EvidenceSpan:
    """A phrase that speaks for a category, or against it.

    Attributes:
        start, end: half-open range of Unicode code points in the text as given.
        text: that range of the text as given.
        weight: sum of the contributions of the phrase's tokens, in logit units; negative when it speaks against.
    """

    start: int
    end: int
    text: str
    weight: float


class Phrase(NamedTuple):
    """A half-open range of a normalised text, and the contributions in it."""

    start: int
    end: int
    weight: float


def _words(offsets: NDArray[np.int64], contributions: NDArray[np.float64]) -> list[Phrase]:
    """Join wordpieces that touch into words."""
    visible = offsets[:, 1] > offsets[:, 0]
    starts, ends, weights = offsets[visible, 0], offsets[visible, 1], contributions[visible]
    if not len(starts):
        return []
    first = np.flatnonzero(np.concatenate(([True], starts[1:] > ends[:-1])))
    last = np.concatenate((first[1:], [len(starts)])) - 1
    sums = np.add.reduceat(weights, first)
    return [Phrase(*word) for word in zip(starts[first].tolist(), ends[last].tolist(), sums.tolist(), strict=True)]


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the range without punctuation at its edges, unless it is nothing else."""
    inner = [i for i in range(start, end) if text[i].isalnum()]
    return (inner[0], inner[-1] + 1) if inner else (start, end)


def _telling(text: str, run: list[Phrase]) -> list[Phrase]:
    """Return a run of words without function words at its edges: they weigh, but tell a reader nothing."""
    kept = [i for i, word in enumerate(run) if text[word.start : word.end].lower() not in _FUNCTION_WORDS]
    return run[kept[0] : kept[-1] + 1] if kept else []


def heaviest_phrases(text: str, offsets: NDArray[np.int64], contributions: NDArray[np.float64], limit: int = MAX_SPANS) -> list[Phrase]:
    """Return the phrases of a normalised text that push a logit up, heaviest first; arguments as in `evidence_spans`."""
    words = _words(offsets, contributions)
    floor = _SHARE * max((word.weight for word in words), default=0.0)
    runs: list[list[Phrase]] = [[]]
    for word in words:
        if word.weight > 0 and word.weight >= floor:
            runs[-1].append(word)
        elif runs[-1]:
            runs.append([])
    telling = [run for run in (_telling(text, each) for each in runs) if run]
    phrases = [Phrase(run[0].start, run[-1].end, sum(word.weight for word in run)) for run in telling]
    heaviest = sorted(phrases, key=lambda phrase: -phrase.weight)[:limit]
    return [Phrase(*_trimmed(text, phrase.start, phrase.end), phrase.weight) for phrase in heaviest]


def evidence_spans(
    normalised: NormalisedText,
    offsets: NDArray[np.int64],
    contributions: NDArray[np.float64],
    limit: int = MAX_SPANS,
    against: bool = False,
) -> list[EvidenceSpan]:
    """Return the phrases that push a category's logit up, heaviest first.

    Args:
        normalised: the text that `offsets` refer to.
        offsets: int [tokens, 2], character ranges in the normalised text.
        contributions: float [tokens], in logit units.
        limit: most phrases to return.
        against: whether `contributions` were negated to find what speaks against; weights then come out negative, and
            phrases that would not move the answer (less than `FAINTEST` logits) are left out.
    """
    spans = []
    for phrase in heaviest_phrases(normalised.text, offsets, contributions, limit):
        start, end = normalised.original_span(phrase.start, phrase.end)
        weight = round(-phrase.weight if against else phrase.weight, 4)
        if not against or phrase.weight >= FAINTEST:
            spans.append(EvidenceSpan(start, end, normalised.original[start:end], weight))
    return spans
