"""The quantity reader: trained on sentences labelled with what they tell, its thresholds chosen on sentences kept back."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from datasets import Dataset
from numpy.typing import NDArray

from data.parameter_facts import Parameter
from data.text import normalise
from evals.parameters import SCORED, ParameterItem, ParameterScores, matches, measure
from model.candidates import Candidate, candidates
from model.markers import marked, span_tokens
from model.network import Network
from model.quantity_reader import QuantityReader, Weighed
from model.reader_files import TOLD, Output, ReaderThresholds
from model.reading import Reading
from model.tables import unfold
from model.windows import Windower
from training.config import TrainingConfig
from training.examples import Collator
from training.reader import equal_weights, split_groups
from training.reader_fit import (
    NETWORK_UNHEARD,
    best_thresholds,
    check_outputs,
    fit_reader,
    reading_figures,
    rewrite_thresholds,
    write_reader,
)

QUANTITY_CONFIG = Path(__file__).with_name("configs") / "quantity-reader.toml"
PRECISION = 0.95
"""Of what is read, at least this share is to be right on the sentences kept back, most of which hold a number that is something else."""
_BATCH = 64

Floats = NDArray[np.float64]


def quantities_of(parameters: dict[str, Parameter]) -> tuple[Output, ...]:
    """Return the outputs of a reader: one per quantity that is read from texts."""
    return tuple((each.id, TOLD) for each in list(parameters.values())[:SCORED] if each.kind == "quantity")


@dataclass(frozen=True)
class Example:
    """A candidate of a labelled sentence as a training example.

    Attributes:
        item: index of the sentence.
        row: `input_ids`, `content` (the candidate's tokens and the markers around them, see `model.markers`), `labels`, `weights` (one
            per output) and `length`.
    """

    item: int
    candidate: Candidate
    row: dict[str, Any]


def _tells(candidate: Candidate, name: str, item: ParameterItem) -> bool:
    return name in candidate.values and any(matches(candidate.values[name], told) for told in item.expects.get(name, ()))


def _targets(
    candidate: Candidate, others: Sequence[Candidate], item: ParameterItem, names: Sequence[str]
) -> tuple[list[float], list[float]]:
    """Return labels and loss weights; a value that stands in the sentence twice is asked only where the rules see it told."""
    labels = [float(_tells(candidate, name, item)) for name in names]
    weights = [float(name in candidate.values and name not in item.may) for name in names]
    for i, name in enumerate(names):
        seen = any(each is not candidate and each.named == name and _tells(each, name, item) for each in others)
        if labels[i] and candidate.named != name and seen:
            weights[i] = 0.0
    return labels, weights


def examples_of(items: Iterable[ParameterItem], windower: Windower, outputs: Sequence[Output]) -> list[Example]:
    """Return one example per candidate of each sentence's first window."""
    names = [name for name, _ in outputs]
    found = []
    for number, item in enumerate(items):
        text = unfold(normalise(item.text).text).text
        window = windower.windows(text)[0]
        all_of_it = candidates(text)
        for each in all_of_it:
            span = span_tokens(window, each.start, each.end)
            if span.any():
                labels, weights = _targets(each, all_of_it, item, names)
                ids, content = marked(windower, window, span)
                row = {"input_ids": ids.tolist(), "content": content.tolist(), "labels": labels, "weights": weights}
                found.append(Example(number, each, row | {"length": len(ids)}))
    return found


def logits_of_examples(network: Network, examples: Sequence[Example]) -> Floats:
    """Return logits [examples, outputs]."""
    network.eval()
    order = np.argsort([each.row["length"] for each in examples], kind="stable")
    collate = Collator()
    out: Floats = np.zeros((len(examples), len(examples[0].row["labels"]) if examples else 0))
    with torch.inference_mode():
        for start in range(0, len(order), _BATCH):
            some = order[start : start + _BATCH]
            batch = collate([{name: examples[i].row[name] for name in ("input_ids", "content")} for i in some])
            out[some] = network(**batch)["logits"].double().numpy()
    return out


def weighed_of(examples: Sequence[Example], logits: Floats, outputs: Sequence[Output], items: int) -> list[list[Weighed]]:
    """Return the candidates of each of so many sentences with their logits, in the order of the text."""
    index = {name: i for i, (name, _) in enumerate(outputs)}
    weighed: list[list[Weighed]] = [[] for _ in range(items)]
    for each, row in zip(examples, logits, strict=True):
        known = {name: float(row[index[name]]) for name in each.candidate.values if name in index}
        weighed[each.item].append(Weighed(each.candidate, known))
    return weighed


