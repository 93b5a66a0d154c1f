"""Splits: stable by hash, so that a record never changes sides when others are added; pairs stay together."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from data.records import REVIEWED, CorpusRecord

Split = Literal["train", "calibration", "test"]

SHARES: Mapping[Split, float] = MappingProxyType({"train": 0.80, "calibration": 0.10, "test": 0.10})
SALT = "catchall-split-1"


def split_of(group: str) -> Split:
    """Return the split of a group id. Depends on nothing but the id and `SALT`."""
    if group.startswith(REVIEWED):
        return "train"
    digest = hashlib.sha256(f"{SALT}:{group}".encode()).digest()
    position = int.from_bytes(digest[:8], "big") / 2**64
    if position < SHARES["train"]:
        return "train"
    return "calibration" if position < SHARES["train"] + SHARES["calibration"] else "test"


@dataclass(frozen=True)
class SplitCorpus:
    """A corpus cut in three."""

    train: tuple[CorpusRecord, ...]
    calibration: tuple[CorpusRecord, ...]
    test: tuple[CorpusRecord, ...]


def split_corpus(records: Iterable[CorpusRecord]) -> SplitCorpus:
    """Cut a corpus by `split_of` of each record's group."""
    parts: dict[Split, list[CorpusRecord]] = {"train": [], "calibration": [], "test": []}
    for record in records:
        parts[split_of(record.group)].append(record)
    return SplitCorpus(tuple(parts["train"]), tuple(parts["calibration"]), tuple(parts["test"]))


def corpus_hash(records: Iterable[CorpusRecord]) -> str:
    """Return 16 hex digits that change with any text or label, and with nothing else."""
    digest = hashlib.sha256()
    for record in sorted(records, key=lambda item: item.id):
        digest.update(f"{record.id}\0{record.text}\0{','.join(record.labels)}\n".encode())
    return digest.hexdigest()[:16]
