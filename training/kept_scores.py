"""What a build said of the held-out texts, kept in `built/`, so that thresholds for another policy are chosen in seconds."""

import hashlib
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from data.records import CorpusRecord
from training.held_out import HeldOut
from training.surroundings import PARTS, Surroundings

FILE = "held-out.npz"


def key_of(build_record: bytes, parts: Mapping[str, Sequence[CorpusRecord]]) -> str:
    """Return what scores depend on, as hexadecimal digits: the build and the texts, in order."""
    digest = hashlib.sha256(build_record)
    for name, records in parts.items():
        for record in records:
            digest.update(f"{name}\0{record.text}\0".encode())
    return digest.hexdigest()


def write_scores(path: Path, key: str, held: HeldOut) -> None:
    """Write the scores of held-out texts."""
    arrays: dict[str, NDArray[np.generic]] = {"key": np.array(key)}
    for name in held.records:
        arrays[f"{name}-logits"] = held.logits[name]
        near = held.near(name)
        if near is not None:
            arrays |= {f"{name}-{part}": getattr(near, part) for part in PARTS}
    with path.open("wb") as stream:
        np.savez_compressed(stream, allow_pickle=False, **arrays)


def read_scores(path: Path, key: str, parts: Mapping[str, Sequence[CorpusRecord]]) -> HeldOut | None:
    """Return the scores that `write_scores` kept; None when there are none, they are of another build or texts, or are damaged."""
    try:
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as content:
            if str(content["key"]) != key:
                return None
            logits = {name: content[f"{name}-logits"] for name in parts}
            known = all(f"{name}-opinion" in content for name in parts)
            near = {name: Surroundings(*(content[f"{name}-{part}"] for part in PARTS)) for name in parts if known}
    except (OSError, ValueError, KeyError, EOFError, BadZipFile, zlib.error):
        return None
    return HeldOut({name: list(records) for name, records in parts.items()}, logits, near if known else None)