def measure_weighed(items: Sequence[ParameterItem], weighed: Sequence[Sequence[Weighed]], thresholds: ReaderThresholds) -> ParameterScores:
    """Return precision and recall with thresholds; of kinds, "quantity" alone was asked for.

    Args:
        weighed: per sentence, in the order of `items`.
    """
    told = {
        item.text: [
            Reading(name, each.candidate.values[name], each.candidate.start, each.candidate.end, "")
            for each in found
            if (name := each.told(thresholds))
        ]
        for item, found in zip(items, weighed, strict=True)
    }
    return measure(items, lambda text: told[text])


def choose_quantity_thresholds(
    groups: Sequence[Sequence[ParameterItem]], weighed: Sequence[Sequence[Weighed]], precision: float = PRECISION
) -> ReaderThresholds:
    """Return the thresholds of highest recall among those of at least a precision; of highest precision where there are none.

    Args:
        groups: sentences; every group counts the same, however many there are.
        weighed: per sentence of all groups, one group after the other.
    """
    items = [item for group in groups for item in group]
    weights = dict(zip((item.id for item in items), equal_weights([len(group) for group in groups]), strict=True))

    def counted(thresholds: ReaderThresholds) -> tuple[float, float]:
        found = measure_weighed(items, weighed, thresholds).items
        right = sum(weights[each.id] * len(each.right) for each in found)
        return right, sum(weights[each.id] * len(each.wrong) for each in found)

    return best_thresholds(counted, precision, step=0.5)


def train_quantity_reader(
    config: TrainingConfig,
    groups: Sequence[Sequence[ParameterItem]],
    plain: Sequence[ParameterItem],
    parameters: dict[str, Parameter],
    folder: Path,
    start: Path | None = None,
    device: str = "auto",
    quiet: bool = False,
) -> dict[str, Any]:
    """Train on labelled sentences and write a reader folder; returns its manifest.

    Args:
        groups: sentences of which a share is kept back for the thresholds, where every group counts the same however many it holds.
        plain: further sentences to train on; those that rules were written with would flatter them in the choice of thresholds.
        start: a folder whose adapter training begins with (of the same rank), and its head too where it is a reader of quantities; the
            plain encoder when None.

    Raises:
        ConfigurationError: the device or the encoder cannot be had.
    """
    outputs = quantities_of(parameters)
    train, kept = split_groups(groups)

    def rows(windower: Windower) -> Dataset:
        return Dataset.from_list([each.row for each in examples_of([*train, *plain], windower, outputs)])

    fitted = fit_reader(config, rows, outputs, folder, start, device, quiet)
    items = [item for group in kept for item in group]
    asked = examples_of(items, fitted.windower, outputs)
    weighed = weighed_of(asked, logits_of_examples(fitted.network, asked), outputs, len(items))
    thresholds, figures = _chosen(kept, weighed)
    return write_reader(folder, fitted, config, outputs, thresholds, {"sentences": sum(map(len, groups)) + len(plain), **figures})


def calibrate_quantity_reader(folder: Path, groups: Sequence[Sequence[ParameterItem]], parameters: dict[str, Parameter]) -> dict[str, Any]:
    """Choose the thresholds of a built reader anew, on the sentences of each group that training keeps back; returns its manifest.

    Args:
        groups: see `train_quantity_reader`.

    Raises:
        ReleaseMissing, ReleaseDamaged: the reader is not there, not built or damaged.
        ConfigurationError: it reads something else than the quantities of `parameters`.
    """
    reader = QuantityReader.load(folder)
    check_outputs(reader.facts, quantities_of(parameters), folder)
    _, kept = split_groups(groups)
    thresholds, figures = _chosen(kept, [reader.weigh(normalise(item.text).text) for group in kept for item in group])
    return rewrite_thresholds(folder, reader.facts, thresholds, figures)


def _chosen(kept: Sequence[Sequence[ParameterItem]], weighed: Sequence[Sequence[Weighed]]) -> tuple[ReaderThresholds, dict[str, Any]]:
    """Return the thresholds for groups of sentences kept back, which count the same, and the figures with them and with rules alone."""
    thresholds = choose_quantity_thresholds(kept, weighed)
    items = [item for group in kept for item in group]
    return thresholds, {"kept_back": _figures(items, weighed, thresholds), "rules_alone": _figures(items, weighed, NETWORK_UNHEARD)}


def _figures(items: Sequence[ParameterItem], weighed: Sequence[Sequence[Weighed]], thresholds: ReaderThresholds) -> dict[str, Any]:
    score = measure_weighed(items, weighed, thresholds).kinds["quantity"]
    return reading_figures(len(items), score.precision, score.recall)
