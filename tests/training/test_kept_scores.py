"""Kept scores come back as they were, and only for the build and the texts they are of."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from data.records import CorpusRecord, load_corpus
from training.held_out import HeldOut
from training.kept_scores import key_of, read_scores, write_scores
from training.surroundings import Surroundings


@pytest.fixture(scope="module")
def parts() -> dict[str, list[CorpusRecord]]:
    """Two small splits."""
    records = load_corpus()
    return {"calibration": list(records[:3]), "test": list(records[3:5])}


def held_of(parts: dict[str, list[CorpusRecord]], with_index: bool) -> HeldOut:
    generator = np.random.default_rng(1)
    logits = {name: generator.normal(size=(len(records), 30)) for name, records in parts.items()}
    near = {
        name: Surroundings(
            generator.random((len(records), 10)),
            generator.random((len(records), 10, 29)) < 0.1,
            np.arange(len(records)),
            generator.normal(size=(len(records), 29)),
        )
        for name, records in parts.items()
    }
    return HeldOut(parts, logits, near if with_index else None)


class TestKeptScores:
    """Written, read, and left aside when they do not fit."""

    @pytest.mark.parametrize("with_index", [True, False])
    def test_round_trip(self, tmp_path: Path, parts: dict[str, list[CorpusRecord]], with_index: bool) -> None:
        held, key = held_of(parts, with_index), key_of(b"build", parts)
        write_scores(tmp_path / "kept.npz", key, held)
        read = read_scores(tmp_path / "kept.npz", key, parts)
        assert read is not None
        for name in parts:
            assert read.records[name] == parts[name]
            assert read.logits[name].tolist() == held.logits[name].tolist()
            before, after = held.near(name), read.near(name)
            assert (before is None) == (after is None) == (not with_index)
            if before is not None and after is not None:
                for part in ("likeness", "labels", "words", "opinion"):
                    assert getattr(after, part).tolist() == getattr(before, part).tolist()

    def test_another_build_or_text_is_another_key(self, tmp_path: Path, parts: dict[str, list[CorpusRecord]]) -> None:
        key = key_of(b"build", parts)
        write_scores(tmp_path / "kept.npz", key, held_of(parts, True))
        changed = parts | {"test": [dataclasses.replace(parts["test"][0], text="other"), *parts["test"][1:]]}
        for other in (key_of(b"another", parts), key_of(b"build", changed)):
            assert other != key
            assert read_scores(tmp_path / "kept.npz", other, parts) is None

    def test_nothing_or_damage_is_none(self, tmp_path: Path, parts: dict[str, list[CorpusRecord]]) -> None:
        path, key = tmp_path / "kept.npz", key_of(b"build", parts)
        assert read_scores(path, key, parts) is None
        write_scores(path, key, held_of(parts, True))
        content = path.read_bytes()
        path.write_bytes(content[: len(content) // 2])
        assert read_scores(path, key, parts) is None
