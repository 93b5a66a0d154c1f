"""Tokens around a measure that show the network which one of a text's measures is meant.

Entity markers, as relation classification uses them (Baldini Soares et al., "Matching the Blanks: Distributional Similarity for Relation
Learning", ACL 2019). They are entries of the vocabulary that no text uses.
"""

import numpy as np
from numpy.typing import NDArray

from model.windows import Window, Windower

Bools = NDArray[np.bool_]
Integers = NDArray[np.int64]


def span_tokens(window: Window, start: int, end: int) -> Bools:
    """Return which tokens of a window [tokens] stand in a half-open range of its text."""
    inside: Bools = (window.offsets[:, 0] < end) & (window.offsets[:, 1] > start) & window.content
    return inside


def marked(windower: Windower, window: Window, span: Bools) -> tuple[Integers, Bools]:
    """Return token ids [tokens + 2] with a marker before and behind a measure, and which of them are the measure and its markers.

    Args:
        windower: owner of the vocabulary.
        span: which tokens of the window are the measure's, see `span_tokens`; at least one.

    Raises:
        ReleaseDamaged: the vocabulary has no unused tokens.
    """
    places = np.flatnonzero(span)
    first, end = int(places[0]), int(places[-1]) + 1
    ids = np.insert(window.ids, [first, end], [windower.unused(0), windower.unused(1)])
    content = np.zeros(len(ids), dtype=np.bool_)
    content[first : end + 2] = True
    return ids, content
