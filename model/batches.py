"""Many windows at once: length-sorted batches on OpenVINO, for catalogues of thousands of descriptions.

One text at a time is what serves; `catchall classify --fast` reads files in batches (docs/decisions/0001). Neighbours in a batch
change nothing but last digits: bf16 has no scales that texts would share, as dynamic int8 has, and padding is masked.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from data.errors import InferenceFailed
from model.each_core import cores
from model.session import OUTPUTS, NetworkOutput, compiled
from model.windows import Window

BATCH_FILE = "model-batches.onnx"
BatchBackend = Literal["openvino-bf16-batches"]
BATCHES: BatchBackend = "openvino-bf16-batches"

SIZE = 8
"""Windows in a batch: more costs more padding than it gains (docs/LOG.md)."""
TOGETHER = 256
"""Windows evaluated at a time: enough to sort by length, little enough to be kept."""
STEP = 16
"""Lengths are padded up to multiples of this, in tokens: the runtime compiles anew for each length that it has not met."""


def sorted_batches(windows: Sequence[Window], size: int = SIZE) -> list[list[int]]:
    """Return positions of the windows in batches, the longest first, so that those of a batch are of nearly one length."""
    order = sorted(range(len(windows)), key=lambda i: -len(windows[i].ids))
    return [order[start : start + size] for start in range(0, len(order), size)]


def padded(windows: Sequence[Window], step: int = STEP) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]:
    """Return ids, attention mask and content of windows as arrays [windows, tokens], padded to a multiple of `step`."""
    tokens = -(-max(len(window.ids) for window in windows) // step) * step
    ids, mask = np.zeros((2, len(windows), tokens), dtype=np.int64)
    content = np.zeros((len(windows), tokens), dtype=bool)
    for row, window in enumerate(windows):
        length = len(window.ids)
        ids[row, :length], mask[row, :length], content[row, :length] = window.ids, 1, window.content
    return ids, mask, content


class Batches(Protocol):
    """Evaluates many windows at once.

    Attributes:
        together: windows that are worth waiting for.
    """

    together: int

    def run(self, windows: Sequence[Window]) -> list[NetworkOutput]:
        """Evaluate windows, in the order given.

        Raises:
            InferenceFailed: the runtime failed.
        """
        ...


class OpenVinoBatches:
    """OpenVINO on the CPU, each core with a batch of its own. Not to be shared between threads."""

    together = TOGETHER

    def __init__(self, path: Path, threads: int = 0) -> None:
        """Load an ONNX file with free batch and length and compile it for this machine.

        Args:
            path: the network; inputs `input_ids`, `mask` and `content`, outputs as in `NetworkOutput`, stacked.
            threads: cores to use; 0 for all.

        Raises:
            ReleaseDamaged: the file cannot be loaded or compiled.
            ImportError: OpenVINO is not installed.
        """
        import openvino

        streams = threads or cores()
        model = compiled(path, {"INFERENCE_PRECISION_HINT": "bf16", "NUM_STREAMS": streams, "INFERENCE_NUM_THREADS": streams})
        self._ports = [model.output(name) for name in OUTPUTS]
        self._queue = openvino.AsyncInferQueue(model, streams)
        self._queue.set_callback(self._keep)
        self._found: dict[int, NetworkOutput] = {}

    def run(self, windows: Sequence[Window]) -> list[NetworkOutput]:
        """See `Batches.run`."""
        self._found.clear()
        try:
            for batch in sorted_batches(windows):
                chosen = [windows[i] for i in batch]
                ids, mask, content = padded(chosen)
                lengths = [len(window.ids) for window in chosen]
                self._queue.start_async({"input_ids": ids, "mask": mask, "content": content}, list(zip(batch, lengths, strict=True)))
            self._queue.wait_all()
            return [self._found[i] for i in range(len(windows))]
        except (RuntimeError, KeyError) as exc:
            raise InferenceFailed(reason=str(exc)) from exc

    def _keep(self, request: Any, batch: list[tuple[int, int]]) -> None:
        contributions, bias, embeddings = (np.array(request.get_tensor(port).data, dtype=np.float64) for port in self._ports)
        for row, (position, length) in enumerate(batch):
            self._found[position] = NetworkOutput(contributions[row, :, :length], bias, embeddings[row])


def open_batches(folder: Path, threads: int = 0) -> OpenVinoBatches | None:
    """Open the network of a build for batches; None where the build has none or OpenVINO is not installed.

    Raises:
        ReleaseDamaged: the file cannot be loaded.
    """
    if not (folder / BATCH_FILE).is_file():
        return None
    try:
        return OpenVinoBatches(folder / BATCH_FILE, threads)
    except ImportError:
        return None
