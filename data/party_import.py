"""Imports the US Consolidated Screening List, in the CSV form that trade.gov publishes, as JSON Lines for `data.parties`.

The file: a first line that says what it is (`version`, `file`, `sha256`, `as_of`, `imported`, `parties`, `duplicates`), then one party
on each line.
"""

import csv
import hashlib
import io
import json
import os
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from data.errors import DuplicateId, MalformedRow, MissingColumn, UndecodableFile, UnreadableFile
from data.parties import IMPORT_VERSION, Party, is_iso_date

MAX_BYTES = 100_000_000
MAX_ROWS = 250_000
MAX_FIELD = 100_000
"""Longest accepted field, in characters."""
MAX_NAME = 1_000
"""Longest accepted name, in characters."""
MAX_NOTE = 500
"""Remarks are kept up to here, in characters."""
REQUIRED = ("source", "name")
_READ = (*REQUIRED, "alt_names", "addresses", "federal_register_notice", "start_date", "end_date", "remarks", "_id")
_COUNTRY = re.compile(r"(?:^|,)\s*([A-Z]{2})\s*$")
_LAST_OF_SERIES = re.compile(r"^and\s+", re.IGNORECASE)
_SUCCESSORS = re.compile(r"[;,]?\s+and any (?:successor|sub-?unit|subsidiar).*$", re.IGNORECASE)
"""The clause that the State Department adds to names; a customer's name never holds it."""
_BRACKETED = re.compile(r"\s*\(([^()]*)\)")
_ABBREVIATION = re.compile(r"(?=(?:.*[A-Z]){2})[A-Z0-9][A-Z0-9&. -]{1,14}")


@dataclass(frozen=True)
class PartyImport:
    """What an import did.

    Attributes:
        parties: entries written; duplicates: rows left out because an equal one came before.
        sha256: of the CSV file; as_of: the day it stands for.
    """

    parties: int
    duplicates: int
    sha256: str
    as_of: str


def _content(path: Path) -> tuple[bytes, date]:
    try:
        with path.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
            changed = datetime.fromtimestamp(os.fstat(stream.fileno()).st_mtime, UTC).date()
    except OSError as exc:
        raise UnreadableFile(path=str(path), reason=exc.strerror or str(exc)) from exc
    if len(content) > MAX_BYTES:
        raise UnreadableFile(path=str(path), reason=f"it is larger than {MAX_BYTES:,} bytes")
    return content, changed


def _tidy(text: str) -> str:
    """Return a text on one line without invisible characters."""
    visible = "".join(" " if unicodedata.category(c) == "Cc" else c for c in text if unicodedata.category(c) != "Cf")
    return " ".join(visible.split())


def _columns(path: Path, header: list[str]) -> dict[str, int]:
    """Return column name to position; case, spaces and hyphens in the header do not matter."""
    names = [re.sub(r"[\s-]+", "_", name.strip().lower()) for name in header]
    for required in REQUIRED:
        if required not in names:
            raise MissingColumn(path=str(path), column=required, columns=", ".join(names)[:1000] or "none")
    for name in _READ:
        if names.count(name) > 1:
            raise UnreadableFile(path=str(path), reason=f"it has the column '{name}' twice")
    return {name: names.index(name) for name in _READ if name in names}


def _checked(row: int, fields: list[str], header: list[str]) -> None:
    if len(fields) != len(header):
        raise MalformedRow(row=row, reason=f"it has {len(fields)} fields, the header {len(header)}")
    for column, field in zip(header, fields, strict=True):
        if len(field) > MAX_FIELD:
            raise MalformedRow(row=row, reason=f"column '{column}' has {len(field):,} characters; the limit is {MAX_FIELD:,}")


def _shorter_names(name: str) -> Iterator[str]:
    """Yield what else a listed name is known by: without the clause on successors, without brackets, an abbreviation in them."""
    plain = _SUCCESSORS.sub("", name)
    yield plain
    bracketed = [match.strip() for match in _BRACKETED.findall(plain)]
    if bracketed:
        yield " ".join(_BRACKETED.sub(" ", plain).split())
    yield from (text for text in bracketed if _ABBREVIATION.fullmatch(text))


