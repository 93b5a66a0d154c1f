"""What is evaluated: items with known labels, and what a system said of them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data.errors import MalformedRow, UnreadableFile
from data.records import CorpusRecord
from data.taxonomy import INSUFFICIENT, Taxonomy
from model.outcome import Outcome


@dataclass(frozen=True)
class EvalItem:
    """One labelled text.

    Attributes:
        labels: category ids; empty for none; ("insufficient",) when the text is too vague to label.
        slices: named groups the item belongs to, e.g. {"register": "ocr"}.
    """

    id: str
    text: str
    labels: tuple[str, ...]
    slices: dict[str, str] = field(default_factory=dict)

    @property
    def insufficient(self) -> bool:
        """Whether the text is too vague to be labelled."""
        return self.labels == (INSUFFICIENT,)


@dataclass(frozen=True)
class Predictions:
    """What a system said, one row per item.

    Attributes:
        probabilities: float [items, categories].
        predicted: bool [items, categories], the best guess.
        outcomes: the decision per item; None for a system that never abstains.
    """

    probabilities: NDArray[np.float64]
    predicted: NDArray[np.bool_]
    outcomes: tuple[Outcome, ...] | None = None

    def rows(self, index: NDArray[np.int64]) -> "Predictions":
        """Return the rows at `index`."""
        outcomes = None if self.outcomes is None else tuple(self.outcomes[i] for i in index)
        return Predictions(self.probabilities[index], self.predicted[index], outcomes)


def length_slice(text: str) -> str:
    """Return the length class of a text, in words."""
    words = len(text.split())
    for bound, name in ((25, "under 25 words"), (71, "25-70 words"), (151, "71-150 words")):
        if words < bound:
            return name
    return "over 150 words"


def item_of(record: CorpusRecord) -> EvalItem:
    """Return a corpus record as an item, with its slices."""
    slices = {"register": record.register, "era": record.era, "wording": record.wording, "scope": record.scope, "kind": record.kind}
    return EvalItem(record.id, record.text, record.labels, slices | {"length": length_slice(record.text)})


def numbered_lines(path: Path) -> list[tuple[int, str]]:
    """Return the lines of a file that are not blank, with their numbers.

    Raises:
        UnreadableFile: it cannot be opened, or is not UTF-8.
    """
    try:
        # By line feeds alone: `str.splitlines` also cuts at separators that may stand unescaped inside a JSON string.
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as exc:
        raise UnreadableFile(path=str(path), reason=str(exc)) from exc
    return [(number, line) for number, line in enumerate(lines, 1) if line.strip()]


def read_items(path: Path, taxonomy: Taxonomy) -> list[EvalItem]:
    """Read an outside JSON Lines file with `id`, `text`, `labels`.

    Raises:
        UnreadableFile: it cannot be opened or is empty.
        MalformedRow: a row lacks a field or names an unknown category.
    """
    items = []
    for number, line in numbered_lines(path):
        try:
            row = json.loads(line)
            item = EvalItem(str(row["id"]), str(row["text"]), tuple(row["labels"]), {"length": length_slice(str(row["text"]))})
        except (ValueError, KeyError, TypeError) as exc:
            raise MalformedRow(row=number, reason=f"expected id, text and labels ({exc})") from exc
        if not item.insufficient and (unknown := taxonomy.unknown(item.labels)):
            raise MalformedRow(row=number, reason=f"unknown labels {', '.join(unknown)}")
        items.append(item)
    if not items:
        raise UnreadableFile(path=str(path), reason="it holds no items")
    return items


def label_matrix(labels: Sequence[Sequence[str]], taxonomy: Taxonomy) -> NDArray[np.bool_]:
    """Return bool [items, categories] in taxonomy order."""
    return np.array([[name in row for name in taxonomy.ids] for row in labels], dtype=bool).reshape(len(labels), len(taxonomy.ids))


def item_results(items: Sequence[EvalItem], predictions: Predictions, taxonomy: Taxonomy) -> list[dict[str, Any]]:
    """Return per item what was wanted, guessed and decided, without its text: the record that figures can be recounted from."""
    return [
        {
            "id": item.id,
            "labels": list(item.labels),
            "guess": [name for name, hit in zip(taxonomy.ids, predictions.predicted[i], strict=True) if hit],
            "outcome": predictions.outcomes[i] if predictions.outcomes else None,
            "probabilities": {
                name: round(float(p), 4) for name, p in zip(taxonomy.ids, predictions.probabilities[i], strict=True) if p >= 0.01
            },
        }
        for i, item in enumerate(items)
    ]
