"""`catchall data stats`: the corpus in numbers and in one picture."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, median
from typing import Any

from data.records import REGISTERS, CorpusRecord
from data.splits import split_corpus
from data.taxonomy import Taxonomy

LENGTHS = ((4, 9), (10, 24), (25, 49), (50, 99), (100, 199), (200, 300))
"""Length classes in words, both ends included."""


@dataclass(frozen=True)
class CategoryCount:
    """One category's share of the corpus: texts that have it, texts that resemble it, and how its positives are written."""

    id: str
    positives: int
    alone: int
    near_misses: int
    indirect: int
    part: int


@dataclass(frozen=True)
class CorpusStats:
    """Counts over a corpus.

    Attributes:
        records: how many.
        kinds, registers, eras, splits: name to count.
        lengths: class such as "10-24" to count, in words.
        mean_words, median_words: over all texts.
        pairs: minimal pairs.
        categories: in taxonomy order.
    """

    records: int
    kinds: dict[str, int]
    registers: dict[str, int]
    eras: dict[str, int]
    splits: dict[str, int]
    lengths: dict[str, int]
    mean_words: float
    median_words: float
    pairs: int
    categories: tuple[CategoryCount, ...]


def _category(name: str, records: Sequence[CorpusRecord]) -> CategoryCount:
    having = [record for record in records if name in record.labels]
    return CategoryCount(
        id=name,
        positives=len(having),
        alone=sum(len(record.labels) == 1 for record in having),
        near_misses=sum(record.near == name for record in records),
        indirect=sum(record.wording == "indirect" for record in having),
        part=sum(record.scope == "part" for record in having),
    )


def corpus_stats(records: Sequence[CorpusRecord], taxonomy: Taxonomy) -> CorpusStats:
    """Count a corpus of at least one record."""
    words = [len(record.text.split()) for record in records]
    parts = split_corpus(records)
    return CorpusStats(
        records=len(records),
        kinds=dict(Counter(record.kind for record in records).most_common()),
        registers={name: sum(record.register == name for record in records) for name in REGISTERS},
        eras=dict(sorted(Counter(record.era for record in records).items())),
        splits={"train": len(parts.train), "calibration": len(parts.calibration), "test": len(parts.test)},
        lengths={f"{low}-{high}": sum(low <= count <= high for count in words) for low, high in LENGTHS},
        mean_words=mean(words),
        median_words=median(words),
        pairs=len({record.pair_id for record in records if record.pair_id}),
        categories=tuple(_category(name, records) for name in taxonomy.ids),
    )


def draw(stats: CorpusStats, path: Path) -> None:
    """Draw categories, registers, lengths, kinds and eras into one picture (.png, .svg or .pdf).

    Raises:
        OSError, ValueError: the file cannot be written or its ending is not supported.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(13, 9), layout="constrained")
    both: Any = figure.subfigures(1, 2, width_ratios=(3, 2))
    left, right = both
    axes = left.subplots()
    names = [count.id for count in reversed(stats.categories)]
    several = [count.positives - count.alone for count in reversed(stats.categories)]
    alone = [count.alone for count in reversed(stats.categories)]
    near = [-count.near_misses for count in reversed(stats.categories)]
    axes.barh(names, alone, color="#2a6f97", label="only this category")
    axes.barh(names, several, left=alone, color="#89c2d9", label="with other categories")
    axes.barh(names, near, color="#e09f3e", label="near-misses")
    axes.axvline(0, color="black", linewidth=0.8)
    axes.set_title(f"{stats.records:,} descriptions: texts per category", loc="left")
    axes.xaxis.set_major_formatter(lambda value, _: f"{abs(value):.0f}")
    axes.margins(y=0.01)
    axes.legend(loc="upper left", bbox_to_anchor=(0, -0.04), ncols=3, frameon=False)
    for panel, (title, counts) in zip(
        right.subplots(4, 1),
        {"kind": stats.kinds, "register": stats.registers, "words in the text": stats.lengths, "era of the technology": stats.eras}.items(),
        strict=True,
    ):
        panel.bar(list(counts), list(counts.values()), color="#52796f")
        panel.set_title(title, loc="left", fontsize=10)
        panel.tick_params(axis="x", labelsize=8, rotation=30 if len(counts) > 6 else 0)
    for panel in figure.axes:
        panel.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, dpi=110)
