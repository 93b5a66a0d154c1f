"""Calibration: raw logits to probabilities that mean what they say (Platt 1999: sigmoid(slope · logit + intercept))."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from data.errors import ReleaseDamaged

Floats = NDArray[np.float64]


def sigmoid(x: Floats) -> Floats:
    """Return 1 / (1 + exp(-x)) without overflow; any shape."""
    return np.exp(-np.logaddexp(0.0, -x))


@dataclass(frozen=True)
class Calibration:
    """One line per output: the 29 categories in taxonomy order, then `insufficient`.

    Attributes:
        slopes, intercepts: float [outputs].
    """

    slopes: Floats
    intercepts: Floats

    def probabilities(self, logits: Floats) -> Floats:
        """Map logits [..., outputs] to probabilities of the same shape."""
        return sigmoid(logits * self.slopes + self.intercepts)

    @classmethod
    def identity(cls, outputs: int) -> "Calibration":
        """Return the calibration that trusts the model as it is."""
        return cls(np.ones(outputs), np.zeros(outputs))

    def write(self, path: Path) -> None:
        """Write as readable JSON."""
        content = {"method": "platt", "slopes": self.slopes.tolist(), "intercepts": self.intercepts.tolist()}
        path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")

    @classmethod
    def read(cls, path: Path, outputs: int) -> "Calibration":
        """Read what `write` wrote.

        Raises:
            ReleaseDamaged: not JSON, or not `outputs` finite pairs.
        """
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            calibration = cls(np.asarray(content["slopes"], dtype=float), np.asarray(content["intercepts"], dtype=float))
        except (OSError, ValueError, KeyError, TypeError) as exc:
            raise ReleaseDamaged(file=path.name, reason=str(exc)) from exc
        lines = (calibration.slopes, calibration.intercepts)
        if any(line.shape != (outputs,) or not np.isfinite(line).all() for line in lines):
            raise ReleaseDamaged(file=path.name, reason=f"expected {outputs} finite slopes and intercepts")
        return calibration
