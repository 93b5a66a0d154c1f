"""Tables whose head row names the columns, written out row by row, so that every value stands beside its names and unit.

"model;endur_min;range_km" over "Mk1;95;80" is read as "Mk1; endur 95 min; range 80 km". Rows of a name and a value need no such help.
Cells are parted by semicolons, bars, tabs (also what `data.text` makes of cells of mark-up and of wide gaps) or commas without blanks;
units stand in the head row or in a row of their own below it.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

from model.units import speed_meant, unit_at

LEAST_CELLS = 3
LEAST_NUMBERS = 2
"""The first row of data holds so many cells, of which so many hold a digit; of later ones one does."""
LONGEST_NAME = 40
"""A column's name holds at most so many characters."""
MOST_ADDED = 20_000
"""So many characters are added to a text at most; the rows after that stay as they are."""
_DELIMITERS = (";", "|", "\t", ",")
_LINE = re.compile(r"[^\n]+")
_RULE = re.compile(r"[\s|:+\-=]*")
_BARE = re.compile(r"[<>≤≥~≈]? ?\d[\d.,’' ]*(?:[kMG]|(?: ?(?:-|–|to|/|\.{2,3}|…) ?\d[\d.,]*)*)")
_WORD = re.compile(r"[^\s_,()\[\]]+")
_LOOSE_COMMA = re.compile(r",\s")
_TWO_CELLS = re.compile(r"(?<=\d)\t(?=\d)")
_NO_UNIT = re.compile(r"\W*")


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


class _Row(NamedTuple):
    start: int
    end: int
    cells: list[_Cell]


class _Column(NamedTuple):
    """A column's name, the name without its unit, and the unit, "" where it has none."""

    name: str
    short: str
    unit: str


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
    return next((word for word in (*words[-1:], *words[:1]) if _is_unit(word)), "")


def _is_unit(word: str) -> bool:
    unit = unit_at(word, 0)
    return unit is not None and unit[2] == len(word)


def _delimiter(text: str, start: int, end: int) -> str:
    """Return what parts the cells of a line: what it holds most of, commas only where no blank follows them."""
    able = [each for each in _DELIMITERS if each != "," or not _LOOSE_COMMA.search(text, start, end)]
    return max(able, key=lambda each: text.count(each, start, end))


def _are_names(text: str, cells: list[_Cell]) -> bool:
    return all(cell.end - cell.start <= LONGEST_NAME and not text[cell.start : cell.end][:1].isdigit() for cell in cells)


def _is_data(text: str, cells: list[_Cell], least: int) -> bool:
    return len(cells) >= LEAST_CELLS and sum(any(map(str.isdigit, text[cell.start : cell.end])) for cell in cells[1:]) >= least


def _tables(text: str) -> Iterator[tuple[list[_Column], list[_Row]]]:
    """Yield the names of the columns and the rows of each table."""
    lines = [match.span() for match in _LINE.finditer(text)]
    i = 0
    while i < len(lines):
        delimiter = _delimiter(text, *lines[i])
        head = _cells(text, *lines[i], delimiter)
        j, units, rows = i + 1, [""] * len(head), list[_Row]()
        if len(head) >= LEAST_CELLS - 1 and _are_names(text, head):
            if j < len(lines) and _RULE.fullmatch(text, *lines[j]):
                j += 1
            elif j < len(lines) and (below := _units_below(text, _cells(text, *lines[j], delimiter), len(head))):
                j, units = j + 1, below
            rows = list(_rows(text, lines, j, delimiter, len(head)))
        if rows:
            unnamed = len(rows[0].cells) - len(head)  # no name over the first column
            names = [""] * unnamed + [text[cell.start : cell.end] for cell in head]
            yield [_column(*each) for each in zip(names, [""] * unnamed + units, strict=True)], rows
        i = j + len(rows) if rows else i + 1


def _rows(text: str, lines: Sequence[tuple[int, int]], first: int, delimiter: str, width: int) -> Iterator[_Row]:
    """Yield the rows from a line on: as wide as the head, or all wider by one cell."""
    for i in range(first, len(lines)):
        cells = _cells(text, *lines[i], delimiter)
        if i == first and len(cells) == width + 1:
            width += 1
        if len(cells) != width or not _is_data(text, cells, LEAST_NUMBERS if i == first else 1):
            return
        yield _Row(*lines[i], cells)


def _units_below(text: str, cells: list[_Cell], width: int) -> list[str]:
    """Return the units of a row that holds nothing else, "" where a column has none; nothing for any other row."""
    written = [text[cell.start : cell.end].strip("()[] ") for cell in cells]
    others = [each for each in written if not _is_unit(each)]
    if len(written) != width or len(others) == width or not all(map(_NO_UNIT.fullmatch, others)):
        return []
    return [each if _is_unit(each) else "" for each in written]


def _column(name: str, unit: str) -> _Column:
    if unit:
        return _Column(name, name, unit)
    unit = _unit(name)
    short = " ".join(match.group() for match in _WORD.finditer(name) if match.group() != unit)
    return _Column(name, short, speed_meant(short, unit))


_NAMELESS = _Column("", "", "")


def _lead(name: str) -> _Column:
    """Return what a row's first cell tells of all its cells where columns are versions: "Air time (min)"."""
    if len(name) > LONGEST_NAME or any(map(str.isdigit, name)):
        return _NAMELESS
    column = _column(name, "")
    return column if column.short else _Column(name, name, "")


def unfold(text: str) -> Unfolded:
    """Return a text without tabs and with each row of its tables written out as "name value unit; name value unit"."""
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

    for columns, rows in _tables(text):
        are_versions = not any(column.unit for column in columns)
        cost = sum(len(column.name) + len(column.unit) + len("; ") for column in columns)
        for start, end, cells in rows:
            lead = _lead(text[cells[0].start : cells[0].end]) if are_versions else _NAMELESS
            added += cost + len(lead.name) * len(columns)
            if added > MOST_ADDED:
                break
            copy(position, start)
            for n, (column, cell) in enumerate(zip(columns, cells, strict=True)):
                unit = column.unit or (lead.unit if n else "")
                has_unit = bool(unit and _BARE.fullmatch(text, cell.start, cell.end))
                if (n or has_unit) and cell.end > cell.start:
                    names = (lead.short if has_unit else lead.name, column.short if has_unit else column.name)
                    write("; " * bool(n) + "".join(f"{name} " for name in names if name), cell.start)
                copy(cell.start, cell.end)
                if has_unit:
                    write(f" {unit}", cell.end)
            position = end
    copy(position, len(text))
    starts = accumulate(map(len, out[:-1]), initial=0)
    return Unfolded(_TWO_CELLS.sub("|", "".join(out)).replace("\t", " "), tuple(starts), tuple(pieces))
