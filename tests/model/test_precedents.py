"""Precedents are the nearest ones, exactly; the graph for large collections agrees with it."""

from pathlib import Path

import numpy as np
import pytest

from data.errors import ReleaseDamaged
from model.precedents import Precedent, PrecedentFile, PrecedentIndex, encode
from model.predictor import Predictor


def collection(n: int, width: int = 16) -> tuple[list[Precedent], np.ndarray]:  # type: ignore[type-arg]
    """Return precedents and unit vectors that 8 bits can hold, so that what is found can be compared to the last digit."""
    vectors = encode(np.random.default_rng(0).normal(size=(n, width)).astype(np.float32)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return [Precedent(f"p-{i}", f"text {i}", ("covert-audio",) if i % 2 else ()) for i in range(n)], vectors


class TestNearest:
    """The order is that of the cosine."""

    def test_against_sorting_everything(self) -> None:
        precedents, vectors = collection(200)
        index = PrecedentIndex.build(precedents, list(vectors))
        likeness = vectors @ vectors[7]
        expected = np.argsort(-likeness)[:5]
        found = index.nearest(vectors[7], 5)
        assert [match.precedent.id for match in found] == [f"p-{i}" for i in expected]
        assert [match.likeness for match in found] == pytest.approx(likeness[expected].tolist(), abs=1e-6)
        assert found[0].likeness == pytest.approx(1.0, abs=1e-6)

    @pytest.mark.parametrize("n", [1, 511, 512, 513, 1500])
    def test_eight_bits_are_enough(self, n: int) -> None:
        precedents, _ = collection(n)
        vectors = np.random.default_rng(1).normal(size=(n, 384)).astype(np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        for query in vectors[:: max(1, n // 5)]:
            found = {match.precedent.id: match.likeness for match in PrecedentIndex.build(precedents, list(vectors)).nearest(query, n)}
            assert [found[f"p-{i}"] for i in range(n)] == pytest.approx((vectors @ query).tolist(), abs=0.005)

    def test_nothing_in_a_vector(self) -> None:
        precedents, vectors = collection(3)
        vectors[1] = 0
        found = PrecedentIndex.build(precedents, list(vectors)).nearest(vectors[0], 3)
        assert found[0].precedent.id == "p-0"
        assert all(np.isfinite(match.likeness) for match in found)

    @pytest.mark.parametrize(("n", "k", "expected"), [(3, 10, 3), (3, 0, 0), (0, 5, 0)])
    def test_bounds(self, n: int, k: int, expected: int) -> None:
        precedents, vectors = collection(n)
        index = PrecedentIndex.build(precedents, list(vectors))
        assert len(index.nearest(np.ones(16, dtype=np.float32) / 4, k)) == expected

    def test_the_graph_agrees_with_exact_search(self) -> None:
        precedents, vectors = collection(2000)
        exact, graph = PrecedentIndex.build(precedents, list(vectors)), PrecedentIndex(precedents, encode(vectors), exact_up_to=100)
        hits = 0
        for query in vectors[:50]:
            want = {match.precedent.id for match in exact.nearest(query, 5)}
            got = graph.nearest(query, 5)
            hits += len(want & {match.precedent.id for match in got})
            assert got[0].likeness == pytest.approx(1.0, abs=1e-4)
        assert hits >= 0.95 * 250


class TestFiles:
    """Precedents survive the disk; files that do not belong together are refused."""

    def test_round_trip(self, tmp_path: Path) -> None:
        precedents, vectors = collection(20)
        PrecedentIndex.build(precedents, list(vectors)).write(tmp_path / "p.jsonl", tmp_path / "v.npy")
        read = PrecedentIndex.read(tmp_path / "p.jsonl", tmp_path / "v.npy")
        (found,) = read.nearest(vectors[3], 1)
        assert found.precedent == precedents[3]
        assert found.likeness == pytest.approx(1.0, abs=1e-3)

    def test_damage(self, tmp_path: Path) -> None:
        precedents, vectors = collection(4)
        texts, array = tmp_path / "p.jsonl", tmp_path / "v.npy"
        PrecedentIndex.build(precedents, list(vectors)).write(texts, array)
        np.save(array, encode(vectors)[:3])
        with pytest.raises(ReleaseDamaged, match=r"v\.npy"):
            PrecedentIndex.read(texts, array)
        np.save(array, vectors)
        with pytest.raises(ReleaseDamaged, match=r"v\.npy"):
            PrecedentIndex.read(texts, array)
        array.write_bytes(b"no")
        with pytest.raises(ReleaseDamaged, match=r"v\.npy"):
            PrecedentIndex.read(texts, array)
        texts.write_bytes(b"")
        with pytest.raises(ReleaseDamaged, match=r"p\.jsonl"):
            PrecedentIndex.read(texts, array)
        texts.unlink()
        with pytest.raises(ReleaseDamaged, match=r"p\.jsonl"):
            PrecedentIndex.read(texts, array)

    @pytest.mark.parametrize("line", ["{}", "no", '{"id": "a", "text": "b", "labels": 3}'])
    def test_a_damaged_line_is_named_when_it_is_needed(self, tmp_path: Path, line: str) -> None:
        precedents, vectors = collection(3)
        texts, array = tmp_path / "p.jsonl", tmp_path / "v.npy"
        PrecedentIndex.build(precedents, list(vectors)).write(texts, array)
        lines = texts.read_text(encoding="utf-8").splitlines()
        texts.write_text("\n".join([*lines[:2], line]) + "\n", encoding="utf-8")
        read = PrecedentIndex.read(texts, array)
        assert read.nearest(vectors[0], 1)[0].precedent == precedents[0]
        with pytest.raises(ReleaseDamaged, match=r"p\.jsonl"):
            read.nearest(vectors[2], 1)

    def test_a_file_is_a_sequence(self, tmp_path: Path) -> None:
        precedents, vectors = collection(5)
        texts = tmp_path / "p.jsonl"
        PrecedentIndex.build(precedents, list(vectors)).write(texts, tmp_path / "v.npy")
        read = PrecedentFile(texts)
        assert list(read) == list(precedents)
        assert read[-1] == precedents[-1]
        assert list(read[1:3]) == list(precedents[1:3])
        with pytest.raises(IndexError):
            read[5]


class TestSimilar:
    """`similar` finds decided descriptions of the same thing."""

    def test_a_corpus_text_finds_itself(self, predictor: Predictor) -> None:
        precedent = predictor.precedents.nearest(predictor.precedents._codes[10].astype(np.float32), 1)[0].precedent
        (found,) = predictor.similar(precedent.text, 1)
        assert found.precedent.id == precedent.id
        assert found.likeness > 0.98

    def test_meaning_counts(self, predictor: Predictor) -> None:
        matches = predictor.similar("Bracelet with satellite positioning worn by offenders under house arrest", 5)
        assert sum("electronic-monitoring" in match.precedent.labels for match in matches) >= 3
        assert [match.likeness for match in matches] == sorted((match.likeness for match in matches), reverse=True)
