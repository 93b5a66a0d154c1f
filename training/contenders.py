"""Who runs in the benchmark: the network on every backend, what serves, and the peers."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime as ort
import torch
from numpy.typing import NDArray

from data.errors import ReleaseDamaged
from data.records import CorpusRecord
from data.taxonomy import Taxonomy
from data.text import normalise
from evals.bench import Contender
from evals.run import train_baselines
from model.artefact import BUILT, MANIFEST, TOKENIZER, Release
from model.base_encoder import BaseEncoder, find_encoder
from model.batches import BATCH_FILE, TOGETHER, Batches, OpenVinoBatches, padded, sorted_batches
from model.each_core import cores, on_each_core
from model.network import Network
from model.predictor import Predictor
from model.session import FLOAT_FILE, INT8_FILE, OUTPUTS, Backend, NetworkOutput, OnnxSession, OpenVinoSession, Session, open_session
from model.windows import Window, Windower
from training.build import typical_texts
from training.config import config_from
from training.export import export_batches, export_float, export_int8
from training.network_io import load_network
from training.parity import first_windows

Floats = NDArray[np.float64]


def sessions_to_try(work: Path) -> dict[str, Session]:
    """Return every backend that runs here, by name; float32 on onnxruntime is the first and the reference."""
    tries: dict[str, Callable[[], Session]] = {
        "onnxruntime float32": lambda: OnnxSession(work / FLOAT_FILE),
        "onnxruntime int8": lambda: OnnxSession(work / INT8_FILE),
        "OpenVINO float32": lambda: OpenVinoSession(work / FLOAT_FILE, precision="f32"),
        "OpenVINO bf16": lambda: OpenVinoSession(work / FLOAT_FILE, precision="bf16"),
        "OpenVINO int8 (dynamic, as exported)": lambda: OpenVinoSession(work / INT8_FILE, precision="f32"),
    }
    sessions = {}
    for name, make in tries.items():
        try:
            sessions[name] = make()
        except (ImportError, ReleaseDamaged):
            continue
    return sessions


class _TorchSession:
    """The network in torch, answering as an exported one does."""

    def __init__(self, network: Network) -> None:
        self._network = network

    def run(self, ids: NDArray[np.int64], content: NDArray[np.bool_]) -> NetworkOutput:
        """See `model.session.Session.run`."""
        tokens = torch.from_numpy(ids)[None]
        with torch.inference_mode():
            found, vectors = self._network.contributions(tokens, torch.ones_like(tokens), torch.from_numpy(content)[None])
        return NetworkOutput(found[0].double().numpy(), self._network.head.bias.detach().double().numpy(), vectors[0].double().numpy())


def _network_only(name: str, session: Session, windower: Windower, predictor: Predictor, at_once: int = 1) -> Contender:
    """Return the network on a runtime: its speed is that of the network, its F1 that of what would be served on it.

    Args:
        session: opened for `at_once` texts at the same time; above one, all texts are given together.
    """
    served = predictor.served_by(session)

    def run(text: str) -> Floats:
        windows, _ = windower.bounded(normalise(text).text)
        return np.stack([session.run(window.ids, window.content).logits for window in windows]).max(axis=0)

    many = None if at_once == 1 else lambda texts: list(on_each_core(run, texts, at_once))
    return Contender(f"{name}, network only", run, lambda text: served.scores(normalise(text)).logits, many)


class _OnnxBatches:
    """onnxruntime in the batches that OpenVINO gets: what batches alone bring."""

    together = TOGETHER

    def __init__(self, path: Path) -> None:
        self._session = ort.InferenceSession(str(path), providers=["CPUExecutionProvider"])

    def run(self, windows: Sequence[Window]) -> list[NetworkOutput]:
        """See `model.batches.OpenVinoBatches.run`."""
        found: dict[int, NetworkOutput] = {}
        for batch in sorted_batches(windows):
            ids, mask, content = padded([windows[i] for i in batch], step=1)
            contributions, bias, embeddings = self._session.run(list(OUTPUTS), {"input_ids": ids, "mask": mask, "content": content})
            found |= {i: NetworkOutput(contributions[row], bias, embeddings[row]) for row, i in enumerate(batch)}
        return [found[i] for i in range(len(windows))]


class OneOfMany:
    """Batches where a session of one window is asked for, so that a predictor can serve them for comparison."""

    def __init__(self, batches: Batches) -> None:
        self._batches = batches

    def run(self, ids: NDArray[np.int64], content: NDArray[np.bool_]) -> NetworkOutput:
        """See `model.session.Session.run`."""
        return self._batches.run([Window(ids, content, np.zeros((len(ids), 2), dtype=np.int64))])[0]


def _in_batches(name: str, batches: Batches, windower: Windower, served: Predictor | None) -> Contender:
    """Return the network in batches; its F1 is taken where it is served so."""

    def run(texts: Sequence[str]) -> Floats:
        windows = [windower.bounded(normalise(text).text)[0] for text in texts]
        outputs = iter(batches.run([window for each in windows for window in each]))
        return np.stack([np.stack([next(outputs).logits for _ in each]).max(axis=0) for each in windows])

    logits = None if served is None else lambda text: served.scores(normalise(text)).logits
    return Contender(f"{name}, sorted eights, network only", lambda text: run([text]), logits, run)


def _batch_contenders(network: Network, work: Path, windower: Windower, predictor: Predictor) -> list[Contender]:
    export_batches(network, work / BATCH_FILE)
    found = [_in_batches("onnxruntime float32", _OnnxBatches(work / BATCH_FILE), windower, None)]
    try:
        batches = OpenVinoBatches(work / BATCH_FILE)
    except (ImportError, ReleaseDamaged):
        return found
    served = predictor.served_by(OneOfMany(batches))
    return [*found, _in_batches("OpenVINO bf16 on each core", batches, windower, served)]


def _on_each_core(work: Path, windower: Windower, predictor: Predictor) -> list[Contender]:
    """Return onnxruntime with a text on each core, as files are read: no text meets another, so answers are those of one at a time."""
    tried: dict[str, Backend] = {"float32": "onnxruntime-float32", "int8": "onnxruntime-int8"}
    opened = {name: open_session(work, backend, streams=cores()) for name, backend in tried.items()}
    return [
        _network_only(f"onnxruntime {name}, a text on each core", session, windower, predictor, cores()) for name, session in opened.items()
    ]


def _pipeline(base: BaseEncoder, work: Path, outputs: int) -> Contender:
    """Return transformers' own text-classification pipeline over the same encoder (untrained head: only its speed is compared)."""
    import transformers

    tokenizer = transformers.PreTrainedTokenizerFast(tokenizer_file=str(work / TOKENIZER), model_max_length=384, pad_token="[PAD]")  # noqa: S106 - a token, no secret
    model: Any = transformers.AutoModelForSequenceClassification.from_pretrained(base.location, num_labels=outputs)
    pipe: Any = transformers.pipeline("text-classification", model=model, tokenizer=tokenizer, device="cpu", truncation=True, top_k=None)
    return Contender("transformers pipeline", pipe, None)


