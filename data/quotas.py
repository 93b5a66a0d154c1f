"""What the corpus must hold: the quotas as data in one frozen place, and the count of each."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from data.records import HS_CHAPTERS, REGISTERS, CorpusRecord
from data.taxonomy import Taxonomy

SHORT_WORDS = 25
"""Officers see many texts below this number of words: customs lines, list entries, search results."""


@dataclass(frozen=True)
class Quotas:
    """Lower bounds of the corpus; shares are 0..1."""

    records: int = 8_000
    positives: int = 150
    near_misses: int = 50
    ordinary: int = 1_500
    dual_use: int = 200
    insufficient: int = 200
    pairs: int = 400
    multi_label_share: float = 0.20
    indirect_share: float = 0.25
    part_share: float = 0.25
    short_share: float = 0.25
    register_share: float = 0.04
    era_share: float = 0.10
    shortest: int = 4
    longest: int = 300


@dataclass(frozen=True)
class Quota:
    """One quota and what was found.

    Attributes:
        name: what is counted.
        found, needed: counts or shares; for bounds on length the extreme found and the bound.
        met: whether `found` satisfies `needed`.
    """

    name: str
    found: float
    needed: float
    met: bool


def _least(name: str, found: float, needed: float) -> Quota:
    return Quota(name, found, needed, found >= needed)


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _category_quotas(records: Sequence[CorpusRecord], taxonomy: Taxonomy, quotas: Quotas) -> Iterator[Quota]:
    positives = Counter(label for record in records for label in record.labels)
    near = Counter(record.near for record in records if record.near)
    for name in taxonomy.ids:
        yield _least(f"positives: {name}", positives[name], quotas.positives)
        yield _least(f"near-misses: {name}", near[name], quotas.near_misses)


def _variety_quotas(records: Sequence[CorpusRecord], quotas: Quotas) -> Iterator[Quota]:
    positive = [record for record in records if record.kind == "positive"]
    lengths = [len(record.text.split()) for record in records]
    yield _least(
        "share of positives with two or more labels",
        _share(sum(len(r.labels) > 1 for r in positive), len(positive)),
        quotas.multi_label_share,
    )
    indirect = sum(record.wording == "indirect" for record in positive)
    yield _least("share of positives in indirect wording", _share(indirect, len(positive)), quotas.indirect_share)
    part = sum(record.scope == "part" for record in positive)
    yield _least("share of positives as a part of something bigger", _share(part, len(positive)), quotas.part_share)
    short = sum(words < SHORT_WORDS for words in lengths)
    yield _least(f"share of texts under {SHORT_WORDS} words", _share(short, len(records)), quotas.short_share)
    yield _least("words in the shortest text", min(lengths, default=0), quotas.shortest)
    yield Quota("words in the longest text", max(lengths, default=0), quotas.longest, max(lengths, default=0) <= quotas.longest)


def count_quotas(records: Sequence[CorpusRecord], taxonomy: Taxonomy, quotas: Quotas | None = None) -> list[Quota]:
    """Return every quota with what the corpus holds."""
    quotas = quotas or Quotas()
    kinds = Counter(record.kind for record in records)
    registers = Counter(record.register for record in records)
    eras = Counter(record.era for record in records)
    chapters = {record.hs for record in records if record.hs}
    found = [
        _least("records", len(records), quotas.records),
        _least("ordinary goods", kinds["ordinary"], quotas.ordinary),
        _least("chapters of the Harmonized System among them", len(chapters), len(HS_CHAPTERS)),
        _least("goods that are dual-use for other reasons", kinds["dual-use"], quotas.dual_use),
        _least("insufficient texts", kinds["insufficient"], quotas.insufficient),
        _least("minimal pairs", len({record.pair_id for record in records if record.pair_id}), quotas.pairs),
        *_variety_quotas(records, quotas),
    ]
    found += [_least(f"share of register {name}", _share(registers[name], len(records)), quotas.register_share) for name in REGISTERS]
    found += [_least(f"share of era {era}", _share(count, len(records)), quotas.era_share) for era, count in sorted(eras.items())]
    return found + list(_category_quotas(records, taxonomy, quotas))
