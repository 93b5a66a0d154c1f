"""Joined texts: two records in one description, with the labels of both.

A catalogue page, a tender with lots or a long document speaks of several products. Joining a record with another teaches the
model that what stands around a product changes nothing, and that two products have the categories of both. Nothing of this
enters the corpus.
"""

import random
from collections.abc import Sequence

from data.records import CorpusRecord, Kind

MOST_WORDS = 180
"""Records longer than this are not joined: the result would not fit into one window."""


def joined_records(records: Sequence[CorpusRecord], share: float, seed: int) -> list[CorpusRecord]:
    """Return `share` times as many joined records as there are records; half of the partners have no category.

    Texts too vague to label are never joined: their labels are unknown.
    """
    chance = random.Random(seed)  # noqa: S311 - seeded chance that must repeat
    usable = [record for record in records if not record.insufficient and len(record.text.split()) <= MOST_WORDS]
    harmless = [record for record in usable if not record.labels]
    if len(usable) < 2 or not harmless:
        return []
    made = []
    for number in range(round(share * len(records))):
        first = chance.choice(usable)
        second = chance.choice(harmless if chance.random() < 0.5 else usable)
        parts = [first, second]
        chance.shuffle(parts)
        text = chance.choice(("\n", "\n\n", " ", " - ")).join(part.text for part in parts)
        labels = tuple(dict.fromkeys(label for part in parts for label in part.labels))
        kind: Kind = "positive" if labels else "ordinary"
        made.append(CorpusRecord(f"joined-{number}", text, labels, first.register, kind, first.era, first.wording, first.scope))
    return made
