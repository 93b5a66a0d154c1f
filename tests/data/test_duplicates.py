"""Near-duplicates and recurring phrases are found, and only those."""

import dataclasses
from itertools import combinations

import pytest

from data.duplicates import jaccard, near_duplicates, recurring_phrases, shingles
from data.records import CorpusRecord, load_corpus

LONG = "A stand-alone unit for the recovery of session keys with two racks, a server and a spare power supply in one cabinet"


def record(number: int, text: str, pair_id: str = "") -> CorpusRecord:
    return CorpusRecord(f"r-{number}", text, (), "shop", "ordinary", "2010s", "direct", "whole", pair_id=pair_id)


class TestShingles:
    """Likeness is that of the sets of word runs."""

    @pytest.mark.parametrize(("text", "size", "expected"), [("A b, c D", 3, {"a b c", "b c d"}), ("a b", 3, {"a b"}), ("", 3, {""})])
    def test_runs(self, text: str, size: int, expected: set[str]) -> None:
        assert shingles(text, size) == expected

    def test_jaccard(self) -> None:
        assert jaccard(frozenset("abc"), frozenset("bcd")) == 0.5
        assert jaccard(frozenset(), frozenset()) == 1.0


class TestNearDuplicates:
    """MinHash finds what comparing everything with everything finds."""

    def test_a_changed_word_is_found(self) -> None:
        records = [record(1, LONG), record(2, "Soap with lavender for sensitive skin"), record(3, LONG.replace("spare", "second"))]
        (found,) = near_duplicates(records)
        assert (found.first, found.second) == ("r-1", "r-3")
        assert 0.6 <= found.likeness < 1

    def test_pairs_may_be_alike(self) -> None:
        assert near_duplicates([record(1, LONG, "p"), record(2, LONG, "p")]) == []
        assert len(near_duplicates([record(1, LONG, "p"), record(2, LONG, "q")])) == 1

    def test_agrees_with_the_slow_way(self) -> None:
        texts = [each.text for each in load_corpus()[:120]]
        texts += [text.replace(" the ", " a ", 1) for text in texts[:40]]
        records = [record(i, text) for i, text in enumerate(texts)]
        slow = {(a.id, b.id) for a, b in combinations(records, 2) if jaccard(shingles(a.text), shingles(b.text)) >= 0.6}
        assert {(found.first, found.second) for found in near_duplicates(records)} == slow
        assert slow


class TestRecurringPhrases:
    """A phrase may stand in three records, not in four; a pair counts once."""

    def records(self, count: int) -> list[CorpusRecord]:
        ends = ["alpha", "beta", "gamma", "delta", "epsilon"]
        return [record(i, f"{ends[i]} one two three four five six seven eight {ends[i]}") for i in range(count)]

    def test_bound(self) -> None:
        assert recurring_phrases(self.records(3)) == []
        (found,) = recurring_phrases(self.records(4))
        assert found.phrase == "one two three four five six seven eight"
        assert len(found.records) == 4

    def test_pairs_count_once(self) -> None:
        records = self.records(4)
        records[3] = dataclasses.replace(records[3], pair_id="p")
        records[2] = dataclasses.replace(records[2], pair_id="p")
        assert recurring_phrases(records) == []
