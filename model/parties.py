"""Screening: which listed parties a name may mean. A hit is a reason to look, never a decision."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from rapidfuzz import process
from rapidfuzz.distance import OSA

from data.errors import BlankText, TextTooLong
from data.parties import Party, PartyList
from model.party_names import NameForm, folded, joined_words, name_similarity, read_name, skeleton

DEFAULT_THRESHOLD = 82.0
"""Lowest score shown (0 to 100).

On the labelled names of `tests/model/test_parties.py` variants score 84 and more, look-alikes 80 and less. On 56 names looked at once,
after the rules were settled, 24 of 25 variants were found and 8 of 31 look-alikes shown: one letter away, or wholly inside a listed name.
"""
DEFAULT_LIMIT = 10
MAX_NAME = 1_000
"""Longest name screened, in characters."""
_MOST_WORDS = 40
_WORD_CUTOFF, _COMPACT_CUTOFF = 0.77, 0.77
NOTICE = (
    "A hit says that names are alike, not that the party is listed; no hit says nothing about lists that were not loaded. "
    "Compare address, country and the entry of today; a person decides."
)


@dataclass(frozen=True)
class Hit:
    """A listed party whose name is like the one asked for.

    Attributes:
        score: likeness of the names, 0 to 100; no probability.
        matched: the name or alias that is most like it.
        party: the entry, with its list and citation.
        list_title, as_of: where the entry was read, and the day that stands for.
    """

    score: float
    matched: str
    party: Party
    list_title: str
    as_of: str

    def as_json(self) -> dict[str, Any]:
        """Return the hit as plain data."""
        return {
            "score": self.score,
            "matched": self.matched,
            "party": self.party.as_json(),
            "read_in": self.list_title,
            "as_of": self.as_of,
        }


class PartyIndex:
    """Party lists made ready for screening: every name is read once, every distinct word is stored once.

    Args:
        lists: in the order in which equal hits are shown.
    """

    def __init__(self, lists: Sequence[PartyList]) -> None:
        self.lists = tuple(lists)
        self.entries: list[tuple[PartyList, Party]] = [(each, party) for each in lists for party in each.parties]
        self.names: list[tuple[int, str, NameForm]] = []
        by_word: dict[str, list[int]] = {}
        self._by_joined: dict[str, list[int]] = {}
        for entry, (_, party) in enumerate(self.entries):
            for name in dict.fromkeys((party.name, *party.aliases)):
                form = read_name(name)
                for word in set(form.core):
                    by_word.setdefault(word, []).append(len(self.names))
                for word in set(map(folded, joined_words(form.words))):
                    self._by_joined.setdefault(word, []).append(len(self.names))
                self.names.append((entry, name, form))
        self._by_word = by_word
        self._words = list(by_word)
        self._compacts = [form.compact for _, _, form in self.names]
        self._by_folded = self._groups(folded)
        self._by_skeleton = self._groups(skeleton)

    def _groups(self, key: Callable[[str], str]) -> dict[str, list[str]]:
        groups: dict[str, list[str]] = {}
        for word in self._words:
            groups.setdefault(key(word), []).append(word)
        return groups

    def _like(self, word: str, unvowelled: bool) -> set[str]:
        """Return the stored words that may be meant by a word."""
        found = {word} | set(self._by_folded.get(folded(word), ()))
        if unvowelled and len(bones := skeleton(word)) >= 4:
            found |= set(self._by_skeleton.get(bones, ()))
        if len(word) >= 5:
            alike = process.extract(word, self._words, scorer=OSA.normalized_similarity, score_cutoff=_WORD_CUTOFF, limit=None)
            found |= {name for name, _, _ in alike}
        return found

    def candidates(self, form: NameForm) -> set[int]:
        """Return positions in `names` worth a close look: a distinctive word in common, also when split, or alike as one word."""
        found: set[int] = set()
        for word in dict.fromkeys(form.core[:_MOST_WORDS]):
            for stored in self._like(word, unvowelled=True):
                found.update(self._by_word.get(stored, ()))
            found.update(self._by_joined.get(folded(word), ()))
        for word in set(map(folded, joined_words(form.words))):
            for stored in self._by_folded.get(word, ()):
                found.update(self._by_word[stored])
        alike = process.extract(form.compact, self._compacts, scorer=OSA.normalized_similarity, score_cutoff=_COMPACT_CUTOFF, limit=None)
        return found | {position for _, _, position in alike}


def screen(name: str, parties: PartyIndex, limit: int = DEFAULT_LIMIT, threshold: float = DEFAULT_THRESHOLD) -> list[Hit]:
    """Return the listed parties most like a name, best first, one hit per entry; equal scores in the order of the lists.

    Args:
        name: as the customer writes it, in any script.
        limit: most hits.
        threshold: lowest score, 0 to 100.

    Raises:
        BlankText: the name holds no letter and no digit.
        TextTooLong: over `MAX_NAME` characters.
    """
    if len(name) > MAX_NAME:
        raise TextTooLong(field="name", characters=len(name), limit=MAX_NAME)
    form = read_name(name)
    if not form.words:
        raise BlankText(field="name")
    form = replace(form, words=form.words[:_MOST_WORDS], core=form.core[:_MOST_WORDS])
    best: dict[int, tuple[float, str]] = {}
    for position in sorted(parties.candidates(form)):
        entry, spelled, stored = parties.names[position]
        score = round(100 * name_similarity(form, stored), 1)
        if score >= threshold and score > best.get(entry, (0.0, ""))[0]:
            best[entry] = (score, spelled)
    ranked = sorted(best.items(), key=lambda item: (-item[1][0], item[0]))[: max(0, limit)]
    return [_hit(parties, entry, score, spelled) for entry, (score, spelled) in ranked]


def _hit(parties: PartyIndex, entry: int, score: float, spelled: str) -> Hit:
    source, party = parties.entries[entry]
    return Hit(score, spelled, party, source.title, source.as_of)


def screen_all(
    names: Iterable[str], parties: PartyIndex, limit: int = DEFAULT_LIMIT, threshold: float = DEFAULT_THRESHOLD
) -> dict[str, list[Hit]]:
    """Screen several names; see `screen`."""
    return {name: screen(name, parties, limit, threshold) for name in names}
