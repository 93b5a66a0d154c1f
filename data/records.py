"""Corpus records: what one labelled description is, and the checks every record passes on load."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from data.errors import CorpusInvalid
from data.taxonomy import INSUFFICIENT, Taxonomy, load_taxonomy

CORPUS_FOLDER = Path(__file__).with_name("corpus")

Register = Literal[
    "datasheet", "brochure", "shop", "tender", "customs", "application", "app-store", "distributor", "press", "engineer",
    "non-native", "ocr",
]  # fmt: skip
Kind = Literal["positive", "near-miss", "ordinary", "dual-use", "insufficient"]
Era = Literal["2000s", "2010s", "2020s"]
Wording = Literal["direct", "indirect"]
Scope = Literal["whole", "part"]

REGISTERS: tuple[Register, ...] = get_args(Register)
MAX_WORDS = 400

REVIEWED = "reviewed-"
"""How ids of records begin that come from determinations. They teach and never test: the test split stays what it is."""

HS_CHAPTERS = tuple(f"{chapter:02d}" for chapter in range(1, 98) if chapter != 77)
"""Chapters of the Harmonized System (WCO, HS 2022); 77 is reserved for later use and holds no goods."""


@dataclass(frozen=True)
class CorpusRecord:
    """One labelled description.

    Attributes:
        id: unique over the corpus and never reused.
        text: the description as written.
        labels: category ids in taxonomy order; empty for none; ("insufficient",) for a text too vague to tell.
        register: who writes, where (web shop, tender, customs line ...).
        kind: why the record is in the corpus.
        era: the decade of the technology described.
        wording: whether the usual keyword is said or the capability is only paraphrased.
        scope: whether the capability is the whole product or one function, part or licence of it.
        near: for near-misses, the category it must not be taken for; else empty.
        pair_id: shared by the two members of a minimal pair; else empty.
        hs: for ordinary goods, the two-digit chapter of the Harmonized System; else empty.
        note: why the label is so, for close calls; may be empty.
    """

    id: str
    text: str
    labels: tuple[str, ...]
    register: Register
    kind: Kind
    era: Era
    wording: Wording
    scope: Scope
    near: str = ""
    pair_id: str = ""
    hs: str = ""
    note: str = ""

    @property
    def group(self) -> str:
        """What must stay together in a split: the pair, or the record itself."""
        return self.pair_id or self.id

    @property
    def insufficient(self) -> bool:
        """Whether the text is too vague to be labelled."""
        return self.labels == (INSUFFICIENT,)

    def as_json(self) -> dict[str, Any]:
        """Return the record as plain JSON types, in field order."""
        return asdict(self) | {"labels": list(self.labels)}


_CHOICES: dict[str, tuple[str, ...]] = {
    "register": REGISTERS,
    "kind": get_args(Kind),
    "era": get_args(Era),
    "wording": get_args(Wording),
    "scope": get_args(Scope),
}
_STRINGS = ("id", "text", *_CHOICES, "near", "pair_id", "hs", "note")
_REQUIRED = ("id", "text", "labels", *_CHOICES)


def _fault(row: Any, taxonomy: Taxonomy) -> str:
    """Return what is wrong with a decoded row, or the empty string."""
    if not isinstance(row, dict):
        return "a record must be a JSON object"
    if missing := [name for name in _REQUIRED if name not in row]:
        return f"missing fields: {', '.join(missing)}"
    if unknown := sorted(set(row) - {*_STRINGS, "labels"}):
        return f"unknown fields: {', '.join(unknown)}"
    if wrong := [name for name in _STRINGS if not isinstance(row.get(name, ""), str)]:
        return f"not a string: {', '.join(wrong)}"
    for name, allowed in _CHOICES.items():
        if row[name] not in allowed:
            return f"{name} is '{row[name]}', not one of {', '.join(allowed)}"
    if not row["id"] or not row["text"].strip():
        return "id and text must not be empty"
    if len(row["text"].split()) > MAX_WORDS:
        return f"the text has more than {MAX_WORDS} words"
    if row.get("hs") and (row["kind"] != "ordinary" or row["hs"] not in HS_CHAPTERS):
        return f"hs is '{row['hs']}': only ordinary goods have one, a chapter from 01 to 97"
    return _label_fault(row, taxonomy)


def _label_fault(row: dict[str, Any], taxonomy: Taxonomy) -> str:
    labels = row["labels"]
    if not isinstance(labels, list) or not all(isinstance(label, str) for label in labels):
        return "labels must be a list of strings"
    if (labels == [INSUFFICIENT]) != (row["kind"] == "insufficient"):
        return f"kind 'insufficient' and the label '{INSUFFICIENT}' go together, alone"
    if labels == [INSUFFICIENT]:
        return ""
    if unknown := taxonomy.unknown(labels):
        return f"unknown labels: {', '.join(unknown)}"
    if len(set(labels)) != len(labels):
        return "a label is given twice"
    if bool(labels) != (row["kind"] == "positive"):
        return f"kind '{row['kind']}' does not go with labels {labels}"
    if row.get("near") and taxonomy.unknown([row["near"]]):
        return f"near is '{row['near']}', no category"
    if (row["kind"] == "near-miss") != bool(row.get("near")):
        return "a near-miss, and only a near-miss, names the category it is near to"
    return ""


def parse_record(line: str, taxonomy: Taxonomy, path: str, number: int) -> CorpusRecord:
    """Return the record in one line of JSONL.

    Raises:
        CorpusInvalid: the line is no JSON or breaks the contract; names the file and line.
    """
    try:
        row = json.loads(line)
    except ValueError as exc:
        raise CorpusInvalid(path=path, line=number, reason=f"not JSON: {exc}") from exc
    if fault := _fault(row, taxonomy):
        raise CorpusInvalid(path=path, line=number, reason=fault)
    order = {name: i for i, name in enumerate(taxonomy.ids)}
    labels = tuple(sorted(row["labels"], key=lambda label: order.get(label, -1)))
    return CorpusRecord(**(row | {"labels": labels}))


def read_records(path: Path, taxonomy: Taxonomy) -> Iterator[CorpusRecord]:
    """Yield the records of one JSONL file; blank lines are skipped.

    Raises:
        CorpusInvalid: see `parse_record`; also when the file cannot be read.
    """
    try:
        with path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield parse_record(line, taxonomy, path.name, number)
    except (OSError, UnicodeDecodeError) as exc:
        raise CorpusInvalid(path=path.name, line=0, reason=str(exc)) from exc


def load_corpus(folder: Path = CORPUS_FOLDER, taxonomy: Taxonomy | None = None) -> list[CorpusRecord]:
    """Return all records of a corpus folder, in file and line order.

    Raises:
        CorpusInvalid: a broken record, an id used twice, a pair without exactly two members, a pair of equal labels,
            or a folder without a record.
    """
    taxonomy = taxonomy or load_taxonomy()
    records: list[CorpusRecord] = []
    seen: dict[str, str] = {}
    pairs: dict[str, list[CorpusRecord]] = {}
    for path in sorted(folder.glob("*.jsonl")):
        for record in read_records(path, taxonomy):
            if record.id in seen:
                raise CorpusInvalid(path=path.name, line=0, reason=f"the id '{record.id}' is also in {seen[record.id]}")
            seen[record.id] = path.name
            records.append(record)
            if record.pair_id:
                pairs.setdefault(record.pair_id, []).append(record)
    if not records:
        raise CorpusInvalid(path=folder.name, line=0, reason="no records were found")
    for pair_id, members in pairs.items():
        if len(members) != 2 or members[0].labels == members[1].labels:
            raise CorpusInvalid(path=folder.name, line=0, reason=f"pair '{pair_id}' needs two members of different labels")
    return records


def with_reviewed(records: Sequence[CorpusRecord], files: Sequence[Path], taxonomy: Taxonomy) -> list[CorpusRecord]:
    """Return the corpus with the records of exported determinations added; they go into the training split only.

    Raises:
        CorpusInvalid: a broken record, an id used twice, or an id that does not mark it as reviewed.
    """
    seen = {record.id for record in records}
    together = list(records)
    for path in files:
        for record in read_records(path, taxonomy):
            if not record.id.startswith(REVIEWED) or record.pair_id:
                raise CorpusInvalid(path=path.name, line=0, reason=f"'{record.id}' is no record of a determination")
            if record.id in seen:
                raise CorpusInvalid(path=path.name, line=0, reason=f"the id '{record.id}' is used twice")
            seen.add(record.id)
            together.append(record)
    return together
