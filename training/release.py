"""From corpus to release folder: train, calibrate, measure, write. `catchall train` is a thin shell around `train_release`."""

import datetime
import hashlib
import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
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
from model.artefact import CALIBRATION, DECISION, FORMAT, MANIFEST, MODEL_CARD, Release, file_hash
from model.base_encoder import BaseEncoder, find_encoder
from model.calibration import Calibration
from model.network import Network
from model.outcome import Signals, decide
from model.policy import Policy, read_policy
from model.windows import MAX_TOKENS, OVERLAP, Windower
from training.augment import joined_records
from training.calibrate import fit_calibration
from training.card import model_card
from training.config import TrainingConfig
from training.decision import CalibrationSplit, ChosenDecision, Surroundings, choose_decision
from training.examples import build_dataset, targets
from training.network_io import build_network, load_network, load_weights, save_network, set_prior
from training.run import CHECKPOINTS, choose_device, fit
from training.scoring import logits_of

_SHAPE = ("encoder", "head", "adapter", "lora_rank", "lora_targets")
"""What two configurations must share for the weights of one to fit the other."""

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


def measure(
    records: Sequence[CorpusRecord],
    logits: Floats,
    calibration: Calibration,
    chosen: ChosenDecision,
    taxonomy: Taxonomy,
    surroundings: Surroundings | None = None,
) -> dict[str, Any]:
    """Return the headline figures on records with the given logits [records, outputs] and what the index says of them."""
    probabilities = calibration.probabilities(logits)
    vague = np.array([record.insufficient for record in records], dtype=bool)
    split = CalibrationSplit(probabilities, np.zeros((len(records), len(taxonomy.ids)), dtype=bool), vague, surroundings)
    guess = probabilities[:, :-1] >= chosen.thresholds.predicted
    decisions = [
        decide(row[:-1], chosen.thresholds, taxonomy, Signals(insufficient=float(row[-1]), likeness=float(near), confidence=confidence))
        for row, near, confidence in zip(probabilities, split.likeness, split.confidence(guess, chosen.confidence).tolist(), strict=True)
    ]
    predicted = np.array([decision.predicted for decision in decisions])
    predictions = Predictions(probabilities[:, :-1], predicted, tuple(decision.outcome for decision in decisions))
    return as_json(headline([item_of(record) for record in records], predictions, taxonomy))


def known_labels(records: Sequence[CorpusRecord], taxonomy: Taxonomy) -> tuple[Bools, Bools]:
    """Return labels and weights as bool [records, outputs]; see `training.examples.targets`."""
    both = [targets(record, taxonomy) for record in records]
    return np.array([row[0] for row in both]) > 0.5, np.array([row[1] for row in both]) > 0.5


@dataclass(frozen=True)
class HeldOut:
    """What a network says of the texts it was not trained on.

    Attributes:
        records, logits: by split; logits [texts, outputs].
        surroundings: by split, what the index of training texts says of each; None when no index was at hand.
    """

    records: dict[str, list[CorpusRecord]]
    logits: dict[str, Floats]
    surroundings: dict[str, Surroundings] | None = None

    def near(self, split: str) -> Surroundings | None:
        """Return what the index says of a split's texts."""
        return None if self.surroundings is None else self.surroundings[split]


def calibrate_and_measure(held: HeldOut, policy: Policy, taxonomy: Taxonomy) -> tuple[Calibration, ChosenDecision, dict[str, Any]]:
    """Fit calibration and choose thresholds on the calibration split; measure on it and on the test split."""
    labels, weights = known_labels(held.records["calibration"], taxonomy)
    calibration = fit_calibration(held.logits["calibration"], labels, weights)
    probabilities = calibration.probabilities(held.logits["calibration"])
    split = CalibrationSplit(probabilities, labels[:, :-1], labels[:, -1], held.near("calibration"))
    chosen = choose_decision(split, policy)
    metrics = {
        name: measure(records, held.logits[name], calibration, chosen, taxonomy, held.near(name)) for name, records in held.records.items()
    }
    return calibration, chosen, metrics


def held_out(records: Sequence[CorpusRecord]) -> dict[str, list[CorpusRecord]]:
    """Return the calibration and test records by split name."""
    parts = split_corpus(records)
    return {"calibration": list(parts.calibration), "test": list(parts.test)}


