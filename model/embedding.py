"""A description as one unit vector, by the fine-tuned encoder: what precedents and the domain check compare."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from data.text import NormalisedText
from model.session import NetworkOutput, Session
from model.windows import Window, Windower

Vector = NDArray[np.float32]


def pooled(windows: Sequence[Window], outputs: Sequence[NetworkOutput]) -> Vector:
    """Return the unit vector [width] of a text: its windows' embeddings, weighted by their tokens."""
    weights = np.array([max(1, int(window.content.sum())) for window in windows], dtype=np.float64)
    vector = (np.stack([output.embedding for output in outputs]) * weights[:, None]).sum(axis=0)
    unit: Vector = (vector / max(float(np.linalg.norm(vector)), 1e-12)).astype(np.float32)
    return unit


def embed(session: Session, windower: Windower, text: NormalisedText) -> Vector:
    """Return the unit vector [width] of a text.

    Raises:
        InferenceFailed: the runtime failed.
    """
    windows = windower.windows(text.text)
    return pooled(windows, [session.run(window.ids, window.content) for window in windows])
