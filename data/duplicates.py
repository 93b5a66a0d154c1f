"""Texts that are too much alike: near-duplicates by MinHash, and phrases that recur over the corpus."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from data.records import CorpusRecord

SHINGLE = 3
"""Words in a shingle."""
LIKENESS = 0.6
"""Jaccard likeness of two shingle sets from which two texts count as near-duplicates."""
PHRASE = 8
"""Words in a phrase that may not recur in more than `PHRASE_RECORDS` records."""
PHRASE_RECORDS = 3
_WORD = re.compile(r"\w+")
_PERMUTATIONS = 64


@dataclass(frozen=True)
class NearDuplicate:
    """Two records outside one pair whose texts are nearly the same."""

    first: str
    second: str
    likeness: float


@dataclass(frozen=True)
class RecurringPhrase:
    """A phrase that stands in too many records."""

    phrase: str
    records: tuple[str, ...]


def words_of(text: str) -> list[str]:
    """Return the words of a text, lower case, without punctuation."""
    return _WORD.findall(text.lower())


def shingles(text: str, size: int = SHINGLE) -> frozenset[str]:
    """Return the runs of `size` words in a text; a shorter text is one shingle."""
    words = words_of(text)
    return frozenset(" ".join(words[i : i + size]) for i in range(max(1, len(words) - size + 1)))


def jaccard(first: frozenset[str], second: frozenset[str]) -> float:
    """Return |intersection| / |union|; two empty sets are alike."""
    union = len(first | second)
    return len(first & second) / union if union else 1.0


def near_duplicates(records: Sequence[CorpusRecord], threshold: float = LIKENESS) -> list[NearDuplicate]:
    """Return the record pairs of at least `threshold` likeness, minimal pairs excepted.

    Candidates come from MinHash with locality-sensitive hashing (Broder 1997; Leskovec et al., Mining of Massive
    Datasets, ch. 3), searched a little below the threshold; each is then confirmed on the real shingle sets.
    """
    from datasketch import MinHash, MinHashLSH

    index = MinHashLSH(threshold=threshold - 0.1, num_perm=_PERMUTATIONS)
    sets = [shingles(record.text) for record in records]
    hashes = MinHash.bulk([[shingle.encode() for shingle in found] for found in sets], num_perm=_PERMUTATIONS)
    duplicates = []
    for i, (record, found) in enumerate(zip(records, hashes, strict=True)):
        for j in index.query(found):
            other = records[j]
            alike = jaccard(sets[i], sets[j])
            if alike >= threshold and not (record.pair_id and record.pair_id == other.pair_id):
                duplicates.append(NearDuplicate(other.id, record.id, alike))
        index.insert(i, found)
    return duplicates


def recurring_phrases(records: Sequence[CorpusRecord], size: int = PHRASE, most: int = PHRASE_RECORDS) -> list[RecurringPhrase]:
    """Return the runs of `size` words that stand in more than `most` records; a minimal pair counts as one."""
    where: dict[str, set[str]] = {}
    for record in records:
        for phrase in shingles(record.text, size):
            if len(phrase.split()) == size:
                where.setdefault(phrase, set()).add(record.group)
    often = sorted((phrase for phrase in where if len(where[phrase]) > most), key=lambda phrase: -len(where[phrase]))
    return [RecurringPhrase(phrase, tuple(sorted(where[phrase]))) for phrase in often]
