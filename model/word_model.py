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


def _terms(words: list[str]) -> tuple[list[int], list[tuple[int, int]]]:
    """Return the buckets of all terms, and for each the positions of the two words that it belongs to, mostly one and the same."""
    buckets = [_bucket(word, 0) for word in words]
    owners = [(i, i) for i in range(len(words))]
    buckets += [_bucket(f"{a} {b}", 0) for a, b in pairwise(words)]
    owners += [(i, i + 1) for i in range(len(words) - 1)]
    for i, word in enumerate(words):
        runs = _runs(word[:LONGEST])
        buckets += runs
        owners += [(i, i)] * len(runs)
    return buckets, owners


def _tally(terms: list[int]) -> tuple[NDArray[np.int64], Floats]:
    counts = Counter(terms)
    buckets = np.array(sorted(counts), dtype=np.int64)
    return buckets, np.array([counts[bucket] for bucket in buckets.tolist()], dtype=np.float64)


def bucket_counts(text: str) -> tuple[NDArray[np.int64], Floats]:
    """Return the buckets that the terms of a normalised text fall in, ascending, and how many fall in each."""
    return _tally(_terms([word.lower() for word in _WORD.findall(text)])[0])


def weigh(counts: Floats, rarity: Floats) -> Floats:
    """Return the weights of a text's buckets, of unit length; `rarity` is their inverse document frequency."""
    values = (1 + np.log(counts)) * rarity
    length = float(np.sqrt(values @ values))
    return values / length if length else values


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

    def contributions(self, text: str) -> tuple[NDArray[np.int64], Floats]:
        """Return the words of a normalised text, as ranges [words, 2], and what each contributes [words, categories].

        What a run of letters contributes belongs to its word, what a pair does half to each. Their sum and the constants are the log odds.
        """
        found = list(_WORD.finditer(text))
        places = np.array([match.span() for match in found], dtype=np.int64).reshape(-1, 2)
        terms, owners = _terms([match.group().lower() for match in found])
        buckets, counts = _tally(terms)
        each = weigh(counts, self.rarity[buckets].astype(np.float64)) / counts  # of one occurrence
        column = np.searchsorted(buckets, terms)
        shape = len(found), len(buckets)
        cells = np.array(owners, dtype=np.int64).reshape(-1, 2) * len(buckets) + column[:, None]
        halves = np.repeat(each[column] / 2, 2)
        shares = np.bincount(cells.ravel(), halves, minlength=shape[0] * shape[1]).astype(np.float64).reshape(shape)
        by_word = shares @ self.weights[buckets].astype(np.float64)
        return places, by_word

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
