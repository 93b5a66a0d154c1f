"""Tables whose head row names the columns, written out row by row, so that every value stands beside its name and unit.

"model;endur_min;range_km" over "Mk1;95;80" is read as "Mk1; endur 95 min; range 80 km". Rows of a name and a value need no such help.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate
from typing import NamedTuple

from model.units import unit_at

LEAST_CELLS = 3
LEAST_NUMBERS = 2
"""A row of data holds so many cells, of which so many hold a digit."""
LONGEST_NAME = 40
"""A column's name holds at most so many characters."""
MOST_ADDED = 20_000
"""So many characters are added to a text at most; the rows after that stay as they are."""
_DELIMITERS = (";", "|", "\t")
_LINE = re.compile(r"[^\n]+")
_RULE = re.compile(r"[\s|:+\-=]*")
_BARE = re.compile(r"[<>≤≥~≈]? ?\d[\d.,’' ]*(?:[kMG]|(?: ?(?:-|–|to|/|\.{2,3}|…) ?\d[\d.,]*)*)")
_WORD = re.compile(r"[^\s_,()\[\]]+")


class _Piece(NamedTuple):
    """What a piece of the written text stands for: a half-open range of the given text, letter by letter where it is `copied`."""

    start: int
    end: int
    copied: bool


class Unfolded(NamedTuple):
    """A text with its tables written out.

    Attributes:
        text: the text to read.
        starts, pieces: where each piece of it starts, and what of the given text it stands for.
    """

    text: str
    starts: tuple[int, ...]
    pieces: tuple[_Piece, ...]

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Return the range of the given text for a range of this one: within a value that of the value's own letters, else the piece's."""
        return self._place(start, False), self._place(end - 1, True)

    def _place(self, position: int, is_end: bool) -> int:
        i = bisect_right(self.starts, position) - 1
        piece = self.pieces[i]
        if piece.copied:
            return piece.start + position - self.starts[i] + is_end
        return piece.end if is_end else piece.start


class _Cell(NamedTuple):
    start: int
    end: int


def _cells(text: str, start: int, end: int, delimiter: str) -> list[_Cell]:
    line = text[start:end]
    if delimiter == "|":
        lead = len(line) - len(line.lstrip())
        start += lead + line.lstrip().startswith("|")
        line = text[start:end].rstrip()
        end = start + len(line) - line.endswith("|")
    cells, position = [], start
    for part in text[start:end].split(delimiter):
        inner = part.strip()
        first = position + len(part) - len(part.lstrip())
        cells.append(_Cell(first, first + len(inner)))
        position += len(part) + 1
    return cells


def _unit(label: str) -> str:
    """Return the unit that the name of a column ends or begins with, as written: "endur_min", "Range (km)", "kg slung"."""
    words = [match.group() for match in _WORD.finditer(label)]
    for word in (*words[-1:], *words[:1]):
        unit = unit_at(word, 0)
        if unit and unit[2] == len(word):
            return word
    return ""


def _is_head(text: str, cells: list[_Cell]) -> bool:
    named = all(cell.end - cell.start <= LONGEST_NAME and not text[cell.start : cell.end][:1].isdigit() for cell in cells)
    return len(cells) >= LEAST_CELLS and named


def _is_data(text: str, cells: list[_Cell], width: int) -> bool:
    return len(cells) == width and sum(any(map(str.isdigit, text[cell.start : cell.end])) for cell in cells[1:]) >= LEAST_NUMBERS


def _tables(text: str) -> Iterator[tuple[list[_Cell], list[tuple[int, int, list[_Cell]]]]]:
    """Yield head and rows (start, end, cells) of each table."""
    lines = [match.span() for match in _LINE.finditer(text)]
    i = 0
    while i < len(lines):
        delimiter = max(_DELIMITERS, key=lambda each: text.count(each, *lines[i]))
        head = _cells(text, *lines[i], delimiter)
        rows = []
        j = i + 1
        if _is_head(text, head):
            j += j < len(lines) and bool(_RULE.fullmatch(text, *lines[j]))
            while j < len(lines) and _is_data(text, cells := _cells(text, *lines[j], delimiter), len(head)):
                rows.append((*lines[j], cells))
                j += 1
        if rows:
            yield head, rows
        i = j if rows else i + 1


def _column(name: str) -> tuple[str, str]:
    """Return the name of a column without its unit, and the unit."""
    unit = _unit(name)
    return " ".join(match.group() for match in _WORD.finditer(name) if match.group() != unit), unit


def unfold(text: str) -> Unfolded:
    """Return a text with each row of its tables written out as "name value unit; name value unit"."""
    out: list[str] = []
    pieces: list[_Piece] = []
    position = added = 0

    def copy(start: int, end: int) -> None:
        if end > start:
            out.append(text[start:end])
            pieces.append(_Piece(start, end, copied=True))

    def write(written: str, place: int) -> None:
        out.append(written)
        pieces.append(_Piece(place, place, copied=False))

    for head, rows in _tables(text):
        names = [text[cell.start : cell.end] for cell in head]
        columns = [(name, *_column(name)) for name in names]
        cost = sum(len(name) + len("; ") for name in names)
        for start, end, cells in rows:
            added += cost
            if added > MOST_ADDED:
                break
            copy(position, start)
            for n, ((name, short, unit), cell) in enumerate(zip(columns, cells, strict=True)):
                has_unit = bool(unit and _BARE.fullmatch(text, cell.start, cell.end))
                if (n or has_unit) and cell.end > cell.start:
                    write(f"{'; ' if n else ''}{short if has_unit else name} ".replace("  ", " "), cell.start)
                copy(cell.start, cell.end)
                if has_unit:
                    write(f" {unit}", cell.end)
            position = end
    copy(position, len(text))
    starts = accumulate(map(len, out[:-1]), initial=0)
    return Unfolded("".join(out), tuple(starts), tuple(pieces))
