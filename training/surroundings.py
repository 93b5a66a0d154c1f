"""What is known of held-out texts besides what the network says of them."""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from model.opinions import OpinionWeights, shares_of

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Surroundings:
    """What the index of training texts and the word model say of each text.

    Attributes:
        likeness: [texts, NEIGHBOURS], cosine.
        labels: bool [texts, NEIGHBOURS, categories].
        words: [texts], their length.
        opinion: log odds [texts, categories] by the word model.
    """

    likeness: Floats
    labels: Bools
    words: NDArray[np.int64]
    opinion: Floats

    @property
    def shares(self) -> Floats:
        """How far the nearest training texts have each category, [texts, categories]."""
        return shares_of(self.likeness, self.labels)

    def rows(self, index: NDArray[np.int64]) -> "Surroundings":
        """Return the texts at `index`."""
        return Surroundings(self.likeness[index], self.labels[index], self.words[index], self.opinion[index])


PARTS = tuple(field.name for field in fields(Surroundings))


def scores_of(logits: Floats, near: Surroundings | None, opinions: OpinionWeights) -> Floats:
    """Return the network's logits [texts, outputs] with the other opinions weighed in; as they are where nothing else is known."""
    return logits if near is None else opinions.scores(logits, near.opinion, near.shares)