def _file_reader(name: str, predictor: Predictor) -> Contender:
    return Contender(name, predictor.classify, many=lambda texts: list(predictor.classify_many(texts)))


def contenders(folder: Path, records: Sequence[CorpusRecord], taxonomy: Taxonomy, work: Path) -> list[Contender]:
    """Return the contenders, the reference first.

    Args:
        folder: a built release.
        records: the corpus, for the statistical peer.
        work: an empty folder for exports.

    Raises:
        ReleaseError, ConfigurationError: the release or its base encoder cannot be had.
    """
    predictor, many = Predictor.load(folder), Predictor.load(folder, many=True)
    batches = Predictor.load(folder, batches=True)
    config = config_from(Release.load(folder, taxonomy).manifest["config"], MANIFEST)
    base = find_encoder(config.encoder)
    network = load_network(config, base, len(taxonomy.ids) + 1, folder)
    export_float(network, work / FLOAT_FILE)
    (work / TOKENIZER).write_text((folder / BUILT / TOKENIZER).read_text(encoding="utf-8"), encoding="utf-8")
    windower = Windower.load(work / TOKENIZER)
    export_int8(network, first_windows(windower, typical_texts(records)), work / INT8_FILE)
    _, tfidf = train_baselines(records, taxonomy)
    return [
        *(_network_only(name, session, windower, predictor) for name, session in sessions_to_try(work).items()),
        _network_only("torch float32", _TorchSession(network), windower, predictor),
        _pipeline(base, work, len(taxonomy.ids)),
        *_on_each_core(work, windower, predictor),
        *_batch_contenders(network, work, windower, predictor),
        Contender(f"catchall ({predictor.backend}), whole answer with evidence", predictor.classify),
        _file_reader("catchall, whole answers to a file of texts", many),
        *([_file_reader("catchall, the same with --fast", batches)] if batches.has_batches else []),
        Contender("TF-IDF + logistic regression", lambda text: tfidf.predict([text]), None),
    ]
