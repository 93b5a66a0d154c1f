"""The trained network as ONNX: float32 by torch's exporter, int8 by onnxruntime's dynamic quantisation."""

import contextlib
import logging
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor, nn

from model.network import Network
from model.session import OUTPUTS
from model.windows import MAX_TOKENS, Window
from training.smoothing import smoothed

OPSET = 20
MOST_WINDOWS = 1024
"""Of a batch, as the exported network is told."""


class _Exported(nn.Module):
    """The network as serving calls it: one window, no padding."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.network = network

    def forward(self, input_ids: Tensor, content: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return contributions [1, outputs, tokens], bias [outputs] and embedding [1, width]."""
        contributions, embedding = self.network.contributions(input_ids, torch.ones_like(input_ids), content)
        return contributions, self.network.head.bias + 0.0, embedding


class _InBatches(nn.Module):
    """The network for batches of windows, padding masked."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.network = network

    def forward(self, input_ids: Tensor, mask: Tensor, content: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return contributions [batch, outputs, tokens], bias [outputs] and embeddings [batch, width]."""
        contributions, embedding = self.network.contributions(input_ids, mask, content)
        return contributions, self.network.head.bias + 0.0, embedding


@contextlib.contextmanager
def _errors_only() -> Iterator[None]:
    """Silence log messages below ERROR: the exporter tells about torchvision, which is not installed and not needed."""
    logging.disable(logging.WARNING)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)


def _export(module: nn.Module, example: dict[str, Tensor], axes: dict[int, Any], path: Path) -> None:
    with warnings.catch_warnings(), _errors_only():
        warnings.simplefilter("ignore")  # the exporter warns about its own internals
        torch.onnx.export(
            module,
            tuple(example.values()),
            str(path),
            input_names=list(example),
            output_names=list(OUTPUTS),
            dynamic_shapes=dict.fromkeys(example, axes),
            opset_version=OPSET,
            dynamo=True,
            external_data=False,
            verbose=False,
        )


def export_float(network: Network, path: Path) -> None:
    """Write the merged network as float32 ONNX with a free number of tokens."""
    example = {"input_ids": torch.full((1, 16), 1000, dtype=torch.int64), "content": torch.ones((1, 16), dtype=torch.bool)}
    _export(_Exported(network), example, {1: torch.export.Dim("tokens", min=2, max=MAX_TOKENS)}, path)


def export_batches(network: Network, path: Path) -> None:
    """Write the merged network as float32 ONNX with a free number of windows and of tokens, see `model.batches`."""
    ids = torch.full((2, 16), 1000, dtype=torch.int64)
    example = {"input_ids": ids, "mask": torch.ones_like(ids), "content": torch.ones((2, 16), dtype=torch.bool)}
    axes = {0: torch.export.Dim("windows", min=1, max=MOST_WINDOWS), 1: torch.export.Dim("tokens", min=2, max=MAX_TOKENS)}
    _export(_InBatches(network), example, axes, path)


def export_int8(network: Network, windows: Sequence[Window], path: Path) -> None:
    """Write the merged network as int8 ONNX, its activations evened out on `windows` first (see `training.smoothing`)."""
    with tempfile.TemporaryDirectory() as folder:
        even = Path(folder) / "even.onnx"
        export_float(smoothed(network, windows), even)
        quantise(even, path)


def quantise(source: Path, target: Path) -> None:
    """Write the int8 version of a float32 file: weights signed per channel, activations unsigned and scaled per call.

    Weights go into a file of their own beside it, named like it with ".data" behind.

    Weights use 7 of the 8 bits: without VNNI, pairs of products are summed in 16 bits, which full weights overflow, so that answers
    would depend on the processor (onnxruntime's documentation on quantisation, "reduce_range").
    """
    with _errors_only():  # it advises a pre-processing that brought nothing here
        quantize_dynamic(
            str(source), str(target), per_channel=True, weight_type=QuantType.QInt8, reduce_range=True, use_external_data_format=True
        )
