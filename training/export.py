"""From a release to what serves: merge the adapter, export ONNX, quantise to int8, prove parity, then write."""

import contextlib
import json
import logging
import shutil
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor, nn

from data.errors import ParityFailed
from data.taxonomy import Taxonomy
from data.text import normalise
from model.artefact import BUILD_RECORD, BUILT, MANIFEST, NETWORK, TOKENIZER, Release, file_hash
from model.base_encoder import find_encoder
from model.calibration import Calibration
from model.network import Network
from model.session import InferenceSession
from model.windows import MAX_TOKENS, Windower
from training.config import config_from
from training.network_io import load_network

OPSET = 20
PROBE_TEXTS = 64
FLOAT_BOUND = 1e-3
"""Largest allowed difference of a logit between torch and the float32 export."""
INT8_MEAN_BOUND = 0.03
INT8_MAX_BOUND = 0.35
"""Allowed difference of a calibrated probability between torch and int8: mean over cells, and the largest of all."""


class _Exported(nn.Module):
    """The network as serving calls it: one window, no padding."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.network = network

    def forward(self, input_ids: Tensor, content: Tensor) -> tuple[Tensor, Tensor]:
        """Return contributions [1, outputs, tokens] and bias [outputs]."""
        return self.network.contributions(input_ids, torch.ones_like(input_ids), content), self.network.head.bias + 0.0


@dataclass(frozen=True)
class Parity:
    """How far a built model is from the torch network, on probe texts.

    Attributes:
        texts: number of probe texts.
        float_logit_max: largest difference of a logit, float32 export.
        int8_mean, int8_max: mean and largest difference of a calibrated probability, int8.
    """

    texts: int
    float_logit_max: float
    int8_mean: float
    int8_max: float

    def check(self) -> None:
        """Raise ParityFailed for the first figure over its bound."""
        for backend, measure, value, bound in (
            ("float32", "largest logit difference", self.float_logit_max, FLOAT_BOUND),
            ("int8", "mean probability difference", self.int8_mean, INT8_MEAN_BOUND),
            ("int8", "largest probability difference", self.int8_max, INT8_MAX_BOUND),
        ):
            if not value <= bound:
                raise ParityFailed(backend=backend, measure=measure, value=value, bound=bound)


@contextlib.contextmanager
def _errors_only() -> Iterator[None]:
    """Silence log messages below ERROR: the exporter tells about torchvision, which is not installed and not needed."""
    logging.disable(logging.WARNING)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)


def export_float(network: Network, path: Path) -> None:
    """Write the merged network as float32 ONNX with a free number of tokens."""
    ids = torch.full((1, 16), 1000, dtype=torch.int64)
    content = torch.ones((1, 16), dtype=torch.bool)
    tokens = {1: torch.export.Dim("tokens", min=2, max=MAX_TOKENS)}
    with warnings.catch_warnings(), _errors_only():
        warnings.simplefilter("ignore")  # the exporter warns about its own internals
        torch.onnx.export(
            _Exported(network),
            (ids, content),
            str(path),
            input_names=["input_ids", "content"],
            output_names=["contributions", "bias"],
            dynamic_shapes={"input_ids": tokens, "content": tokens},
            opset_version=OPSET,
            dynamo=True,
            external_data=False,
            verbose=False,
        )


def quantise(source: Path, target: Path) -> None:
    """Write the int8 version: weights signed per channel, activations unsigned and scaled per call."""
    with _errors_only():  # it advises a pre-processing that brought nothing here
        quantize_dynamic(str(source), str(target), per_channel=True, weight_type=QuantType.QInt8)


def _logits(session: InferenceSession, windower: Windower, texts: Sequence[str]) -> NDArray[np.float64]:
    rows = []
    for text in texts:
        window = windower.windows(normalise(text).text)[0]
        contributions, bias = session.run(window.ids, window.content)
        rows.append(contributions.sum(axis=-1) + bias)
    return np.stack(rows)


def _torch_logits(network: Network, windower: Windower, texts: Sequence[str]) -> NDArray[np.float64]:
    rows = []
    for text in texts:
        window = windower.windows(normalise(text).text)[0]
        with torch.inference_mode():
            ids, content = torch.from_numpy(window.ids)[None], torch.from_numpy(window.content)[None]
            contributions = network.contributions(ids, torch.ones_like(ids), content)
            rows.append((contributions.sum(-1)[0] + network.head.bias).double().numpy())
    return np.stack(rows)


def measure_parity(
    network: Network, float_path: Path, int8_path: Path, windower: Windower, calibration: Calibration, texts: Sequence[str]
) -> Parity:
    """Compare both exports with torch on `texts`."""
    expected = _torch_logits(network, windower, texts)
    in_float = _logits(InferenceSession(float_path), windower, texts)
    in_int8 = _logits(InferenceSession(int8_path), windower, texts)
    drift = np.abs(calibration.probabilities(in_int8) - calibration.probabilities(expected))
    return Parity(len(texts), float(np.abs(in_float - expected).max()), float(drift.mean()), float(drift.max()))


def build_release(folder: Path, taxonomy: Taxonomy, texts: Sequence[str]) -> Parity:
    """Write `built/` into a release folder and return the parity figures; nothing is written when parity fails.

    Args:
        texts: probe texts, of which the first `PROBE_TEXTS` are used.

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
    calibration = Calibration.read(folder / "calibration.json", outputs)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".building-") as name:
        work = Path(name)
        (work / TOKENIZER).write_text(base.tokenizer_json(), encoding="utf-8")
        windower = Windower.load(work / TOKENIZER)
        export_float(network, work / "float.onnx")
        quantise(work / "float.onnx", work / NETWORK)
        parity = measure_parity(network, work / "float.onnx", work / NETWORK, windower, calibration, texts[:PROBE_TEXTS])
        parity.check()
        (work / "float.onnx").unlink()
        files = {name: file_hash(work / name) for name in (NETWORK, TOKENIZER)}
        record = {"manifest": file_hash(folder / MANIFEST), "backend": "onnxruntime-int8", "parity": asdict(parity), "files": files}
        (work / BUILD_RECORD).write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
        shutil.rmtree(folder / BUILT, ignore_errors=True)
        shutil.copytree(work, folder / BUILT)
    return parity
