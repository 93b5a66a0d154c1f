"""Calibration: scores to probabilities that mean what they say.

One form holds the three methods that are compared: with s = sigmoid(score),
probability = sigmoid(hit · log s - miss · log(1 - s) + intercept), which is beta calibration (Kull et al. 2017); with
hit = miss it is Platt's line (Platt 1999), with one slope for all outputs and no intercept it is a temperature (Guo et al. 2017).
"""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from data.errors import ReleaseDamaged
from model.opinions import NETWORK_ALONE, OpinionWeights

Floats = NDArray[np.float64]
Method = Literal["temperature", "platt", "beta"]
METHODS: tuple[Method, ...] = get_args(Method)


def sigmoid(x: Floats) -> Floats:
    """Return 1 / (1 + exp(-x)) without overflow; any shape."""
    return np.exp(-np.logaddexp(0.0, -x))


def log_sigmoid(x: Floats) -> Floats:
    """Return log(sigmoid(x)) without overflow; any shape."""
    return -np.logaddexp(0.0, -x)


@dataclass(frozen=True)
class Calibration:
    """One curve per output: the 29 categories in taxonomy order, then `insufficient`.

    Attributes:
        hit, miss, intercept: float [outputs], see the module.
        method: how they were fitted.
        log_losses: cross-validated log loss of every method that was compared; what the choice rests on.
        opinions: how the scores were weighed that these curves were fitted to.
    """

    hit: Floats
    miss: Floats
    intercept: Floats
    method: Method = "platt"
    log_losses: dict[str, float] = field(default_factory=dict)
    opinions: OpinionWeights = NETWORK_ALONE

    def probabilities(self, scores: Floats) -> Floats:
        """Map scores [..., outputs], as `opinions` weighs them, to probabilities of the same shape."""
        return sigmoid(self.hit * log_sigmoid(scores) - self.miss * log_sigmoid(-scores) + self.intercept)

    @classmethod
    def identity(cls, outputs: int) -> "Calibration":
        """Return the calibration that trusts the model as it is."""
        return cls(np.ones(outputs), np.ones(outputs), np.zeros(outputs), "temperature")

    def write(self, path: Path) -> None:
        """Write as readable JSON."""
        curves = {"hit": self.hit.tolist(), "miss": self.miss.tolist(), "intercept": self.intercept.tolist()}
        content = {"method": self.method, "log_losses": self.log_losses, "opinions": self.opinions.as_json()} | curves
        path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")

    @classmethod
    def read(cls, path: Path, outputs: int) -> "Calibration":
        """Read what `write` wrote.

        Raises:
            ReleaseDamaged: not JSON, an unknown method, or not `outputs` finite values of each kind.
        """
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            hit, miss, intercept = (np.asarray(content[name], dtype=float) for name in ("hit", "miss", "intercept"))
            method, losses = content["method"], {str(name): float(loss) for name, loss in content["log_losses"].items()}
            # Releases from before there were other opinions rest on the network alone.
            opinions = OpinionWeights(**{name: float(weight) for name, weight in content.get("opinions", {}).items()})
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as exc:
            raise ReleaseDamaged(file=path.name, reason=str(exc)) from exc
        if method not in METHODS:
            raise ReleaseDamaged(file=path.name, reason=f"unknown method '{method}'")
        if any(curve.shape != (outputs,) or not np.isfinite(curve).all() for curve in (hit, miss, intercept)):
            raise ReleaseDamaged(file=path.name, reason=f"expected {outputs} finite values of hit, miss and intercept")
        if not np.isfinite([opinions.words, opinions.precedents]).all():
            raise ReleaseDamaged(file=path.name, reason="the weight of an opinion is no finite number")
        return cls(hit, miss, intercept, method, losses, opinions)
