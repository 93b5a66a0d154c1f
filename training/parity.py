"""Does a built network answer as the trained one does? Measured per backend, with bounds."""

import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from data.errors import ParityFailed
from data.text import normalise
from model.batches import BATCHES, BatchBackend, OpenVinoBatches
from model.calibration import Calibration
from model.each_core import on_each_core
from model.network import Network
from model.session import Backend, Session
from model.windows import Window, Windower

Floats = NDArray[np.float64]

FLOAT_BOUND = 1e-3
"""Largest allowed difference of a logit between torch and the float32 export."""
MEAN_BOUND = 0.03
MAX_BOUND = 0.35
"""Allowed difference of a calibrated probability between torch and a fast backend: mean over cells, and the largest of all."""


@dataclass(frozen=True)
class Parity:
    """How far a backend is from the torch network, on probe texts.

    Attributes:
        backend: which; `BATCHES` for many windows at once.
        texts: number of probe texts.
        logit_max: largest difference of a logit.
        mean, max: mean and largest difference of a calibrated probability.
        texts_per_second: speed over the probes on this machine, one at a time or in batches: what the choice among backends rests on.
    """

    backend: Backend | BatchBackend
    texts: int
    logit_max: float
    mean: float
    max: float
    texts_per_second: float

    def fault(self) -> ParityFailed | None:
        """Return the first figure over its bound as an error, or None."""
        bounds = [("mean probability difference", self.mean, MEAN_BOUND), ("largest probability difference", self.max, MAX_BOUND)]
        if self.backend == "onnxruntime-float32":
            bounds.insert(0, ("largest logit difference", self.logit_max, FLOAT_BOUND))
        for measure, value, bound in bounds:
            if not value <= bound:
                return ParityFailed(backend=self.backend, measure=measure, value=value, bound=bound)
        return None

    def as_json(self) -> dict[str, Any]:
        """Return plain JSON types."""
        return asdict(self)


def first_windows(windower: Windower, texts: Sequence[str]) -> list[Window]:
    """Return the first window of each text."""
    return [windower.windows(normalise(text).text)[0] for text in texts]


def torch_logits(network: Network, windows: Sequence[Window]) -> Floats:
    """Return logits [windows, outputs] of the trained network."""
    rows = []
    for window in windows:
        ids, content = torch.from_numpy(window.ids)[None], torch.from_numpy(window.content)[None]
        with torch.inference_mode():
            contributions, _ = network.contributions(ids, torch.ones_like(ids), content)
            rows.append((contributions.sum(-1)[0] + network.head.bias).double().numpy())
    return np.stack(rows)


def measure_parity(backend: Backend, session: Session, expected: Floats, windows: Sequence[Window], calibration: Calibration) -> Parity:
    """Compare a session with the `expected` logits [windows, outputs] of torch, and time it."""
    session.run(windows[0].ids, windows[0].content)
    start = time.perf_counter()
    found = np.stack([session.run(window.ids, window.content).logits for window in windows])
    return _parity(backend, found, expected, calibration, time.perf_counter() - start)


def speed_on_each_core(session: Session, windows: Sequence[Window], at_once: int) -> float:
    """Return windows per second with one on each of `at_once` threads; `session` was opened for so many."""
    started = 0.0
    for _ in range(2):  # the first time warms up
        started = time.perf_counter()
        for _ in on_each_core(lambda window: session.run(window.ids, window.content), windows, at_once):
            pass
    return len(windows) / (time.perf_counter() - started)


def measure_batches(session: OpenVinoBatches, expected: Floats, windows: Sequence[Window], calibration: Calibration) -> Parity:
    """Compare batches as `measure_parity` does a session; they are timed when every length has been met once."""
    session.run(windows)
    start = time.perf_counter()
    found = np.stack([output.logits for output in session.run(windows)])
    return _parity(BATCHES, found, expected, calibration, time.perf_counter() - start)


def _parity(backend: Backend | BatchBackend, found: Floats, expected: Floats, calibration: Calibration, seconds: float) -> Parity:
    drift = np.abs(calibration.probabilities(found) - calibration.probabilities(expected))
    return Parity(backend, len(found), float(np.abs(found - expected).max()), float(drift.mean()), float(drift.max()), len(found) / seconds)
