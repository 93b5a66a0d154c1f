"""Corpus records as training examples: the same normalisation and windows that serving uses."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from datasets import Dataset
from numpy.typing import NDArray
from torch import Tensor

from data.records import CorpusRecord
from data.taxonomy import Taxonomy
from data.text import normalise
from model.windows import Window, Windower


def targets(record: CorpusRecord, taxonomy: Taxonomy) -> tuple[list[float], list[float]]:
    """Return labels and loss weights, one per output: the categories, then `insufficient`.

    A text too vague to label says nothing about the categories: there their weights are 0.
    """
    labels = [float(name in record.labels) for name in taxonomy.ids] + [float(record.insufficient)]
    weights = [0.0 if record.insufficient else 1.0] * len(taxonomy.ids) + [1.0]
    return labels, weights


def example(text: str, windower: Windower, labels: list[float], weights: list[float]) -> dict[str, Any]:
    """Return the first window of a text as a training example."""
    window = windower.windows(normalise(text).text)[0]
    return window_row(window) | {"labels": labels, "weights": weights, "length": len(window.ids)}


def build_dataset(records: Iterable[CorpusRecord], windower: Windower, taxonomy: Taxonomy) -> Dataset:
    """Return one example per record: `input_ids`, `content`, `labels`, `weights`, `length` (its first window)."""
    rows: list[dict[str, Any]] = []
    for record in records:
        labels, weights = targets(record, taxonomy)
        rows.append(example(record.text, windower, labels, weights))
    return Dataset.from_list(rows)


@dataclass(frozen=True)
class Collator:
    """Pads a batch to its longest member; in training it also hides a share of the words.

    Attributes:
        pad_id, mask_id: token ids of padding and of a hidden token.
        token_dropout: share of the content tokens replaced by `mask_id`, drawn anew each time, so that no single
            keyword carries a label.
    """

    pad_id: int = 0
    mask_id: int = 0
    token_dropout: float = 0.0

    def __call__(self, rows: Sequence[dict[str, Any]]) -> dict[str, Tensor]:
        """Return tensors [batch, tokens] and [batch, outputs]."""
        width = max(len(row["input_ids"]) for row in rows)

        def padded(name: str, fill: int) -> NDArray[np.int64]:
            return np.asarray([list(row[name]) + [fill] * (width - len(row[name])) for row in rows], dtype=np.int64)

        lengths = np.asarray([len(row["input_ids"]) for row in rows])
        batch = {
            "input_ids": torch.from_numpy(padded("input_ids", self.pad_id)),
            "attention_mask": torch.from_numpy((np.arange(width)[None] < lengths[:, None]).astype(np.int64)),
            "content": torch.from_numpy(padded("content", 0).astype(bool)),
        }
        if self.token_dropout:
            hidden = (torch.rand(batch["content"].shape) < self.token_dropout) & batch["content"]
            batch["input_ids"] = batch["input_ids"].masked_fill(hidden, self.mask_id)
        for name in ("labels", "weights"):
            if name in rows[0]:
                batch[name] = torch.tensor([row[name] for row in rows], dtype=torch.float32)
        return batch


def window_row(window: Window) -> dict[str, Any]:
    """Return a window as a row for `Collator`."""
    return {"input_ids": window.ids.tolist(), "content": window.content.tolist()}
