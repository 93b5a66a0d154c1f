"""Three opinions of a text weighed into one score per category: the network's, the word model's and that of the nearest precedents.

They err on different texts, so a weighed sum knows more than each (stacked generalisation, Wolpert 1992; neighbours beside a
network: Khandelwal et al. 2020, 'Generalization through memorization'). The sum stays additive: what words contribute to the
network's score and to the word model's is added up per token, what precedents say goes into the constant, and so the evidence
shown still adds up to the score.
"""

from dataclasses import asdict, dataclass, replace

import numpy as np
from numpy.typing import NDArray

from model.session import NetworkOutput
from model.windows import Window
from model.word_model import WordOpinion

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

SHARPNESS = 20.0
"""A precedent that is 0.05 less alike (cosine) counts e times less; chosen on the calibration split (docs/LOG.md)."""


def shares_of(likeness: Floats, labels: Bools) -> Floats:
    """Return how far the nearest precedents have each category, 0 to 1, [texts, categories]; the more alike count for more.

    Args:
        likeness: [texts, neighbours], cosine.
        labels: [texts, neighbours, categories].
    """
    weights = np.exp(SHARPNESS * (likeness - likeness.max(axis=1, keepdims=True)))
    result: Floats = np.einsum("tn,tnc->tc", weights / weights.sum(axis=1, keepdims=True), labels)
    return result


@dataclass(frozen=True)
class OpinionWeights:
    """What the other opinions count for beside the network's logit, which counts once.

    Attributes:
        words: per unit of the word model's log odds.
        precedents: for a category that all the nearest precedents have.
    """

    words: float = 0.0
    precedents: float = 0.0

    def scores(self, logits: Floats, opinion: Floats, shares: Floats) -> Floats:
        """Return the weighed scores [..., outputs]; the last output, `insufficient`, is the network's alone.

        Args:
            logits: of the network, [..., outputs].
            opinion: log odds by the word model, [..., categories].
            shares: see `shares_of`, [..., categories].
        """
        result = logits.copy()
        result[..., :-1] += self.words * opinion + self.precedents * shares
        return result

    def as_json(self) -> dict[str, float]:
        """Return plain JSON types."""
        return asdict(self)


NETWORK_ALONE = OpinionWeights()


def weighed(
    output: NetworkOutput, window: Window, span: tuple[int, int], weights: OpinionWeights, words: WordOpinion, shares: Floats
) -> NetworkOutput:
    """Return a window's output with the other opinions added; its logits are `OpinionWeights.scores`.

    Args:
        output: of the network.
        window: what it read.
        span: the range of the normalised text that the window covers.
        words: what the word model says of that range.
        shares: of the precedents nearest to the window, [categories].
    """
    contributions, bias = output.contributions.copy(), output.bias.copy()
    bias[:-1] += weights.precedents * shares
    if weights.words:
        start, end = span
        starts = np.where(window.content, window.offsets[:, 0] - start, end - start)
        by_token, left_over = _on_tokens(starts, words.places, words.said, end - start)
        contributions[:-1] += weights.words * by_token
        bias[:-1] += weights.words * (words.constants + left_over)
    return replace(output, contributions=contributions, bias=bias)


def _on_tokens(starts: NDArray[np.int64], places: NDArray[np.int64], said: Floats, length: int) -> tuple[Floats, Floats]:
    """Return what words contribute as [categories, tokens], each word's evenly on its tokens, and what is left of words without one.

    Args:
        starts: [tokens], where each begins in the passage; `length` for special tokens.
        places: [words, 2], ranges in the passage.
        said: [words, categories].
        length: of the passage.
    """
    word_at = np.full(length + 1, -1, dtype=np.int64)
    for word, (start, end) in enumerate(places.tolist()):
        word_at[start:end] = word
    word_of = word_at[starts]
    inside = word_of >= 0
    tokens = np.bincount(word_of[inside], minlength=len(places))
    by_token = np.zeros((said.shape[1], len(starts)))
    by_token[:, inside] = (said[word_of[inside]] / tokens[word_of[inside], None]).T
    return by_token, said[tokens == 0].sum(axis=0)
