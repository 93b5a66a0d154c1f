"""Inference sessions: a runtime behind our own errors, one window at a time.

One text at a time, so that an answer never depends on which other texts were asked for at the same moment (the scales of
dynamic int8 are shared by a batch).
"""

import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol, get_args

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from data.errors import InferenceFailed, ReleaseDamaged
from model.each_core import cores

Floats = NDArray[np.float64]
Backend = Literal["onnxruntime-int8", "onnxruntime-float32", "openvino-bf16", "openvino-int8"]
BACKENDS: tuple[Backend, ...] = get_args(Backend)

INT8_FILE = "model.onnx"
INT8_WEIGHTS = INT8_FILE + ".data"
"""Its weights: the runtime maps them into memory, so that rows of the vocabulary that no text meets are never loaded."""

FLOAT_FILE = "model-float.onnx"
OUTPUTS = ("contributions", "bias", "text_embedding")
"""Of the exported network, see `NetworkOutput`."""


@dataclass(frozen=True)
class NetworkOutput:
    """What the network says of one window.

    Attributes:
        contributions: [outputs, tokens]; their sum over tokens plus the bias is the logit.
        bias: [outputs].
        embedding: [width], the mean of the token states; not of unit length.
    """

    contributions: Floats
    bias: Floats
    embedding: Floats

    @property
    def logits(self) -> Floats:
        """The logits [outputs]."""
        result: Floats = self.contributions.sum(axis=-1) + self.bias
        return result


class Session(Protocol):
    """Evaluates the exported network; safe to share between threads."""

    def run(self, ids: NDArray[np.int64], content: NDArray[np.bool_]) -> NetworkOutput:
        """Evaluate one window: token `ids` [tokens] and `content` [tokens], False for special tokens.

        Raises:
            InferenceFailed: the runtime refused or failed.
        """
        ...


def _output(found: Any) -> NetworkOutput:
    contributions, bias, embedding = (np.asarray(each, dtype=np.float64) for each in found)
    return NetworkOutput(contributions[0], bias, embedding[0])


class OnnxSession:
    """onnxruntime on the CPU; always available."""

    def __init__(self, path: Path, threads: int = 0) -> None:
        """Load an ONNX file.

        Args:
            path: the network; inputs `input_ids` and `content`, outputs as in `NetworkOutput`.
            threads: intra-op threads; 0 lets the runtime use every core.

        Raises:
            ReleaseDamaged: the file cannot be loaded.
        """
        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.enable_mem_pattern = False  # plans of memory per length of text: no faster, and megabytes
        options.log_severity_level = 3
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        try:
            self._session = ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        except Exception as exc:  # onnxruntime's exceptions share no public base class
            raise ReleaseDamaged(file=path.name, reason=str(exc)) from exc

    def run(self, ids: NDArray[np.int64], content: NDArray[np.bool_]) -> NetworkOutput:
        """See `Session.run`."""
        try:
            return _output(self._session.run(list(OUTPUTS), {"input_ids": ids[None], "content": content[None]}))
        except Exception as exc:
            raise InferenceFailed(reason=str(exc)) from exc


def compiled(path: Path, options: dict[str, Any]) -> Any:
    """Return an ONNX file compiled by OpenVINO for this machine's CPU.

    Raises:
        ReleaseDamaged: the file cannot be loaded or compiled.
        ImportError: OpenVINO is not installed.
    """
    import openvino

    try:
        core = openvino.Core()
        return core.compile_model(core.read_model(str(path)), "CPU", options)
    except RuntimeError as exc:
        raise ReleaseDamaged(file=path.name, reason=str(exc)) from exc


class OpenVinoSession:
    """OpenVINO on the CPU: the extra `fast`. Its requests are not thread-safe, so each thread has its own."""

    def __init__(self, path: Path, threads: int = 0, precision: Literal["bf16", "f32"] = "bf16", streams: int = 1) -> None:
        """Load an ONNX file and compile it for this machine.

        Args:
            path: see `OnnxSession`.
            threads: of all requests together; 0 lets the runtime use every core.
            precision: arithmetic that the runtime may use.
            streams: requests that run at the same time, each on its share of the threads.

        Raises:
            ReleaseDamaged: the file cannot be loaded or compiled.
            ImportError: OpenVINO is not installed.
        """
        options: dict[str, Any] = {"INFERENCE_PRECISION_HINT": precision, "PERFORMANCE_HINT": "LATENCY", "NUM_STREAMS": streams}
        if threads:
            options["INFERENCE_NUM_THREADS"] = threads
        self._model = compiled(path, options)
        self._ports = [self._model.output(name) for name in OUTPUTS]
        self._local = threading.local()

    def run(self, ids: NDArray[np.int64], content: NDArray[np.bool_]) -> NetworkOutput:
        """See `Session.run`."""
        try:
            if not hasattr(self._local, "request"):
                self._local.request = self._model.create_infer_request()
            found = self._local.request.infer({"input_ids": ids[None], "content": content[None]})
            return _output(found[port] for port in self._ports)
        except RuntimeError as exc:
            raise InferenceFailed(reason=str(exc)) from exc


def open_session(folder: Path, backend: str, threads: int = 0, streams: int = 1) -> Session:
    """Open the built network of a release with the backend that its build chose.

    A build made where OpenVINO was installed falls back to onnxruntime where it is not; answers then differ in the last digits.

    Args:
        threads: 0 for every core.
        streams: windows that will be evaluated at the same time, each on its share of the threads (see `model.each_core`).

    Raises:
        ReleaseDamaged: unknown backend, or the file cannot be loaded.
    """
    if backend not in BACKENDS:
        raise ReleaseDamaged(file="build.json", reason=f"unknown backend '{backend}'")
    file = FLOAT_FILE if backend in ("onnxruntime-float32", "openvino-bf16") else INT8_FILE
    if backend.startswith("openvino"):
        try:
            return OpenVinoSession(folder / file, threads, "bf16" if backend == "openvino-bf16" else "f32", streams)
        except ImportError:
            file = INT8_FILE
    return OnnxSession(folder / file, threads if streams == 1 else max(1, (threads or cores()) // streams))
