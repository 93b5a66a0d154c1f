"""The attribute reader: trained on labelled sentences, its thresholds chosen on sentences kept back, built to serve without torch."""

import json
import shutil
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from datasets import Dataset
from numpy.typing import NDArray

from data.parameter_facts import Parameter
from data.splits import split_of
from data.text import normalise
from evals.intervals import wilson
from evals.parameters import DEVELOPMENT_SENTENCES, SCORED, ParameterItem, load_items
from model.artefact import BUILD_RECORD, BUILT, TOKENIZER, file_hash
from model.attribute_reader import AttributeReader
from model.attributes import read_attributes
from model.base_encoder import find_encoder
from model.calibration import Calibration
from model.quantity_reader import QUANTITIES
from model.reader_files import BACKEND, READER, Output, ReaderThresholds, read_reader_facts
from model.reading import Value
from model.sentences import passages
from model.session import INT8_FILE, INT8_WEIGHTS, open_session
from model.windows import Windower
from training.config import TrainingConfig, config_from
from training.examples import example
from training.export import export_int8
from training.network_io import load_network
from training.parity import Parity, first_windows, measure_parity, torch_logits
from training.reader_fit import (
    NETWORK_UNHEARD,
    best_thresholds,
    check_outputs,
    fit_reader,
    reading_figures,
    rewrite_thresholds,
    write_reader,
)
from training.scoring import logits_of

PROBES = 64
READER_CONFIG = Path(__file__).with_name("configs") / "reader.toml"
CHOICE = "end_user"
"""The one choice that is read by the network; the others follow from numbers and names of standards."""
PRECISION = 0.97
"""Of what is read, at least this share is to be right on the sentences kept back: of passages of papers it is then 0.98."""

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]


def outputs_of(parameters: dict[str, Parameter]) -> tuple[Output, ...]:
    """Return the outputs of a reader: both sides of every attribute that is read from texts, and each intended user."""
    read = list(parameters.values())[:SCORED]
    sides: list[Output] = [(each.id, side) for each in read if each.kind == "attribute" for side in (True, False)]
    return (*sides, *((CHOICE, value) for value in parameters[CHOICE].values))


def targets_of(item: ParameterItem, outputs: Sequence[Output]) -> tuple[list[float], list[float]]:
    """Return labels and loss weights, one per output; what careful readers could differ over has no weight."""
    labels = [float(value in item.expects.get(name, ())) for name, value in outputs]
    return labels, [0.0 if name in item.may else 1.0 for name, _ in outputs]


def split_items(items: Iterable[ParameterItem]) -> tuple[list[ParameterItem], list[ParameterItem]]:
    """Return the sentences to train on and those kept back for the thresholds, by the hash of their text."""
    train: list[ParameterItem] = []
    kept: list[ParameterItem] = []
    for item in items:
        (kept if split_of(item.text) == "calibration" else train).append(item)
    return train, kept


def split_groups(groups: Iterable[Iterable[ParameterItem]]) -> tuple[list[ParameterItem], list[list[ParameterItem]]]:
    """Return the sentences of all groups to train on, and those of each group that are kept back; see `split_items`."""
    parts = [split_items(group) for group in groups]
    return [item for train, _ in parts for item in train], [kept for _, kept in parts]


def dataset_of(items: Iterable[ParameterItem], windower: Windower, outputs: Sequence[Output]) -> Dataset:
    """Return one example per sentence, as `training.examples.build_dataset` does for records."""
    return Dataset.from_list([example(item.text, windower, *targets_of(item, outputs)) for item in items])


@dataclass(frozen=True)
class KeptBack:
    """What network and phrases say of sentences kept back, in the order of the outputs.

    Attributes:
        alone: [sentences, outputs], the highest logit over the passages without a phrase for it; minus infinity where there are none.
        beside: the same over the passages with one.
        labels: bool [sentences, outputs].
        counted: bool [sentences, outputs], False where careful readers could differ.
    """

    alone: Floats
    beside: Floats
    labels: Bools
    counted: Bools


