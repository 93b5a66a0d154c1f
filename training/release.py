"""From corpus to release folder: train, calibrate, measure, write. `catchall train` is a thin shell around `train_release`."""

import datetime
import hashlib
import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer

from data.errors import ConfigurationError
from data.records import CorpusRecord
from data.splits import corpus_hash, split_corpus
from data.taxonomy import Taxonomy
from evals.figures import as_json, headline
from evals.items import Predictions, item_of
from model.artefact import CALIBRATION, FORMAT, MANIFEST, MODEL_CARD, THRESHOLDS, file_hash
from model.base_encoder import BaseEncoder, find_encoder
from model.calibration import Calibration
from model.network import Network
from model.outcome import Thresholds, decide
from model.windows import MAX_TOKENS, OVERLAP, Windower
from training.calibrate import Targets, choose_thresholds, fit_calibration
from training.card import model_card
from training.config import TrainingConfig
from training.examples import build_dataset, targets
from training.network_io import build_network, load_network, save_network, set_prior
from training.run import CHECKPOINTS, choose_device, fit
from training.scoring import logits_of


def measure(
    records: Sequence[CorpusRecord], logits: NDArray[np.float64], calibration: Calibration, thresholds: Thresholds, taxonomy: Taxonomy
) -> dict[str, Any]:
    """Return the headline figures on records with the given logits [records, outputs]."""
    probabilities = calibration.probabilities(logits)
    decisions = [decide(row[:-1], float(row[-1]), thresholds) for row in probabilities]
    predicted = np.array([decision.predicted for decision in decisions])
    predictions = Predictions(probabilities[:, :-1], predicted, tuple(decision.outcome for decision in decisions))
    return as_json(headline([item_of(record) for record in records], predictions, taxonomy))


def calibrate_and_measure(
    network: Network, windower: Windower, records: Sequence[CorpusRecord], taxonomy: Taxonomy, quiet: bool
) -> tuple[Calibration, Thresholds, dict[str, Any]]:
    """Fit calibration and thresholds on the calibration split; measure on it and on the test split."""
    parts = split_corpus(records)
    held = {name: list(getattr(parts, name)) for name in ("calibration", "test")}
    logits = {name: logits_of(network, windower, [r.text for r in rows], quiet=quiet) for name, rows in held.items()}
    both = [targets(record, taxonomy) for record in held["calibration"]]
    labels = np.array([row[0] for row in both]) > 0.5
    weights = np.array([row[1] for row in both]) > 0.5
    calibration = fit_calibration(logits["calibration"], labels, weights)
    thresholds = choose_thresholds(calibration.probabilities(logits["calibration"]), labels[:, :-1], labels[:, -1], Targets())
    metrics = {name: measure(rows, logits[name], calibration, thresholds, taxonomy) for name, rows in held.items()}
    return calibration, thresholds, metrics


def write_release(
    network: Network,
    config: TrainingConfig,
    base: BaseEncoder,
    windower: Windower,
    records: Sequence[CorpusRecord],
    taxonomy: Taxonomy,
    folder: Path,
    quiet: bool = False,
) -> dict[str, Any]:
    """Calibrate a trained network and write its release folder; returns the manifest.

    The weights are written first and read back for calibration, so that what is measured is what is released.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files = save_network(network, config, folder)
    stored = load_network(config, base, len(taxonomy.ids) + 1, folder)
    calibration, thresholds, metrics = calibrate_and_measure(stored, windower, records, taxonomy, quiet)
    calibration.write(folder / CALIBRATION)
    thresholds.write(folder / THRESHOLDS)
    files += [CALIBRATION, THRESHOLDS]
    hashes = {name: file_hash(folder / name) for name in sorted(files)}
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    digest = table_hash(hashes)
    manifest: dict[str, Any] = {
        "format": FORMAT,
        "name": f"catchall-{today}-{digest}",
        "created": today,
        "taxonomy": taxonomy.hash,
        "taxonomy_version": taxonomy.version,
        "corpus": corpus_hash(records),
        "corpus_records": len(records),
        "encoder": {"name": base.name, "sha256": base.sha256},
        "config_hash": config.hash,
        "config": config.as_json(),
        "windows": {"max_tokens": MAX_TOKENS, "overlap": OVERLAP},
        "files": hashes,
        "metrics": metrics,
    }
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    (folder / MODEL_CARD).write_text(model_card(manifest, taxonomy), encoding="utf-8")
    return manifest


def table_hash(hashes: dict[str, str]) -> str:
    """Return 8 hex digits over a table of file hashes."""
    return hashlib.sha256(json.dumps(hashes, sort_keys=True).encode()).hexdigest()[:8]


def train_release(
    config: TrainingConfig,
    records: Sequence[CorpusRecord],
    taxonomy: Taxonomy,
    folder: Path,
    device: str = "auto",
    resume: bool = False,
    quiet: bool = False,
) -> dict[str, Any]:
    """Train on the training split and write a release folder; returns its manifest.

    Raises:
        ConfigurationError: the device or encoder cannot be had, or there is nothing to resume or an old run in the way.
    """
    device = choose_device(device)
    checkpoints = folder / CHECKPOINTS
    has_checkpoint = any(checkpoints.glob("checkpoint-*"))
    if resume and not has_checkpoint:
        raise ConfigurationError(source="--resume", reason=f"no checkpoint in {checkpoints}")
    if not resume and has_checkpoint:
        raise ConfigurationError(source="--out", reason=f"{checkpoints} holds an unfinished run; add --resume or choose another folder")
    base = find_encoder(config.encoder)
    tokenizer = Tokenizer.from_str(base.tokenizer_json())
    windower = Windower(tokenizer)
    train = list(split_corpus(records).train)
    torch.manual_seed(config.seed)
    network = build_network(config, base, len(taxonomy.ids) + 1)
    set_prior(network, train, taxonomy)
    folder.mkdir(parents=True, exist_ok=True)
    mask_id = tokenizer.token_to_id("[MASK]") or 0
    fit(network, build_dataset(train, windower, taxonomy), config, folder, device, resume, quiet, mask_id)
    manifest = write_release(network, config, base, windower, records, taxonomy, folder, quiet)
    shutil.rmtree(checkpoints, ignore_errors=True)
    return manifest
