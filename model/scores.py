"""What a text scores: its windows put together."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.embedding import Vector, pooled
from model.precedents import Match
from model.session import NetworkOutput
from model.windows import Window

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Scores:
    """Output for one text, combined over its windows: per output, the window with the highest score.

    Attributes:
        logits: float [outputs], in logit units; what calibration takes.
        contributions: per output, float [tokens of its window].
        offsets: per output, int [tokens of its window, 2], ranges in the normalised text.
        embedding: float [width], of unit length.
        windows: how many windows were read.
        truncated: whether part of the text was not read.
        nearest: the precedents nearest to the embedding, where they have been looked up already.
        words: what the word model says of the whole text, log odds [categories], where that is known already.
    """

    logits: Floats
    contributions: tuple[Floats, ...]
    offsets: tuple[NDArray[np.int64], ...]
    embedding: Vector
    windows: int
    truncated: bool
    nearest: Sequence[Match] | None = None
    words: Floats | None = None


def combine(windows: Sequence[Window], outputs: Sequence[NetworkOutput], truncated: bool = False) -> Scores:
    """Combine a text's windows: each output takes the window that says most for it (docs/decisions/0004)."""
    logits = np.stack([output.logits for output in outputs])
    best = logits.argmax(axis=0).tolist()
    return Scores(
        logits=logits.max(axis=0),
        contributions=tuple(outputs[window].contributions[i] for i, window in enumerate(best)),
        offsets=tuple(windows[window].offsets for window in best),
        embedding=pooled(windows, outputs),
        windows=len(windows),
        truncated=truncated,
    )


def covered(window: Window) -> tuple[int, int]:
    """Return the range of the text that a window holds."""
    inside = window.offsets[window.content]
    return (int(inside[0, 0]), int(inside[-1, 1])) if len(inside) else (0, 0)
