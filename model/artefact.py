"""The release folder: a frozen description of what may serve. Loading is validating, then naming what is missing."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data.errors import ReleaseDamaged, ReleaseMissing, TaxonomyMismatch
from data.taxonomy import Taxonomy

RELEASE_FOLDER = Path(__file__).with_name("release")
READER_FOLDER = Path(__file__).with_name("reader")
FORMAT = 2
"""2: `decision.json` (policy, thresholds, guarantees) in place of `thresholds.json`."""

MANIFEST = "manifest.json"
HEAD = "head.safetensors"
CALIBRATION = "calibration.json"
DECISION = "decision.json"
MODEL_CARD = "model-card.md"
FIGURES = "figures.json"
"""Curves and figures per category over the test split, for pages; not needed to serve."""
ADAPTER = "adapter"
ENCODER = "encoder"
BUILT = "built"
BUILD_RECORD = "build.json"
BUILD_REMEDY = "Build it with 'catchall release build'."
PRECEDENTS = "precedents.jsonl"
VECTORS = "precedents.npy"
WORDS = "words.npz"
TOKENIZER = "tokenizer.json"
BATCH_FILES = "batch_files"
"""In the build record: files that are only read for batches, and so only then checked."""
SERVED = (PRECEDENTS, VECTORS, WORDS, TOKENIZER)
"""What every build holds, whatever its backend."""


def file_hash(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def read_json(path: Path) -> dict[str, Any]:
    """Return the JSON object in a file of a release.

    Raises:
        ReleaseDamaged: it cannot be read, or holds no object.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as exc:
        raise ReleaseDamaged(file=path.name, reason=str(exc)) from exc
    if not isinstance(content, dict):
        raise ReleaseDamaged(file=path.name, reason="expected a JSON object")
    return content


def check_hashes(folder: Path, hashes: Any, manifest: str, remedy: str) -> None:
    """Check that files are there and are those that a manifest names.

    Args:
        hashes: file name to SHA-256.
        remedy: what to do where one is missing.

    Raises:
        ReleaseMissing, ReleaseDamaged: a file is missing, or another one; the manifest names none.
    """
    if not isinstance(hashes, dict) or not hashes:
        raise ReleaseDamaged(file=manifest, reason="it lists no files")
    for name, expected in hashes.items():
        path = folder / name
        if not path.is_file():
            raise ReleaseMissing(folder=folder.name, file=name, remedy=remedy)
        if file_hash(path) != expected:
            raise ReleaseDamaged(file=name, reason=f"its hash is not the one in {manifest}")


@dataclass(frozen=True)
class Release:
    """A trained model as it is kept in git: our own weights, calibration, thresholds, model card and hashes.

    Attributes:
        folder: where it lies.
        manifest: its `manifest.json`: name, hashes, configuration, metrics.
    """

    folder: Path
    manifest: dict[str, Any]

    @property
    def name(self) -> str:
        """The release's name, for records and answers."""
        return str(self.manifest["name"])

    @property
    def weights_hash(self) -> str:
        """16 hex digits over the trained weights alone: calibrating anew leaves it as it is."""
        weights = {name: value for name, value in self.manifest["files"].items() if name.endswith(".safetensors")}
        return hashlib.sha256(json.dumps(weights, sort_keys=True).encode()).hexdigest()[:16]

    @classmethod
    def load(cls, folder: Path, taxonomy: Taxonomy) -> "Release":
        """Open and check a release folder.

        Raises:
            ReleaseMissing: the folder or a listed file is not there.
            ReleaseDamaged: the manifest cannot be read, or a file's hash differs.
            TaxonomyMismatch: it was trained on another taxonomy.
        """
        remedy = "Restore it from version control or train a new one with 'catchall train'."
        if not (folder / MANIFEST).is_file():
            raise ReleaseMissing(folder=folder.name, file=MANIFEST, remedy=remedy)
        manifest = read_json(folder / MANIFEST)
        missing = [key for key in ("format", "name", "taxonomy", "files", "config") if key not in manifest]
        if missing or manifest["format"] != FORMAT:
            raise ReleaseDamaged(file=MANIFEST, reason=f"missing {missing}" if missing else f"unknown format {manifest['format']}")
        if manifest["taxonomy"] != taxonomy.hash:
            raise TaxonomyMismatch(release=manifest["taxonomy"], installed=taxonomy.hash)
        check_hashes(folder, manifest["files"], MANIFEST, remedy)
        return cls(folder, manifest)


@dataclass(frozen=True)
class BuiltRelease:
    """A release with the files that serving reads, made by `catchall release build`; a cache, not in git.

    Attributes:
        release: the trained release.
        record: `built/build.json`: backend, parity figures, hashes.
    """

    release: Release
    record: dict[str, Any]

    @property
    def folder(self) -> Path:
        """Where the built files lie."""
        return self.release.folder / BUILT

    def check_batches(self) -> bool:
        """Return whether the build has a network for batches, its files checked.

        Raises:
            ReleaseMissing, ReleaseDamaged: see `check_hashes`.
        """
        files = self.record.get(BATCH_FILES)
        if files:
            check_hashes(self.folder, files, BUILD_RECORD, BUILD_REMEDY)
        return bool(files)

    @classmethod
    def load(cls, folder: Path, taxonomy: Taxonomy) -> "BuiltRelease":
        """Open and check a release folder together with its built files.

        Raises:
            ReleaseMissing, ReleaseDamaged, TaxonomyMismatch: see `Release.load`; also for the built files, and when
                they were built from another release.
        """
        release = Release.load(folder, taxonomy)
        if not (folder / BUILT / BUILD_RECORD).is_file():
            raise ReleaseMissing(folder=f"{folder.name}/{BUILT}", file=BUILD_RECORD, remedy=BUILD_REMEDY)
        record = read_json(folder / BUILT / BUILD_RECORD)
        if record.get("weights") != release.weights_hash:
            raise ReleaseDamaged(file=f"{BUILT}/{BUILD_RECORD}", reason=f"it was built from another release. {BUILD_REMEDY}")
        check_hashes(folder / BUILT, record.get("files"), BUILD_RECORD, BUILD_REMEDY)
        for name in SERVED:
            if name not in record["files"]:  # built by a version that had no use for it
                raise ReleaseMissing(folder=f"{folder.name}/{BUILT}", file=name, remedy=BUILD_REMEDY)
        return cls(release, record)