def evidence_of(items: Sequence[ParameterItem], outputs: Sequence[Output], logits: Callable[[Sequence[str]], Floats]) -> KeptBack:
    """Return what is known of each sentence; `logits` maps texts to [texts, outputs]."""
    pieces: list[str] = []
    places: list[tuple[int, frozenset[tuple[str, Value]]]] = []
    for i, item in enumerate(items):
        text = normalise(item.text).text
        found = read_attributes(text)
        for start, end in passages(text):
            pieces.append(text[start:end])
            places.append((i, frozenset((each.parameter, each.value) for each in found if start <= each.start < end)))
    scores = logits(pieces)
    alone = np.full((len(items), len(outputs)), -np.inf)
    beside = alone.copy()
    for (i, named), row in zip(places, scores, strict=True):
        has = np.array([output in named for output in outputs])
        alone[i] = np.maximum(alone[i], np.where(has, -np.inf, row))
        beside[i] = np.maximum(beside[i], np.where(has, row, -np.inf))
    rows = [targets_of(item, outputs) for item in items]
    labels, weights = (np.array([row[side] for row in rows]) > 0 for side in (0, 1))
    return KeptBack(alone, beside, labels, weights)


def counts(evidence: KeptBack, thresholds: ReaderThresholds, weights: Floats | None = None) -> tuple[float, float, float]:
    """Return how many told values are read rightly, wrongly and not at all; `weights` [sentences] are ones where not given."""
    read = ((evidence.alone >= thresholds.alone) | (evidence.beside >= thresholds.with_phrase)) & evidence.counted
    told = evidence.labels & evidence.counted
    weigh = np.ones(len(told)) if weights is None else weights
    right, wrong, missed = (float(weigh @ kind.sum(axis=1)) for kind in (read & told, read & ~told, ~read & told))
    return right, wrong, missed


def choose_thresholds(evidence: KeptBack, precision: float = PRECISION, weights: Floats | None = None) -> ReaderThresholds:
    """Return the thresholds of highest recall among those of at least a precision; of highest precision where there are none.

    Args:
        weights: [sentences], how much each counts; all alike where not given.
    """
    return best_thresholds(lambda thresholds: counts(evidence, thresholds, weights)[:2], precision)


def equal_weights(sizes: Sequence[int]) -> Floats:
    """Return a weight per sentence of groups that lie one after the other, so that each group counts the same; their mean is 1."""
    some = [size for size in sizes if size]
    return np.concatenate([np.full(size, sum(some) / len(some) / size) for size in some]) if some else np.zeros(0)


def _figures(evidence: KeptBack, thresholds: ReaderThresholds) -> dict[str, Any]:
    right, wrong, missed = counts(evidence, thresholds)
    return reading_figures(len(evidence.labels), wilson(int(right), int(right + wrong)), wilson(int(right), int(right + missed)))


def train_reader(
    config: TrainingConfig,
    groups: Sequence[Sequence[ParameterItem]],
    parameters: dict[str, Parameter],
    folder: Path,
    start: Path | None = None,
    device: str = "auto",
    quiet: bool = False,
) -> dict[str, Any]:
    """Train on labelled sentences and write a reader folder; returns its manifest.

    Args:
        groups: a share of each is kept back for the thresholds, where every group counts the same however many sentences it holds.
            Best one of plain sentences, with which phrases were written and which flatter them, one of passages as product papers
            write them, and one of sentences that avoid a field's keywords, which do phrases less than justice.
        start: a release or a reader to begin with, see `training.reader_fit.fit_reader`.

    Raises:
        ConfigurationError: the device or the encoder cannot be had.
    """
    outputs = outputs_of(parameters)
    train, kept = split_groups(groups)
    fitted = fit_reader(config, lambda windower: dataset_of(train, windower, outputs), outputs, folder, start, device, quiet)
    thresholds, figures = _chosen(kept, outputs, lambda texts: logits_of(fitted.network, fitted.windower, texts, quiet=quiet))
    return write_reader(folder, fitted, config, outputs, thresholds, {"sentences": sum(map(len, groups)), **figures})


