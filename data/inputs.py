"""Reading descriptions from files: plain text, JSON Lines and CSV, row by row in constant memory."""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data.errors import (
    CatchallError,
    DuplicateId,
    MalformedRow,
    MissingColumn,
    UndecodableFile,
    UnreadableFile,
    UnsupportedFile,
)

SUPPORTED = (".txt", ".jsonl", ".csv")
ID_COLUMN = "id"
MAX_LINE_BYTES = 2_000_000
"""A line over this is no row of ours: 100,000 characters fit even when every one is escaped."""


@dataclass(frozen=True)
class InputRow:
    """One row of an input file: a description, or the reason why there is none.

    Attributes:
        row: 1-based number of the row (for .txt always 1; for .csv the header is not counted).
        id: as given, else the row number.
        text: the description, or None.
        error: what is wrong with the row, or None.
    """

    row: int
    id: str
    text: str | None
    error: CatchallError | None = None


def _lines(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as stream:
            while line := stream.readline(MAX_LINE_BYTES):
                yield line
                while line and not line.endswith(b"\n") and len(line) == MAX_LINE_BYTES:
                    line = stream.readline(MAX_LINE_BYTES)  # the rest of an overlong line
    except OSError as exc:
        raise UnreadableFile(path=str(path), reason=exc.strerror or str(exc)) from exc


def _text_file(path: Path) -> Iterator[InputRow]:
    try:
        content = path.read_bytes()
    except OSError as exc:
        raise UnreadableFile(path=str(path), reason=exc.strerror or str(exc)) from exc
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        raise UndecodableFile(path=str(path), position=exc.start) from exc
    yield InputRow(1, path.stem, text)


def _json_row(line: bytes, number: int) -> InputRow:
    def bad(reason: str, id_: str = "") -> InputRow:
        return InputRow(number, id_ or str(number), None, MalformedRow(row=number, reason=reason))

    if len(line) == MAX_LINE_BYTES:
        return bad(f"longer than {MAX_LINE_BYTES} bytes")
    try:
        row: Any = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError as exc:
        return bad(f"not valid UTF-8 (byte {exc.start})")
    except (ValueError, RecursionError) as exc:
        return bad(f"not JSON ({exc})")
    if not isinstance(row, dict):
        return bad("not a JSON object")
    id_ = row.get("id", str(number))
    if isinstance(id_, int) and not isinstance(id_, bool):
        id_ = str(id_)
    if not isinstance(id_, str) or not id_:
        return bad("'id' must be a non-empty string")
    if "text" not in row:
        return bad("no field 'text'", id_)
    if not isinstance(row["text"], str):
        return bad("'text' must be a string", id_)
    return InputRow(number, id_, row["text"])


def _json_lines(path: Path) -> Iterator[InputRow]:
    for number, line in enumerate(_lines(path), 1):
        if line.strip():
            yield _json_row(line, number)


def _csv(path: Path, text_column: str) -> Iterator[InputRow]:
    csv.field_size_limit(MAX_LINE_BYTES)
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream)
            columns = list(reader.fieldnames or [])
            if text_column not in columns:
                raise MissingColumn(path=str(path), column=text_column, columns=", ".join(columns) or "none")
            for number, row in enumerate(reader, 1):
                text = row.get(text_column)
                id_ = row.get(ID_COLUMN) or str(number)
                error = MalformedRow(row=number, reason=f"no value in column '{text_column}'") if text is None else None
                yield InputRow(number, id_, text, error)
    except UnicodeDecodeError as exc:
        raise UndecodableFile(path=str(path), position=exc.start) from exc
    except csv.Error as exc:
        raise UnreadableFile(path=str(path), reason=f"not a CSV file ({exc})") from exc
    except OSError as exc:
        raise UnreadableFile(path=str(path), reason=exc.strerror or str(exc)) from exc


def read_rows(path: Path, text_column: str = "text") -> Iterator[InputRow]:
    """Yield the rows of a file; a bad row comes with its error, so that the rest can go on.

    Args:
        path: .txt (the whole file is one description), .jsonl (objects with `text` and maybe `id`) or .csv with a header.
        text_column: the CSV column that holds the description.

    Raises:
        UnsupportedFile, UnreadableFile, UndecodableFile, MissingColumn: nothing of the file can be used, or no more of it.
    """
    kind = path.suffix.lower()
    if kind not in SUPPORTED:
        raise UnsupportedFile(path=str(path), supported=", ".join(SUPPORTED))
    rows = {".txt": lambda: _text_file(path), ".jsonl": lambda: _json_lines(path), ".csv": lambda: _csv(path, text_column)}[kind]()
    first: dict[str, int] = {}
    for row in rows:
        if row.id in first:
            error = DuplicateId(row=row.row, id=row.id, first=first[row.id])
            yield InputRow(row.row, row.id, None, error)
        else:
            first[row.id] = row.row
            yield row
