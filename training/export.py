"""The trained network as ONNX: float32 by torch's exporter, int8 by onnxruntime's dynamic quantisation."""

import contextlib
import logging
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor, nn

from model.network import Network
from model.windows import MAX_TOKENS, Window
from training.smoothing import smoothed

OPSET = 20


class _Exported(nn.Module):
    """The network as serving calls it: one window, no padding."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.network = network

    def forward(self, input_ids: Tensor, content: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return contributions [1, outputs, tokens], bias [outputs] and embedding [1, width]."""
        contributions, embedding = self.network.contributions(input_ids, torch.ones_like(input_ids), content)
        return contributions, self.network.head.bias + 0.0, embedding


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
            output_names=["contributions", "bias", "text_embedding"],
            dynamic_shapes={"input_ids": tokens, "content": tokens},
            opset_version=OPSET,
            dynamo=True,
            external_data=False,
            verbose=False,
        )


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
