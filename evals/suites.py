"""Suites: which items are asked, and how each group of them is scored. Only held-out records are ever used."""

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from data.records import CorpusRecord
from data.splits import split_corpus
from evals.items import EvalItem, item_of
from evals.perturb import DISGUISES, ROBUSTNESS, name_variants

PROSE_FILE = Path(__file__).with_name("prose.jsonl")
ADVERSARIAL_FILE = Path(__file__).with_name("adversarial.jsonl")
SLICES = ("register", "length", "era", "wording", "scope", "kind")
FILLER_WORDS = 900
"""Words of ordinary goods around the relevant paragraph of a long document: three to five windows."""


@dataclass(frozen=True)
class Suite:
    """Items to ask, in one list.

    Attributes:
        name: what `catchall eval --suite` calls it.
        question: what the suite finds out, in one sentence.
        items: labelled texts.
        groups: per item, the group it is scored in (a pair, a set of variants); empty when items stand alone.
    """

    name: str
    question: str
    items: tuple[EvalItem, ...]
    groups: tuple[str, ...] = ()


def heldout(records: Sequence[CorpusRecord]) -> Suite:
    """Return the test split."""
    items = tuple(item_of(record) for record in split_corpus(records).test)
    return Suite("heldout", "How good are answers on held-out descriptions?", items)


def pairs(records: Sequence[CorpusRecord]) -> Suite:
    """Return the minimal pairs of the test split; a pair counts when both members are exactly right."""
    members = [record for record in split_corpus(records).test if record.pair_id]
    return Suite(
        "pairs", "Do a few words that change the label change the answer?", tuple(map(item_of, members)), tuple(r.pair_id for r in members)
    )


def near_misses(records: Sequence[CorpusRecord]) -> Suite:
    """Return the near-misses and otherwise sensitive goods of the test split: none of them has a category."""
    chosen = [record for record in split_corpus(records).test if record.kind in ("near-miss", "dual-use")]
    return Suite("near-misses", "Are look-alikes left alone?", tuple(map(item_of, chosen)))


def robustness(records: Sequence[CorpusRecord], limit: int = 200) -> Suite:
    """Return held-out texts with each kind of damage; slices name the damage."""
    chosen = [record for record in split_corpus(records).test if not record.insufficient][:limit]
    items = [
        EvalItem(f"{record.id}/{name}", change(record.text, random.Random(f"{name}/{record.id}")), record.labels, {"damage": name})
        for name, change in {"none": lambda text, _: text, **ROBUSTNESS}.items()
        for record in chosen
    ]
    return Suite("robustness", "Does damage to the text change the answer?", tuple(items))


def invariance(records: Sequence[CorpusRecord], limit: int = 60) -> Suite:
    """Return variants of held-out texts that differ in one name only; a group counts when all answers are the same."""
    chosen = [record for record in split_corpus(records).test if not record.insufficient][:limit]
    items, groups = [], []
    for record in chosen:
        for kind, variants in name_variants(record.text).items():
            for i, text in enumerate(variants):
                items.append(EvalItem(f"{record.id}/{kind}/{i}", text, record.labels, {"name": kind}))
                groups.append(f"{record.id}/{kind}")
    return Suite("invariance", "Does the name of a brand, country or customer move the answer?", tuple(items), tuple(groups))


def _words(texts: Sequence[str], count: int, chance: random.Random) -> str:
    chosen: list[str] = []
    while sum(len(text.split()) for text in chosen) < count:
        chosen.append(chance.choice(texts))
    return "\n\n".join(chosen)


def long_documents(records: Sequence[CorpusRecord], limit: int = 90) -> Suite:
    """Return held-out texts inside long documents of ordinary goods, at the start, in the middle or at the end."""
    test = split_corpus(records).test
    filler = [record.text for record in test if record.kind == "ordinary"]
    chosen = [record for record in test if record.kind in ("positive", "near-miss")][:limit]
    items = []
    for i, record in enumerate(chosen):
        chance = random.Random(f"long/{record.id}")
        place = ("start", "middle", "end")[i % 3]
        before = {"start": 0, "middle": FILLER_WORDS // 2, "end": FILLER_WORDS}[place]
        parts = [_words(filler, before, chance), record.text, _words(filler, FILLER_WORDS - before, chance)]
        items.append(EvalItem(f"{record.id}/long", "\n\n".join(part for part in parts if part), record.labels, {"place": place}))
    return Suite("long", "Is the relevant paragraph found in a long document?", tuple(items))


def prose() -> Suite:
    """Return texts that describe no product at all: news, code, poems, letters. None may be decided as a category."""
    items = []
    for number, line in enumerate(PROSE_FILE.read_text(encoding="utf-8").splitlines(), 1):
        row = json.loads(line)
        items.append(EvalItem(f"prose-{number:03d}", row["text"], (), {"genre": row["genre"]}))
    return Suite("prose", "Is text that describes no product kept from being decided as a category?", tuple(items))


def adversarial() -> Suite:
    """Return texts written to mislead: purpose hidden, denied, stuffed away, or orders given to the classifier."""
    items = []
    for line in ADVERSARIAL_FILE.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        items.append(EvalItem(row["id"], row["text"], tuple(row["labels"]), {"attack": row["attack"]}))
    return Suite("adversarial", "Do texts written to mislead get past, or falsely accuse?", tuple(items))


def disguised(records: Sequence[CorpusRecord], limit: int = 60) -> Suite:
    """Return held-out texts clean, with look-alike letters and with invisible characters; a group counts when all agree."""
    chosen = [record for record in split_corpus(records).test if record.kind == "positive"][:limit]
    items, groups = [], []
    for record in chosen:
        for name, change in DISGUISES.items():
            text = change(record.text, random.Random(f"{name}/{record.id}"))
            items.append(EvalItem(f"{record.id}/{name}", text, record.labels, {"disguise": name}))
            groups.append(record.id)
    return Suite("disguised", "Do look-alike letters and invisible characters change nothing?", tuple(items), tuple(groups))


def corpus_suites(records: Sequence[CorpusRecord]) -> dict[str, Suite]:
    """Return every suite built from our own material, by name."""
    suites = [
        heldout(records),
        pairs(records),
        near_misses(records),
        robustness(records),
        invariance(records),
        long_documents(records),
        prose(),
        adversarial(),
        disguised(records),
    ]
    return {suite.name: suite for suite in suites}
