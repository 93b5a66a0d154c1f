"""What training a reader has in common, whatever it reads: fitting a network on rows of examples, and writing its folder."""

import json
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from datasets import Dataset
from tokenizers import Tokenizer

from data.errors import ConfigurationError
from evals.intervals import Estimate
from model.artefact import file_hash
from model.base_encoder import BaseEncoder, find_encoder
from model.network import Network
from model.reader_files import FORMAT, READER, Output, ReaderFacts, ReaderThresholds, read_reader_facts
from model.windows import Windower
from training.config import TrainingConfig
from training.cycles import fit_in_cycles
from training.network_io import build_network, load_adapter, load_network, load_weights, save_network, set_bias
from training.run import choose_device

NETWORK_UNHEARD = ReaderThresholds(1e9, -1e9)
"""Thresholds with which a network reads nothing and contradicts nothing: phrases or rules alone."""


@dataclass(frozen=True)
class Fitted:
    """A trained network as it was written.

    Attributes:
        network: read back from the folder, so that what is measured is what is released.
        files: the names of its weights in the folder.
    """

    network: Network
    windower: Windower
    base: BaseEncoder
    files: tuple[str, ...]


def fit_reader(
    config: TrainingConfig,
    rows_of: Callable[[Windower], Dataset],
    outputs: Sequence[Output],
    folder: Path,
    start: Path | None = None,
    device: str = "auto",
    quiet: bool = False,
) -> Fitted:
    """Train a network and write its weights.

    Args:
        rows_of: makes the training examples (see `training.examples.build_dataset`).
        start: a folder whose adapter training begins with (of the same rank), and if it is a reader of the same outputs, whose head
            too; the plain encoder when None.

    Raises:
        ConfigurationError: the device or the encoder cannot be had.
        ReleaseDamaged: weights of `start` are missing or do not fit.
    """
    device = choose_device(device)
    base = find_encoder(config.encoder)
    tokenizer = Tokenizer.from_str(base.tokenizer_json())
    windower = Windower(tokenizer)
    torch.manual_seed(config.seed)
    network = build_network(config, base, len(outputs))
    rows = rows_of(windower)
    if start is not None and _reads(start, outputs):
        load_weights(network, config, start)
    else:
        if start is not None and config.adapter == "lora":
            load_adapter(network, start)  # it has read the field already
        set_bias(network, np.mean(rows["labels"], axis=0).tolist())
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as checkpoints:
        fit_in_cycles(network, rows, config, Path(checkpoints), device, quiet=quiet, mask_id=tokenizer.token_to_id("[MASK]") or 0)
    files = save_network(network, config, folder)
    return Fitted(load_network(config, base, len(outputs), folder), windower, base, tuple(files))


def _reads(folder: Path, outputs: Sequence[Output]) -> bool:
    """Return whether a folder holds a reader of just these outputs."""
    return (folder / READER).is_file() and read_reader_facts(folder).outputs == tuple(outputs)


def best_thresholds(counted: Callable[[ReaderThresholds], tuple[float, float]], precision: float, step: float = 0.25) -> ReaderThresholds:
    """Return the thresholds of highest recall among those of at least a precision; of highest precision where there are none.

    Args:
        counted: how many values are read rightly and wrongly with given thresholds.
        step: logits from -6 to 6 are tried so far apart; the threshold beside a phrase or rule is never above the one alone.
    """
    grid = np.arange(-6.0, 6.01, step)
    tried = []
    for alone in grid:
        for beside in grid[alone >= grid]:
            thresholds = ReaderThresholds(float(alone), float(beside))
            right, wrong = counted(thresholds)
            share = right / (right + wrong) if right + wrong else 0.0
            tried.append((share >= precision, right if share >= precision else share, thresholds))
    return max(tried, key=lambda each: each[:2])[2]


def check_outputs(facts: ReaderFacts, outputs: Sequence[Output], folder: Path) -> None:
    """Check that a reader reads just these outputs.

    Raises:
        ConfigurationError: it reads something else.
    """
    if facts.outputs != tuple(outputs):
        raise ConfigurationError(source=folder.name, reason="it was trained for other parameters: train one with 'catchall reader'")


def rewrite_thresholds(folder: Path, facts: ReaderFacts, thresholds: ReaderThresholds, figures: dict[str, Any]) -> dict[str, Any]:
    """Write other thresholds, and the figures with them, into a reader's manifest; returns it."""
    manifest: dict[str, Any] = facts.manifest | {"thresholds": asdict(thresholds), **figures}
    return _written(folder, manifest)


def rewrite_weights(folder: Path, network: Network, config: TrainingConfig, facts: ReaderFacts) -> dict[str, Any]:
    """Write a reader's folder with the weights of another network of its shape; returns its manifest."""
    folder.mkdir(parents=True, exist_ok=True)
    files = save_network(network, config, folder)
    return _written(folder, facts.manifest | {"files": _hashes(folder, files)})


def _hashes(folder: Path, files: Iterable[str]) -> dict[str, str]:
    return {name: file_hash(folder / name) for name in sorted(files)}


def _written(folder: Path, manifest: dict[str, Any]) -> dict[str, Any]:
    (folder / READER).write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
    return manifest


def reading_figures(sentences: int, precision: Estimate | None, recall: Estimate | None) -> dict[str, Any]:
    """Return how well sentences are read, as `reader.json` tells it."""
    return {
        "sentences": sentences,
        "precision": asdict(precision) if precision else None,
        "recall": asdict(recall) if recall else None,
    }


def write_reader(
    folder: Path,
    fitted: Fitted,
    config: TrainingConfig,
    outputs: Sequence[Output],
    thresholds: ReaderThresholds,
    figures: dict[str, Any],
) -> dict[str, Any]:
    """Write `reader.json` and return it; `figures` tell how many sentences it was trained on and how well it reads."""
    manifest = {
        "format": FORMAT,
        "outputs": [list(output) for output in outputs],
        "thresholds": asdict(thresholds),
        **figures,
        "encoder": {"name": fitted.base.name, "sha256": fitted.base.sha256},
        "config": config.as_json(),
        "files": _hashes(folder, fitted.files),
    }
    return _written(folder, manifest)
