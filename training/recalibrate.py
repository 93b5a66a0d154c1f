"""`catchall release calibrate`: choose calibration and thresholds anew with what serves, without retraining."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from data.records import CorpusRecord
from data.taxonomy import Taxonomy
from data.text import normalise
from evals.progress import tracked
from model.artefact import BUILD_RECORD, BUILT, CALIBRATION, DECISION, BuiltRelease, file_hash
from model.confidence import NEIGHBOURS, neighbourhood
from model.policy import Policy
from model.predictor import Predictor
from training.held_out import Calibrated, HeldOut, calibrate_and_measure, held_out, known_labels
from training.kept_scores import FILE, key_of, read_scores, write_scores
from training.release import write_manifest
from training.resplits import Pool, ResplitCheck, check_resplits
from training.surroundings import PARTS, Surroundings

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Recalibration:
    """What was chosen, and how it was checked.

    Attributes:
        found: calibration, thresholds and their figures.
        resplits: the check over random cuts; None when it was not asked for.
    """

    found: Calibrated
    resplits: ResplitCheck | None


def score_held_out(predictor: Predictor, records: Sequence[CorpusRecord], quiet: bool = True) -> HeldOut:
    """Return what the built model says of the calibration and test split, as it serves."""
    parts = held_out(records)
    logits: dict[str, Floats] = {}
    surroundings: dict[str, Surroundings] = {}
    for name, rows in parts.items():
        texts = [normalise(record.text) for record in rows]
        scores = list(tracked(predictor.network_scores, texts, predictor.at_once, f"Scoring the {name} split", quiet))
        logits[name] = np.stack([each.logits for each in scores])
        near = [neighbourhood(predictor.precedents.nearest(each.embedding, NEIGHBOURS), predictor.taxonomy) for each in scores]
        known = [each for each in near if each is not None]
        if len(known) == len(rows):
            words = np.array([len(record.text.split()) for record in rows], dtype=np.int64)
            opinion = np.stack([predictor.word_model.log_odds(text.text) for text in texts])
            surroundings[name] = Surroundings(np.stack([n.likeness for n in known]), np.stack([n.labels for n in known]), words, opinion)
    return HeldOut(parts, logits, surroundings if len(surroundings) == len(parts) else None)


def pool_of(held: HeldOut, taxonomy: Taxonomy) -> Pool:
    """Return both splits as one pool to cut anew."""
    names = list(held.records)
    records = [record for name in names for record in held.records[name]]
    labels, weights = known_labels(records, taxonomy)
    return Pool(
        logits=np.concatenate([held.logits[name] for name in names]),
        labels=labels,
        weights=weights,
        surroundings=_joined([held.near(name) for name in names]),
        groups=[record.group for record in records],
    )


def _joined(parts: Sequence[Surroundings | None]) -> Surroundings | None:
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        return None
    return Surroundings(*(np.concatenate([getattr(part, name) for part in known]) for name in PARTS))


def _held(folder: Path, records: Sequence[CorpusRecord], quiet: bool) -> HeldOut:
    parts, kept = held_out(records), folder / BUILT / FILE
    key = key_of((folder / BUILT / BUILD_RECORD).read_bytes(), parts)
    held = read_scores(kept, key, parts)
    if held is None:
        held = score_held_out(Predictor.load(folder, many=True), records, quiet)
        write_scores(kept, key, held)
    return held


def recalibrate(
    folder: Path, records: Sequence[CorpusRecord], taxonomy: Taxonomy, policy: Policy, rounds: int = 0, quiet: bool = True
) -> Recalibration:
    """Choose calibration and thresholds on the calibration split and write them into a built release.

    What the build says of the texts is kept in `built/`: only the first time takes minutes.

    Args:
        rounds: also cut calibration and test split anew this many times and count breaks of the bounds.

    Raises:
        ReleaseError: the release is missing, damaged or not built.
    """
    release = BuiltRelease.load(folder, taxonomy).release
    held = _held(folder, records, quiet)
    found = calibrate_and_measure(held, policy, taxonomy)
    checked = check_resplits(pool_of(held, taxonomy), policy, found.calibration, rounds, quiet=quiet) if rounds else None
    found.calibration.write(folder / CALIBRATION)
    found.chosen.write(folder / DECISION)
    files = release.manifest["files"] | {name: file_hash(folder / name) for name in (CALIBRATION, DECISION)}
    manifest = release.manifest | {"files": files, "metrics": found.metrics, "operating_points": found.operating_points}
    if checked is not None:
        manifest["resplits"] = dataclasses.asdict(checked)
    write_manifest(folder, manifest, found.chosen, found.calibration, taxonomy)
    return Recalibration(found, checked)
