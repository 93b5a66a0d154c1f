"""A second opinion: a linear model over words, pairs of words and runs of letters within words.

Runs of letters (Bojanowski et al. 2017, 'Enriching Word Vectors with Subword Information') know words that were never seen
whole: compounds, inflections, slips of a scanner. The model errs on other texts than the network does, so that both together
know more, and their agreement says more than the confidence of either (query by committee, Seung et al. 1992). Terms are hashed
into buckets (Weinberger et al. 2009), so that no vocabulary has to be kept in memory; weighting is sublinear term frequency
times inverse document frequency, of unit length.
"""

import re
import zlib
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from data.errors import ReleaseDamaged

Floats = NDArray[np.float64]

BUCKETS = 1 << 17
RUNS = (3, 4, 5)
"""Lengths of the runs of letters, in characters; the start and the end of a word count as a letter."""
LONGEST = 40
"""Runs are taken from so many letters at the start of a word, in characters; what is longer is no word."""

_WORD = re.compile(r"\w+")


def _bucket(term: str, kind: int) -> int:
    return zlib.crc32(term.encode(), kind) % BUCKETS


@lru_cache(maxsize=4096)
def _runs(word: str) -> tuple[int, ...]:
    """Return the buckets of a word's runs of letters; kept for common words, as hashing takes most of the time."""
    marked = f"<{word}>"
    return tuple(_bucket(marked[i : i + length], 1) for length in RUNS for i in range(len(marked) - length + 1))


def _words_and_pairs(words: list[str]) -> list[int]:
    """Return the buckets of the words, then those of their pairs."""
    return [*(_bucket(word, 0) for word in words), *(_bucket(f"{a} {b}", 0) for a, b in pairwise(words))]


def _tally(terms: list[int]) -> tuple[NDArray[np.int64], Floats]:
    counts = Counter(terms)
    buckets = np.array(sorted(counts), dtype=np.int64)
    return buckets, np.array([counts[bucket] for bucket in buckets.tolist()], dtype=np.float64)


def bucket_counts(text: str) -> tuple[NDArray[np.int64], Floats]:
    """Return the buckets that the terms of a normalised text fall in, ascending, and how many fall in each."""
    words = [word.lower() for word in _WORD.findall(text)]
    return _tally([*_words_and_pairs(words), *(bucket for word in words for bucket in _runs(word[:LONGEST]))])


def weigh(counts: Floats, rarity: Floats) -> Floats:
    """Return the weights of a text's buckets, of unit length; `rarity` is their inverse document frequency."""
    values = (1 + np.log(counts)) * rarity
    length = float(np.sqrt(values @ values))
    return values / length if length else values


@dataclass(frozen=True)
class WordOpinion:
    """What a word model says of a text, word by word.

    Attributes:
        places: the words, as ranges of the normalised text [words, 2].
        said: what each contributes [words, categories]. What a run of letters contributes belongs to its word, what a pair does half
            to each.
        constants: [categories].
    """

    places: NDArray[np.int64]
    said: Floats
    constants: Floats

    @property
    def log_odds(self) -> Floats:
        """The log odds of each category [categories], as `WordModel.log_odds` gives them."""
        total: Floats = self.said.sum(axis=0) + self.constants
        return total


@dataclass(frozen=True)
class WordModel:
    """One logistic regression per category.

    Attributes:
        weights: float16 [BUCKETS, categories].
        constants: float32 [categories].
        rarity: float32 [BUCKETS], inverse document frequencies.
    """

    weights: NDArray[np.float16]
    constants: NDArray[np.float32]
    rarity: NDArray[np.float32]

    def log_odds(self, text: str) -> Floats:
        """Return the log odds of each category [categories] for a normalised text."""
        buckets, counts = bucket_counts(text)
        values = weigh(counts, self.rarity[buckets].astype(np.float64))
        result: Floats = values @ self.weights[buckets].astype(np.float64) + self.constants
        return result

    def opinion(self, text: str) -> WordOpinion:
        """Return what each word of a normalised text contributes."""
        found = list(_WORD.finditer(text))
        places = np.array([match.span() for match in found], dtype=np.int64).reshape(-1, 2)
        words, n = [match.group().lower() for match in found], len(found)
        constants = self.constants.astype(np.float64)
        if not n:
            return WordOpinion(places, np.zeros((0, len(constants))), constants)
        runs = [_runs(word[:LONGEST]) for word in words]
        buckets, inverse, counts = np.unique(
            [*_words_and_pairs(words), *(bucket for each in runs for bucket in each)], return_inverse=True, return_counts=True
        )
        each = weigh(counts.astype(np.float64), self.rarity[buckets].astype(np.float64)) / counts  # of one occurrence
        by_term = (self.weights[buckets] * each[:, None])[inverse]
        said, halves = by_term[:n].copy(), by_term[n : 2 * n - 1] / 2
        said[:-1] += halves
        said[1:] += halves
        starts = np.cumsum([0, *(len(each) for each in runs[:-1])])
        said += np.add.reduceat(by_term[2 * n - 1 :], starts)
        return WordOpinion(places, said, constants)

    def write(self, path: Path) -> None:
        """Write to a `.npz` file."""
        with path.open("wb") as stream:
            np.savez(stream, weights=self.weights, constants=self.constants, rarity=self.rarity)

    @classmethod
    def read(cls, path: Path, categories: int) -> "WordModel":
        """Read what `write` wrote.

        Raises:
            ReleaseDamaged: it cannot be read, or is of another shape.
        """
        try:
            with path.open("rb") as stream, np.load(stream, allow_pickle=False) as content:
                model = cls(content["weights"], content["constants"], content["rarity"])
        except (OSError, ValueError, KeyError, EOFError, BadZipFile, zlib.error) as exc:
            raise ReleaseDamaged(file=path.name, reason=str(exc)) from exc
        if (model.weights.shape, model.constants.shape, model.rarity.shape) != ((BUCKETS, categories), (categories,), (BUCKETS,)):
            raise ReleaseDamaged(file=path.name, reason=f"weights of shape {model.weights.shape}; expected {(BUCKETS, categories)}")
        return model
