"""From a release to what serves: merge the adapter, export, prove parity, take the fastest backend, index the corpus, then write."""

import importlib.util
import json
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np
from numpy.typing import NDArray

from data.errors import ReleaseDamaged
from data.records import CorpusRecord
from data.splits import split_corpus
from data.taxonomy import Taxonomy
from data.text import normalise
from evals.progress import tracked
from model.artefact import (
    BATCH_FILES,
    BUILD_RECORD,
    BUILT,
    CALIBRATION,
    MANIFEST,
    PRECEDENTS,
    TOKENIZER,
    VECTORS,
    WORDS,
    Release,
    file_hash,
)
from model.base_encoder import find_encoder
from model.batches import BATCH_FILE, open_batches
from model.calibration import Calibration
from model.each_core import cores
from model.embedding import embed
from model.language import unpack_language_model
from model.network import Network
from model.precedents import Precedent, PrecedentIndex
from model.session import FLOAT_FILE, INT8_FILE, INT8_WEIGHTS, Backend, Session, open_session
from model.windows import Window, Windower
from training.config import config_from
from training.export import export_batches, export_float, export_int8
from training.network_io import load_network
from training.parity import Parity, first_windows, measure_batches, measure_parity, speed_on_each_core, torch_logits
from training.word_model import fit_word_model

