"""Is the evidence what the answer rests on? Comprehensiveness and sufficiency as in ERASER (DeYoung et al. 2020).

Comprehensiveness: how far the probability of a category falls when its evidence is cut out of the text. Sufficiency: how far
it falls when only the evidence is left. Both are compared with random spans of the same number and lengths in words.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data.errors import BlankText
from evals.intervals import Estimate, bootstrap
from evals.items import EvalItem
from evals.progress import tracked
from model.predictor import Predictor

Span = tuple[int, int]


@dataclass(frozen=True)
class Faithfulness:
    """Mean falls in probability, over texts and their predicted categories.

    Attributes:
        comprehensiveness: fall without the evidence; higher is better.
        random_comprehensiveness: fall without random spans.
        sufficiency: fall with the evidence alone; lower is better.
        random_sufficiency: fall with random spans alone.
        advantage: comprehensiveness minus that of random spans, paired.
        share: mean share of a text's words that are evidence.
    """

    comprehensiveness: Estimate | None
    random_comprehensiveness: Estimate | None
    sufficiency: Estimate | None
    random_sufficiency: Estimate | None
    advantage: Estimate | None
    share: Estimate | None


def word_spans(text: str) -> list[Span]:
    """Return the ranges of the words of a text."""
    spans, start = [], None
    for i, character in enumerate([*text, " "]):
        if character.isspace():
            if start is not None:
                spans.append((start, i))
            start = None
        elif start is None:
            start = i
    return spans


def without(text: str, spans: Sequence[Span]) -> str:
    """Return the text with spans cut out."""
    cut = {i for start, end in spans for i in range(start, end)}
    return "".join(character for i, character in enumerate(text) if i not in cut)


def alone(text: str, spans: Sequence[Span]) -> str:
    """Return the spans in order, with spaces between them."""
    return " ".join(text[start:end] for start, end in sorted(spans))


def random_spans(text: str, spans: Sequence[Span], chance: random.Random) -> list[Span]:
    """Return as many spans as given, each as many words long, at random places of the text."""
    words = word_spans(text)
    found = []
    for start, end in spans:
        length = max(1, sum(word[0] < end and word[1] > start for word in words))
        first = chance.randrange(max(1, len(words) - length + 1))
        found.append((words[first][0], words[min(first + length, len(words)) - 1][1]))
    return found


def _probability(predictor: Predictor, text: str, category: int) -> float:
    try:
        return float(predictor.decide(text)[1][category])
    except BlankText:
        return 0.0


def _rows_of(predictor: Predictor, item: EvalItem) -> list[list[float]]:
    """Return the losses and the share of words, one row for each predicted category with evidence."""
    rows: list[list[float]] = []
    chance = random.Random(f"evidence/{item.id}")
    for score in predictor.classify(item.text).categories:
        spans = [(span.start, span.end) for span in score.evidence]
        if not score.predicted or not spans:
            continue
        category = predictor.taxonomy.ids.index(score.id)
        whole = _probability(predictor, item.text, category)
        other = random_spans(item.text, spans, chance)
        changed = (without(item.text, spans), without(item.text, other), alone(item.text, spans), alone(item.text, other))
        words = sum(end - start for start, end in spans) / max(1, sum(end - start for start, end in word_spans(item.text)))
        rows.append([*(whole - _probability(predictor, text, category) for text in changed), words])
    return rows


def measure_faithfulness(predictor: Predictor, items: Sequence[EvalItem], quiet: bool = False) -> Faithfulness:
    """Measure over the predicted categories of `items`; texts without one say nothing here."""
    measured = tracked(lambda item: _rows_of(predictor, item), items, predictor.at_once, "Cutting evidence out", quiet)
    rows = [row for found in measured for row in found]
    table = np.array(rows).reshape(len(rows), 5)

    def mean(column: NDArray[np.float64]) -> Estimate | None:
        return bootstrap(lambda i: float(column[i].mean()), len(column))

    return Faithfulness(
        comprehensiveness=mean(table[:, 0]),
        random_comprehensiveness=mean(table[:, 1]),
        sufficiency=mean(table[:, 2]),
        random_sufficiency=mean(table[:, 3]),
        advantage=mean(table[:, 0] - table[:, 1]),
        share=mean(table[:, 4]),
    )
