"""The numbers of a corpus add up, and the picture is one."""

from pathlib import Path

from data.records import load_corpus
from data.stats import corpus_stats, draw
from data.taxonomy import Taxonomy


class TestStats:
    """Every record is counted once in each breakdown."""

    def test_breakdowns_add_up(self, taxonomy: Taxonomy) -> None:
        records = load_corpus()
        stats = corpus_stats(records, taxonomy)
        for counts in (stats.kinds, stats.registers, stats.eras, stats.splits, stats.lengths):
            assert sum(counts.values()) == len(records)
        assert sum(count.positives for count in stats.categories) == sum(len(r.labels) for r in records if not r.insufficient)
        assert sum(count.near_misses for count in stats.categories) == stats.kinds["near-miss"]
        assert all(count.alone <= count.positives for count in stats.categories)

    def test_picture(self, tmp_path: Path, taxonomy: Taxonomy) -> None:
        draw(corpus_stats(load_corpus(), taxonomy), tmp_path / "corpus.png")
        assert (tmp_path / "corpus.png").read_bytes().startswith(b"\x89PNG")