def _party(row: int, fields: dict[str, str]) -> Party:
    for column in REQUIRED:
        if not _tidy(fields[column]):
            raise MalformedRow(row=row, reason=f"column '{column}' is empty")
    for column in ("start_date", "end_date"):
        value = fields.get(column, "").strip()
        if value and not is_iso_date(value):
            raise MalformedRow(row=row, reason=f"column '{column}' holds '{value[:40]}', which is not a date (YYYY-MM-DD)")
    name = _tidy(fields["name"])
    listed = [_LAST_OF_SERIES.sub("", _tidy(part)) for part in fields.get("alt_names", "").split(";")]
    known_as = [name, *listed]
    aliases = dict.fromkeys(alias for each in known_as for alias in (each, *_shorter_names(each)) if alias and alias != name)
    for column, values in (("name", [name]), ("alt_names", list(aliases))):
        if any(len(value) > MAX_NAME for value in values):
            raise MalformedRow(row=row, reason=f"column '{column}' holds a name over {MAX_NAME:,} characters")
    countries = {match.group(1) for part in fields.get("addresses", "").split(";") if (match := _COUNTRY.search(part))}
    return Party(
        name=name,
        aliases=tuple(aliases),
        countries=tuple(sorted(countries)),
        list_name=_tidy(fields["source"]),
        citation=_tidy(fields.get("federal_register_notice", "")),
        start=fields.get("start_date", "").strip(),
        end=fields.get("end_date", "").strip(),
        note=_tidy(fields.get("remarks", ""))[:MAX_NOTE],
        id=_tidy(fields.get("_id", "")),
    )


def _records(path: Path, text: str) -> Iterator[list[str]]:
    """Yield the fields of each line of a CSV text, the header first."""
    csv.field_size_limit(MAX_BYTES)  # the limit per field is `MAX_FIELD`, checked where the column is known
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        yield from reader
    except csv.Error as exc:
        raise UnreadableFile(path=str(path), reason=f"not a CSV file (line {reader.line_num}: {exc})") from exc


def _rows(path: Path, text: str) -> Iterator[tuple[int, Party]]:
    """Yield the 1-based number of each row and its party; the header is not counted, blank lines are."""
    records = _records(path, text)
    header = next(records, [])
    columns = _columns(path, header)
    for row, fields in enumerate(records, 1):
        if row > MAX_ROWS:
            raise UnreadableFile(path=str(path), reason=f"it has more than {MAX_ROWS:,} rows")
        if not any(field.strip() for field in fields):
            continue
        _checked(row, fields, header)
        yield row, _party(row, {column: fields[position] for column, position in columns.items()})


def read_screening_list(path: Path, text: str) -> tuple[list[Party], int]:
    """Return the parties of a CSV text and the number of rows left out because an equal one came before.

    Args:
        path: named in errors.

    Raises:
        MissingColumn, UnreadableFile: the file as a whole cannot be used.
        MalformedRow: names the row and the column.
        DuplicateId: two rows with one `_id` say different things.
    """
    parties: dict[Party, int] = {}
    ids: dict[str, int] = {}
    duplicates = 0
    for row, party in _rows(path, text):
        if party in parties:
            duplicates += 1
            continue
        if party.id and (first := ids.setdefault(party.id, row)) != row:
            raise DuplicateId(row=row, id=party.id, first=first)
        parties[party] = row
    return list(parties), duplicates


def _write(target: Path, lines: Iterator[str]) -> None:
    """Write a file so that a reader sees the old one or the new one, never a part."""
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            with part.open("w", encoding="utf-8") as stream:
                stream.writelines(lines)
                stream.flush()
                os.fsync(stream.fileno())
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
    except OSError as exc:
        raise UnreadableFile(path=str(target), reason=exc.strerror or str(exc)) from exc


def import_parties(source: Path, target: Path, today: date, as_of: date | None = None) -> PartyImport:
    """Read a screening list and write it as JSON Lines; on any error the target stays as it was.

    Args:
        source: CSV with at least the columns `source` and `name`, UTF-8 with or without a byte-order mark.
        target: the file to write; its folder is made when missing.
        today: the day of the import.
        as_of: the day the list stands for; by default the day the file was last changed.

    Raises:
        UnreadableFile, UndecodableFile, MissingColumn, MalformedRow, DuplicateId: see `read_screening_list`.
    """
    content, changed = _content(source)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        raise UndecodableFile(path=str(source), position=exc.start) from exc
    parties, duplicates = read_screening_list(source, text)
    done = PartyImport(len(parties), duplicates, hashlib.sha256(content).hexdigest(), (as_of or changed).isoformat())
    head = {"version": IMPORT_VERSION, "file": source.name, "sha256": done.sha256, "as_of": done.as_of, "imported": today.isoformat()}
    head |= {"parties": done.parties, "duplicates": duplicates}
    _write(target, (json.dumps(row, ensure_ascii=False) + "\n" for row in (head, *(party.as_json() for party in parties))))
    return done