def calibrate_reader(folder: Path, groups: Sequence[Sequence[ParameterItem]], parameters: dict[str, Parameter]) -> dict[str, Any]:
    """Choose the thresholds of a built reader anew, on the sentences of each group that training keeps back; returns its manifest.

    Args:
        groups: see `train_reader`; where labels were mended, or what counts the same has changed, no training is needed.

    Raises:
        ReleaseMissing, ReleaseDamaged: the reader is not there, not built or damaged.
        ConfigurationError: it reads something else than the attributes of `parameters`.
    """
    reader = AttributeReader.load(folder)
    outputs = outputs_of(parameters)
    check_outputs(reader.facts, outputs, folder)
    _, kept = split_groups(groups)
    thresholds, figures = _chosen(kept, outputs, lambda texts: np.stack(list(map(reader.logits, texts))))
    return rewrite_thresholds(folder, reader.facts, thresholds, figures)


def _chosen(
    kept: Sequence[Sequence[ParameterItem]], outputs: Sequence[Output], logits: Callable[[Sequence[str]], Floats]
) -> tuple[ReaderThresholds, dict[str, Any]]:
    """Return the thresholds for groups of sentences kept back, which count the same, and the figures with them and with phrases alone."""
    evidence = evidence_of([item for group in kept for item in group], outputs, logits)
    thresholds = choose_thresholds(evidence, weights=equal_weights([len(group) for group in kept]))
    return thresholds, {"kept_back": _figures(evidence, thresholds), "phrases_alone": _figures(evidence, NETWORK_UNHEARD)}


def reader_probes() -> list[str]:
    """Return the sentences on which a build is compared with the trained network."""
    return [item.text for item in load_items(DEVELOPMENT_SENTENCES[0])[:PROBES]]


def build_readers(folder: Path) -> list[Parity]:
    """Build the attribute reader in a folder, and the quantity reader in its subfolder if there is one; see `build_reader`."""
    both = [folder, *([folder / QUANTITIES] if (folder / QUANTITIES).is_dir() else [])]
    return [build_reader(each, reader_probes()) for each in both]


def build_reader(folder: Path, probes: Sequence[str]) -> Parity:
    """Write `built/` into a reader folder: the network as ONNX int8, and the tokenizer; nothing is written when parity fails.

    Args:
        probes: texts on which activations are measured, and on which the export must answer as the trained network does.

    Raises:
        ReleaseMissing, ReleaseDamaged: the reader is not there or not what its manifest says.
        ParityFailed: the built network answers differently.
        ConfigurationError: the base encoder cannot be had.
    """
    facts = read_reader_facts(folder)
    config = config_from(facts.manifest["config"], READER)
    base = find_encoder(config.encoder)
    network = load_network(config, base, len(facts.outputs), folder)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".building-") as name:
        work = Path(name)
        (work / TOKENIZER).write_text(base.tokenizer_json(), encoding="utf-8")
        windows = first_windows(Windower.load(work / TOKENIZER), probes)
        export_int8(network, windows, work / INT8_FILE)
        session = open_session(work, BACKEND)
        parity = measure_parity(BACKEND, session, torch_logits(network, windows), windows, Calibration.identity(len(facts.outputs)))
        if fault := parity.fault():
            raise fault
        files = {each: file_hash(work / each) for each in (INT8_FILE, INT8_WEIGHTS, TOKENIZER)}
        record = {"weights": facts.manifest["files"], "parity": parity.as_json(), "files": files}
        (work / BUILD_RECORD).write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
        shutil.rmtree(folder / BUILT, ignore_errors=True)
        shutil.copytree(work, folder / BUILT)
    return parity
