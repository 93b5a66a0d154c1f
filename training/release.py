"""From corpus to release folder: train, calibrate, measure, write. `catchall train` is a thin shell around `train_release`."""

import datetime
import hashlib
import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer

from data.errors import ConfigurationError
from data.records import CorpusRecord
from data.splits import corpus_hash, split_corpus
from data.taxonomy import Taxonomy
from model.artefact import CALIBRATION, DECISION, FORMAT, MANIFEST, MODEL_CARD, Release, file_hash
from model.base_encoder import BaseEncoder, find_encoder
from model.calibration import Calibration
from model.network import Network
from model.policy import read_policy
from model.windows import MAX_TOKENS, OVERLAP, Windower
from training.augment import joined_records
from training.card import model_card
from training.config import TrainingConfig
from training.cycles import fit_in_cycles, is_begun
from training.decision import ChosenDecision
from training.examples import build_dataset
from training.held_out import HeldOut, calibrate_and_measure, held_out
from training.network_io import build_network, load_network, load_weights, save_network, set_prior
from training.run import CHECKPOINTS, choose_device
from training.scoring import logits_of

_SHAPE = ("encoder", "head", "adapter", "lora_rank", "lora_alpha", "lora_targets")
"""What two configurations must share for the weights of one to fit the other."""


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
    averaged: Sequence[str] = (),
) -> dict[str, Any]:
    """Calibrate a trained network and write its release folder; returns the manifest.

    The weights are written first and read back for calibration, so that what is measured is what is released.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files = save_network(network, config, folder)
    stored = load_network(config, base, len(taxonomy.ids) + 1, folder)
    parts = held_out(records)
    logits = {name: logits_of(stored, windower, [r.text for r in rows], quiet=quiet) for name, rows in parts.items()}
    found = calibrate_and_measure(HeldOut(parts, logits), read_policy(taxonomy), taxonomy)
    found.calibration.write(folder / CALIBRATION)
    found.chosen.write(folder / DECISION)
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
        "average_of": list(averaged),
        "files": hashes,
        "metrics": found.metrics,
        "operating_points": found.operating_points,
    }
    write_manifest(folder, manifest, found.chosen, found.calibration, taxonomy)
    return manifest


def write_manifest(folder: Path, manifest: dict[str, Any], chosen: ChosenDecision, calibration: Calibration, taxonomy: Taxonomy) -> None:
    """Write the manifest and the model card."""
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    (folder / MODEL_CARD).write_text(model_card(manifest, chosen, calibration, taxonomy), encoding="utf-8")


def table_hash(hashes: dict[str, str]) -> str:
    """Return 8 hex digits over a table of file hashes."""
    return hashlib.sha256(json.dumps(hashes, sort_keys=True).encode()).hexdigest()[:8]


def starting_release(folder: Path, config: TrainingConfig, taxonomy: Taxonomy, source: str = "--start") -> Release:
    """Return the release that training is to go on from.

    Args:
        source: what named the release, for the error.

    Raises:
        ReleaseError: it is missing, damaged or of another taxonomy.
        ConfigurationError: the configuration describes a network of another shape.
    """
    release = Release.load(folder, taxonomy)
    wanted, found = config.as_json(), release.manifest["config"]
    differing = [name for name in _SHAPE if found.get(name) != wanted[name]]
    if differing:
        reason = f"{release.name} differs from the configuration in {', '.join(differing)}: its weights do not fit"
        raise ConfigurationError(source=source, reason=reason)
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
    has_checkpoint = is_begun(folder)
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
    fit_in_cycles(network, rows, config, folder, device, resume, quiet, mask_id)
    manifest = write_release(network, config, base, windower, records, taxonomy, folder, quiet, before.name if before else None)
    shutil.rmtree(checkpoints, ignore_errors=True)
    return manifest
