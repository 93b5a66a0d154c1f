"""The inference session: onnxruntime behind our own errors.

One text at a time, so that an answer never depends on which other texts were asked for at the same moment (the scales of
dynamic int8 are shared by a batch).
"""

from pathlib import Path

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from data.errors import InferenceFailed, ReleaseDamaged

Floats = NDArray[np.float64]


class InferenceSession:
    """Evaluates the exported network."""

    def __init__(self, path: Path, threads: int = 0) -> None:
        """Load an ONNX file.

        Args:
            path: the network; inputs `input_ids` and `content`, outputs `contributions` and `bias`.
            threads: intra-op threads; 0 lets the runtime use every core.

        Raises:
            ReleaseDamaged: the file cannot be loaded.
        """
        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        try:
            self._session = ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        except Exception as exc:  # onnxruntime's exceptions share no public base class
            raise ReleaseDamaged(file=path.name, reason=str(exc)) from exc

    def run(self, ids: NDArray[np.int64], content: NDArray[np.bool_]) -> tuple[Floats, Floats]:
        """Evaluate one window.

        Args:
            ids: [tokens].
            content: [tokens], False for special tokens.

        Returns:
            contributions [outputs, tokens] and bias [outputs]; their sum over tokens plus the bias is the logit.

        Raises:
            InferenceFailed: the runtime refused or failed.
        """
        try:
            contributions, bias = self._session.run(["contributions", "bias"], {"input_ids": ids[None], "content": content[None]})
        except Exception as exc:
            raise InferenceFailed(reason=str(exc)) from exc
        return contributions[0].astype(np.float64), bias.astype(np.float64)
