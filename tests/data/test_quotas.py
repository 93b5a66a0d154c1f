"""Quotas count what the corpus holds, and the bounds bite."""

import dataclasses

from data.quotas import Quotas, count_quotas
from data.records import HS_CHAPTERS, CorpusRecord
from data.taxonomy import Taxonomy


def record(number: int, **changes: object) -> CorpusRecord:
    plain = CorpusRecord(f"r-{number}", "one two three four five", (), "shop", "ordinary", "2010s", "direct", "whole")
    return dataclasses.replace(plain, **changes)  # type: ignore[arg-type]


class TestQuotas:
    """Every quota says what was found and whether it is enough."""

    def found(self, taxonomy: Taxonomy, records: list[CorpusRecord], **bounds: float) -> dict[str, tuple[float, bool]]:
        return {q.name: (q.found, q.met) for q in count_quotas(records, taxonomy, Quotas(**bounds))}  # type: ignore[arg-type]

    def test_positives_and_near_misses(self, taxonomy: Taxonomy) -> None:
        records = [
            record(1, kind="positive", labels=("covert-audio", "covert-video"), wording="indirect"),
            record(2, kind="positive", labels=("covert-audio",), scope="part"),
            record(3, kind="near-miss", near="covert-audio"),
        ]
        found = self.found(taxonomy, records, positives=2, near_misses=1)
        assert found["positives: covert-audio"] == (2, True)
        assert found["positives: covert-video"] == (1, False)
        assert found["near-misses: covert-audio"] == (1, True)
        assert found["near-misses: covert-video"] == (0, False)
        assert found["share of positives with two or more labels"] == (0.5, True)
        assert found["share of positives in indirect wording"] == (0.5, True)
        assert found["share of positives as a part of something bigger"] == (0.5, True)

    def test_chapters(self, taxonomy: Taxonomy) -> None:
        every = [record(i, hs=chapter) for i, chapter in enumerate(HS_CHAPTERS)]
        assert self.found(taxonomy, every)["chapters of the Harmonized System among them"] == (96, True)
        assert self.found(taxonomy, every[1:])["chapters of the Harmonized System among them"] == (95, False)

    def test_lengths(self, taxonomy: Taxonomy) -> None:
        records = [record(1, text="one two three"), record(2, text="word " * 301)]
        found = self.found(taxonomy, records)
        assert found["words in the shortest text"] == (3, False)
        assert found["words in the longest text"] == (301, False)
        assert found["share of texts under 25 words"] == (0.5, True)

    def test_a_pair_counts_once(self, taxonomy: Taxonomy) -> None:
        assert self.found(taxonomy, [record(1, pair_id="p"), record(2, pair_id="p")])["minimal pairs"][0] == 1

    def test_an_empty_corpus_meets_no_lower_bound(self, taxonomy: Taxonomy) -> None:
        assert not any(met for name, (_, met) in self.found(taxonomy, []).items() if name != "words in the longest text")