PROBE_TEXTS = 64
TYPICAL_TEXTS = 180
LANGUAGE_TEXTS = 3000
CANDIDATES: tuple[Backend, ...] = ("onnxruntime-float32", "onnxruntime-int8", "openvino-bf16")
"""Float32 is exported and checked, and served when nothing faster passes."""
PAYS = 1.2
"""Batches are kept when they are so many times as fast as a text on each core."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Build:
    """What a build made.

    Attributes:
        backend: the one that serves.
        parities: of every backend that could be tried here.
        on_each_core: texts per second of that backend with a text on each core, which is how files are read.
        batches: of batches for files of texts; None where they cannot be tried here.
        precedents: how many corpus texts were indexed.
    """

    backend: Backend
    parities: tuple[Parity, ...]
    on_each_core: float
    batches: Parity | None
    precedents: int

    @property
    def measured(self) -> tuple[Parity, ...]:
        """Everything that was compared with the trained network, batches last."""
        return self.parities if self.batches is None else (*self.parities, self.batches)

    @property
    def uses_batches(self) -> bool:
        """Whether files of texts can be read in batches: these answer as the trained network does and are clearly faster."""
        batches = self.batches
        return batches is not None and batches.fault() is None and batches.texts_per_second >= PAYS * self.on_each_core


def typical_texts(records: Sequence[CorpusRecord], n: int = TYPICAL_TEXTS) -> list[str]:
    """Return `n` texts or a few more from all over the training split: activations are measured on such, for example."""
    texts = [record.text for record in split_corpus(records).train] or [record.text for record in records]
    return texts[:: max(1, len(texts) // n)]


def _try(folder: Path, backends: Sequence[Backend]) -> dict[Backend, Session]:
    """Open what can be opened here: OpenVINO may be missing, or be unable to compile for this machine."""
    sessions: dict[Backend, Session] = {}
    for backend in backends:
        try:
            session = open_session(folder, backend)
        except ReleaseDamaged:
            if backend.startswith("onnxruntime"):
                raise
            continue
        if backend.startswith("openvino") == (type(session).__name__ == "OpenVinoSession"):
            sessions[backend] = session
    return sessions


def choose_backend(parities: Sequence[Parity]) -> Backend:
    """Return the fastest backend that passes parity.

    Raises:
        ParityFailed: none passes; the fault of the float32 export, from which all others are made.
    """
    passing = [parity for parity in parities if parity.fault() is None]
    floats = next(parity for parity in parities if parity.backend == "onnxruntime-float32")
    if fault := floats.fault():
        raise fault
    fastest = max(passing, key=lambda parity: parity.texts_per_second).backend
    return cast("Backend", fastest)


def _try_batches(network: Network, folder: Path, expected: Floats, windows: Sequence[Window], calibration: Calibration) -> Parity | None:
    """Export for batches and measure; None where OpenVINO is not installed or cannot compile for this machine."""
    if importlib.util.find_spec("openvino") is None:
        return None
    export_batches(network, folder / BATCH_FILE)
    try:
        session = open_batches(folder)
    except ReleaseDamaged:
        return None
    return None if session is None else measure_batches(session, expected, windows, calibration)


def index_corpus(session: Session, windower: Windower, records: Sequence[CorpusRecord], at_once: int, quiet: bool) -> PrecedentIndex:
    """Embed the training split: precedents to show, and the measure of what the model has seen.

    Args:
        session: opened for `at_once` texts at the same time.
    """
    chosen = [record for record in split_corpus(records).train if not record.insufficient]
    embedded = tracked(lambda record: embed(session, windower, normalise(record.text)), chosen, at_once, "Indexing the corpus", quiet)
    return PrecedentIndex.build([Precedent(record.id, record.text, record.labels) for record in chosen], list(embedded))


def build_release(
    folder: Path, taxonomy: Taxonomy, records: Sequence[CorpusRecord], backends: Sequence[Backend] = CANDIDATES, quiet: bool = True
) -> Build:
    """Write `built/` into a release folder; nothing is written when parity fails.

    Args:
        records: the corpus: its training split is indexed, texts of its test split are the probes.
        backends: to try; the first must be float32.

    Raises:
        ReleaseError: the release is missing or damaged.
        ParityFailed: the built model answers differently.
        ConfigurationError: the base encoder cannot be had.
    """
    release = Release.load(folder, taxonomy)
    config = config_from(release.manifest["config"], MANIFEST)
    base = find_encoder(config.encoder)
    outputs = len(taxonomy.ids) + 1
    network = load_network(config, base, outputs, folder)
    calibration = Calibration.read(folder / CALIBRATION, outputs)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".building-") as name:
        work = Path(name)
        (work / TOKENIZER).write_text(base.tokenizer_json(), encoding="utf-8")
        windower = Windower.load(work / TOKENIZER)
        export_float(network, work / FLOAT_FILE)
        export_int8(network, first_windows(windower, typical_texts(records)), work / INT8_FILE)
        probes = [record.text for record in split_corpus(records).test][:PROBE_TEXTS] or [records[0].text]
        windows = first_windows(windower, probes)
        expected = torch_logits(network, windows)
        sessions = _try(work, backends)
        parities = tuple(measure_parity(backend, session, expected, windows, calibration) for backend, session in sessions.items())
        backend = choose_backend(parities)
        batches = _try_batches(network, work, expected, windows, calibration)
        at_once = cores()
        each_core = open_session(work, backend, streams=at_once)
        index = index_corpus(each_core, windower, records, at_once, quiet)
        index.write(work / PRECEDENTS, work / VECTORS)
        fit_word_model(records, taxonomy, quiet).write(work / WORDS)
        language = unpack_language_model(work, typical_texts(records, LANGUAGE_TEXTS))
        kept = [
            INT8_FILE,
            INT8_WEIGHTS,
            TOKENIZER,
            PRECEDENTS,
            VECTORS,
            WORDS,
            *language,
            *([FLOAT_FILE] if backend in ("openvino-bf16", "onnxruntime-float32") else []),
        ]
        if FLOAT_FILE not in kept:
            (work / FLOAT_FILE).unlink()
        build = Build(backend, parities, speed_on_each_core(each_core, windows, at_once), batches, len(index))
        if not build.uses_batches:
            (work / BATCH_FILE).unlink(missing_ok=True)
        record = {
            "weights": release.weights_hash,
            "backend": backend,
            "parity": [parity.as_json() for parity in build.measured],
            "texts_per_second_on_each_core": build.on_each_core,
            "files": {each: file_hash(work / each) for each in kept},
            BATCH_FILES: {BATCH_FILE: file_hash(work / BATCH_FILE)} if build.uses_batches else {},
        }
        (work / BUILD_RECORD).write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
        del sessions, each_core
        shutil.rmtree(folder / BUILT, ignore_errors=True)
        shutil.copytree(work, folder / BUILT)
    return build