def write_release(
    network: Network,
    config: TrainingConfig,
    base: BaseEncoder,
    windower: Windower,
    records: Sequence[CorpusRecord],
    taxonomy: Taxonomy,
    folder: Path,
    quiet: bool = False,
    started_from: str | None = None,
) -> dict[str, Any]:
    """Calibrate a trained network and write its release folder; returns the manifest.

    The weights are written first and read back for calibration, so that what is measured is what is released.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files = save_network(network, config, folder)
    stored = load_network(config, base, len(taxonomy.ids) + 1, folder)
    parts = held_out(records)
    logits = {name: logits_of(stored, windower, [r.text for r in rows], quiet=quiet) for name, rows in parts.items()}
    calibration, chosen, metrics = calibrate_and_measure(HeldOut(parts, logits), read_policy(taxonomy), taxonomy)
    calibration.write(folder / CALIBRATION)
    chosen.write(folder / DECISION)
    files += [CALIBRATION, DECISION]
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
        "started_from": started_from,
        "files": hashes,
        "metrics": metrics,
    }
    write_manifest(folder, manifest, chosen, calibration, taxonomy)
    return manifest


def write_manifest(folder: Path, manifest: dict[str, Any], chosen: ChosenDecision, calibration: Calibration, taxonomy: Taxonomy) -> None:
    """Write the manifest and the model card."""
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    (folder / MODEL_CARD).write_text(model_card(manifest, chosen, calibration, taxonomy), encoding="utf-8")


def table_hash(hashes: dict[str, str]) -> str:
    """Return 8 hex digits over a table of file hashes."""
    return hashlib.sha256(json.dumps(hashes, sort_keys=True).encode()).hexdigest()[:8]


def starting_release(folder: Path, config: TrainingConfig, taxonomy: Taxonomy) -> Release:
    """Return the release that training is to go on from.

    Raises:
        ReleaseError: it is missing, damaged or of another taxonomy.
        ConfigurationError: the configuration describes a network of another shape.
    """
    release = Release.load(folder, taxonomy)
    wanted, found = config.as_json(), release.manifest["config"]
    differing = [name for name in _SHAPE if found.get(name) != wanted[name]]
    if differing:
        reason = f"{release.name} differs from the configuration in {', '.join(differing)}: its weights do not fit"
        raise ConfigurationError(source="--start", reason=reason)
    return release


def train_release(
    config: TrainingConfig,
    records: Sequence[CorpusRecord],
    taxonomy: Taxonomy,
    folder: Path,
    device: str = "auto",
    resume: bool = False,
    quiet: bool = False,
    start: Path | None = None,
) -> dict[str, Any]:
    """Train on the training split and write a release folder; returns its manifest.

    Args:
        start: a release folder of the same shape whose weights training begins with; None begins with the plain encoder.

    Raises:
        ConfigurationError: the device or encoder cannot be had, there is nothing to resume or an old run in the way, or the
            release to start from has another shape.
        ReleaseError: the release to start from is missing or damaged.
    """
    device = choose_device(device)
    checkpoints = folder / CHECKPOINTS
    has_checkpoint = any(checkpoints.glob("checkpoint-*"))
    if resume and not has_checkpoint:
        raise ConfigurationError(source="--resume", reason=f"no checkpoint in {checkpoints}")
    if not resume and has_checkpoint:
        raise ConfigurationError(source="--out", reason=f"{checkpoints} holds an unfinished run; add --resume or choose another folder")
    before = None if start is None else starting_release(start, config, taxonomy)
    base = find_encoder(config.encoder)
    tokenizer = Tokenizer.from_str(base.tokenizer_json())
    windower = Windower(tokenizer)
    train = list(split_corpus(records).train)
    torch.manual_seed(config.seed)
    network = build_network(config, base, len(taxonomy.ids) + 1)
    if before is None:
        set_prior(network, train, taxonomy)
    else:
        load_weights(network, config, before.folder)
    folder.mkdir(parents=True, exist_ok=True)
    mask_id = tokenizer.token_to_id("[MASK]") or 0
    rows = build_dataset([*train, *joined_records(train, config.joined_share, config.seed)], windower, taxonomy)
    fit(network, rows, config, folder, device, resume, quiet, mask_id)
    manifest = write_release(network, config, base, windower, records, taxonomy, folder, quiet, before.name if before else None)
    shutil.rmtree(checkpoints, ignore_errors=True)
    return manifest
