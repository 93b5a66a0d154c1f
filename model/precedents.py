"""Precedents: the nearest decided descriptions by meaning. Every vector is compared; above 100,000 texts an HNSW graph is used.

Vectors are kept in 8 bits a number, a quarter of what they take in single precision, and compared in 8 bits by numkong, whose
kernels suit the processor: a cosine moves by 0.005 at most (docs/LOG.md).
"""

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, overload

import numkong
import numpy as np
from numpy.typing import NDArray

from data.errors import ReleaseDamaged

EXACT_UP_TO = 100_000
"""Up to here every vector is compared: 100,000 x 384 takes about 4 ms, and misses nothing."""

_BLOCK = 4096
"""Of so many vectors the lengths are taken at a time, to need little memory."""

Vectors = NDArray[np.float32]
Codes = NDArray[np.int8]


def encode(vectors: Vectors) -> Codes:
    """Return vectors [n, width] in 8 bits: the direction is kept, the length is not."""
    peak = np.abs(vectors).max(axis=1, keepdims=True, initial=1e-12)
    codes: Codes = np.round(vectors / peak * 127).astype(np.int8)
    return codes


@dataclass(frozen=True, slots=True)
class Precedent:
    """A decided description.

    Attributes:
        id: of the corpus record or case.
        text: the description.
        labels: category ids; empty when it has none.
    """

    id: str
    text: str
    labels: tuple[str, ...]


@dataclass(frozen=True)
class Match:
    """A precedent and how alike it is: cosine, -1..1."""

    precedent: Precedent
    likeness: float


class PrecedentFile(Sequence[Precedent]):
    """Precedents in a file of JSON Lines, each read when it is asked for: only a handful of thousands is ever shown."""

    def __init__(self, path: Path) -> None:
        """Find where the lines begin.

        Raises:
            OSError, ValueError: the file cannot be read, or is empty.
        """
        self._path = path
        self._file = path.open("rb")
        content = np.memmap(path, dtype=np.uint8, mode="r")
        ends = np.flatnonzero(content == ord("\n")) + 1
        self._bounds = np.concatenate([[0], ends])

    def __len__(self) -> int:
        return len(self._bounds) - 1

    @overload
    def __getitem__(self, index: int) -> Precedent: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Precedent]: ...
    def __getitem__(self, index: int | slice) -> Precedent | Sequence[Precedent]:
        """Return a precedent, or several.

        Raises:
            ReleaseDamaged: the line cannot be read.
        """
        if isinstance(index, slice):
            return [self[i] for i in range(len(self))[index]]
        position = range(len(self))[index]
        start, end = self._bounds[position : position + 2].tolist()
        try:
            row = json.loads(os.pread(self._file.fileno(), end - start, start))
            return Precedent(str(row["id"]), str(row["text"]), tuple(row["labels"]))
        except (OSError, ValueError, KeyError, TypeError) as exc:
            raise ReleaseDamaged(file=self._path.name, reason=str(exc)) from exc

    def __del__(self) -> None:
        if hasattr(self, "_file"):
            self._file.close()


class PrecedentIndex:
    """Finds the precedents nearest to a vector."""

    def __init__(self, precedents: Sequence[Precedent], codes: Codes, exact_up_to: int = EXACT_UP_TO) -> None:
        """Hold vectors as `encode` returns them [precedents, width]; above `exact_up_to` they also go into an HNSW graph."""
        self._precedents = precedents
        self._codes = codes
        self._lengths = _lengths(codes)
        self._graph = _graph(codes) if len(codes) > exact_up_to else None

    def __len__(self) -> int:
        return len(self._precedents)

    @classmethod
    def build(cls, precedents: Sequence[Precedent], vectors: Sequence[Vectors]) -> "PrecedentIndex":
        """Return an index over unit vectors [width], one per precedent."""
        return cls(precedents, encode(np.stack(vectors)) if len(vectors) else np.zeros((0, 1), dtype=np.int8))

    def nearest(self, vector: Vectors, k: int = 5) -> list[Match]:
        """Return up to `k` precedents, the most alike first.

        Args:
            vector: [width], of unit length.
        """
        if not len(self) or k <= 0:
            return []
        if self._graph is not None:
            found = self._graph.search(vector, min(k, len(self)))
            return [Match(self._precedents[int(i)], 1.0 - float(distance)) for i, distance in zip(found.keys, found.distances, strict=True)]
        query = encode(vector[None])
        products = np.asarray(numkong.cdist(query, self._codes, "dot", threads=1))[0]
        likeness = products / (self._lengths * _lengths(query))
        k = min(k, len(likeness))
        nearest = np.argpartition(-likeness, k - 1)[:k]
        order = nearest[np.argsort(-likeness[nearest], kind="stable")]
        return [Match(self._precedents[i], float(likeness[i])) for i in order.tolist()]

    def write(self, precedents: Path, vectors: Path) -> None:
        """Write the texts as JSON Lines and the vectors as a numpy array."""
        lines = [json.dumps(asdict(each), ensure_ascii=False) + "\n" for each in self._precedents]
        precedents.write_text("".join(lines), encoding="utf-8")
        np.save(vectors, self._codes, allow_pickle=False)

    @classmethod
    def read(cls, precedents: Path, vectors: Path) -> "PrecedentIndex":
        """Read what `write` wrote.

        Raises:
            ReleaseDamaged: a file cannot be read, or the two do not belong together.
        """
        try:
            texts = PrecedentFile(precedents)
        except (OSError, ValueError) as exc:
            raise ReleaseDamaged(file=precedents.name, reason=str(exc)) from exc
        try:
            found = np.load(vectors, allow_pickle=False)
        except (OSError, ValueError) as exc:
            raise ReleaseDamaged(file=vectors.name, reason=str(exc)) from exc
        if found.ndim != 2 or len(found) != len(texts) or found.dtype != np.int8:
            reason = f"{len(texts)} precedents, but an array of shape {found.shape} of {found.dtype}"
            raise ReleaseDamaged(file=vectors.name, reason=f"{reason}; build it again with 'catchall release build'")
        return cls(texts, found)


def _lengths(codes: Codes) -> NDArray[np.float32]:
    """Return the lengths of vectors [n], 1 for one of zeros."""
    squares = [np.square(codes[i : i + _BLOCK], dtype=np.float32).sum(axis=1) for i in range(0, len(codes), _BLOCK)]
    return np.sqrt(np.maximum(np.concatenate(squares), 1)) if squares else np.zeros(0, dtype=np.float32)


def _graph(codes: Codes) -> Any:
    """Return a HNSW graph over cosine (Malkov & Yashunin 2016), by usearch."""
    from usearch.index import Index

    graph = Index(ndim=codes.shape[1], metric="cos", dtype="f32", connectivity=16, expansion_add=128, expansion_search=128)
    graph.add(np.arange(len(codes)), codes.astype(np.float32), threads=1)  # added side by side, some could not be found again
    return graph
