"""The files of a trained reader: what `reader.json` says, and opening what was built from it."""

import hashlib
import json
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data.errors import ReleaseDamaged, ReleaseMissing
from model.artefact import BUILD_RECORD, BUILT, TOKENIZER, check_hashes, read_json
from model.session import Backend, Session, open_session
from model.windows import Windower

READER = "reader.json"
FORMAT = 2
BACKEND: Backend = "onnxruntime-int8"

Output = tuple[str, bool | str]
"""An attribute and whether it is told to hold or not to hold; a choice and one of its values; a quantity and `TOLD`."""
TOLD = "told"


@dataclass(frozen=True)
class ReaderThresholds:
    """From which logit an output counts as told.

    Attributes:
        alone: where no phrase or rule says so.
        with_phrase: where one says so too.
    """

    alone: float
    with_phrase: float


@dataclass(frozen=True)
class ReaderFacts:
    """What `reader.json` says.

    Attributes:
        outputs: in the order of the network's outputs.
        thresholds: chosen on sentences that it was not trained on.
        manifest: the whole file.
    """

    outputs: tuple[Output, ...]
    thresholds: ReaderThresholds
    manifest: dict[str, Any]

    @property
    def hash(self) -> str:
        """16 hex digits over weights and thresholds: what a reading depends on."""
        told = {name: self.manifest[name] for name in ("files", "thresholds", "outputs")}
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:16]


def read_reader_facts(folder: Path) -> ReaderFacts:
    """Read and check `reader.json` and the files it names.

    Raises:
        ReleaseMissing: it, or a file it names, is not there.
        ReleaseDamaged: it cannot be read, or a file is not the one it names.
    """
    path = folder / READER
    if not path.is_file():
        raise ReleaseMissing(folder=folder.name, file=READER, remedy="Restore it from version control.")
    manifest = read_json(path)
    try:
        outputs = tuple((str(name), value) for name, value in manifest["outputs"])
        thresholds = ReaderThresholds(**{name: float(value) for name, value in manifest["thresholds"].items()})
        files, form = manifest["files"], manifest["format"]
    except (ValueError, TypeError, KeyError, AttributeError) as exc:
        raise ReleaseDamaged(file=READER, reason=repr(exc)) from exc
    if form != FORMAT:
        raise ReleaseDamaged(file=READER, reason=f"unknown format {form}, not {FORMAT}: train the reader again")
    check_hashes(folder, files, READER, "Restore it from version control or train one with 'catchall reader train'.")
    return ReaderFacts(outputs, thresholds, manifest)


class LazyNetwork:
    """A tokenizer and a network that are opened when they are first needed. Safe to share between threads."""

    def __init__(self, windower: Callable[[], Windower], session: Callable[[], Session]) -> None:
        self._make = (windower, session)
        self._made: tuple[Windower, Session] | None = None
        self._lock = threading.Lock()

    def opened(self) -> tuple[Windower, Session]:
        """Return both.

        Raises:
            ReleaseDamaged: a file cannot be loaded.
        """
        with self._lock:
            if self._made is None:
                self._made = (self._make[0](), self._make[1]())
        return self._made


def open_reader(folder: Path, threads: int = 0) -> tuple[ReaderFacts, Callable[[], Windower], Callable[[], Session]]:
    """Check a built reader and return its facts and what opens its tokenizer and its network.

    Raises:
        ReleaseMissing, ReleaseDamaged: a file is missing or not the right one.
    """
    facts = read_reader_facts(folder)
    built = folder / BUILT
    remedy = "Build it with 'catchall release build'."
    if not (built / BUILD_RECORD).is_file():
        raise ReleaseMissing(folder=f"{folder.name}/{BUILT}", file=BUILD_RECORD, remedy=remedy)
    record = read_json(built / BUILD_RECORD)
    if record.get("weights") != facts.manifest["files"]:
        raise ReleaseDamaged(file=f"{BUILT}/{BUILD_RECORD}", reason=f"it was built from another reader. {remedy}")
    check_hashes(built, record.get("files"), BUILD_RECORD, remedy)
    return facts, lambda: Windower.load(built / TOKENIZER), lambda: open_session(built, BACKEND, threads)
