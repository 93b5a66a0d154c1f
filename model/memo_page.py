"""A page to write on: headings, paragraphs, lists and tables in a Unicode font, with lines broken by its own widths.

The library's own tables measure a line anew for each of its characters; a memo of forty pages then takes seconds.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time
from pathlib import Path

from fpdf import FPDF
from fpdf.bidi import BidiParagraph
from fpdf.enums import XPos, YPos
from fpdf.fonts import TTFFont

FONTS = Path(__file__).with_name("fonts")
NO_GLYPH = "□"
BODY, SMALL = 9.0, 7.5
"""Font sizes in points."""
_FAMILY = "DejaVu"
_LEADING = 0.5
"""Height of a line in millimetres, per point of the font size."""
_MARGIN = 18.0
_TOTAL = "\uef02" * 4
"""Stands for the number of pages until it is known; no text of a memo holds it, for `memo_text.visible` writes private characters out."""


class MemoPage(FPDF):
    """A4 pages with a running foot. The same content and day give the same bytes.

    Attributes:
        lacking: the characters that the font lacks; they are drawn as `NO_GLYPH`.
        rightward: whether something was written from right to left; its letters are ordered, but not joined.
    """

    def __init__(self, title: str, day: date, foot: str) -> None:
        super().__init__(format="A4")
        self._foot = foot
        self.lacking: set[str] = set()
        self.rightward = False
        self.add_font(_FAMILY, "", FONTS / "DejaVuSans.ttf")
        self.add_font(_FAMILY, "B", FONTS / "DejaVuSans-Bold.ttf")
        self._fonts = {font.emphasis.style: font for font in self.fonts.values() if isinstance(font, TTFFont)}
        self.alias_nb_pages(_TOTAL)
        self.set_margin(_MARGIN)
        self.set_auto_page_break(auto=True, margin=_MARGIN)
        self.set_title(title)
        self.set_lang("en")
        self.set_creation_date(datetime.combine(day, time(), UTC))
        self.add_page()

    def footer(self) -> None:
        """Write the foot and the page number."""
        self.set_y(-13)
        self.set_font(_FAMILY, size=SMALL)
        self.cell(0, 5, f"{self._foot} · page {self.page_no()} of {_TOTAL}")

    def _drawn(self, text: str, style: str) -> str:
        glyphs = self._fonts[style].cmap
        wanting = {character for character in text if ord(character) not in glyphs and character not in "\n\t"}
        self.lacking |= wanting
        return "".join(NO_GLYPH if character in wanting else character for character in text).replace("\t", "    ")

    def _width(self, text: str, style: str) -> float:
        widths = self._fonts[style].cw
        return sum(widths[ord(character)] for character in text) * self.font_size * 0.001

    def _pieces(self, word: str, width: float, style: str) -> Iterator[str]:
        """Cut a word that is wider than a line."""
        start, used = 0, 0.0
        for i, character in enumerate(word):
            wide = self._width(character, style)
            if used + wide > width and i > start:
                yield word[start:i]
                start, used = i, 0.0
            used += wide
        yield word[start:]

    def lines(self, text: str, width: float, style: str = "") -> list[str]:
        """Break a text into lines of at most `width` millimetres in the font that is set, in the order in which they are read."""
        out: list[str] = []
        space = self._width(" ", style)
        for line in self._drawn(text, style).split("\n"):
            words = [piece for word in line.split(" ") for piece in self._pieces(word, width, style)]
            current, used = [words[0]], self._width(words[0], style)
            for word in words[1:]:
                wide = self._width(word, style)
                if used + space + wide > width:
                    out.append(" ".join(current))
                    current, used = [word], wide
                else:
                    current.append(word)
                    used += space + wide
            out.append(" ".join(current))
        return out

    def _write(self, line: str, x: float, width: float, height: float, newline: bool = True) -> None:
        rightward = any(unicodedata.bidirectional(character) in ("R", "AL") for character in line)
        self.rightward |= rightward
        shown = BidiParagraph(text=line).get_reordered_string() if rightward else line
        self.set_x(x - self.c_margin)
        after = (XPos.LMARGIN, YPos.NEXT) if newline else (XPos.RIGHT, YPos.TOP)
        self.cell(width + 2 * self.c_margin, height, shown, new_x=after[0], new_y=after[1])

    def heading(self, text: str, size: float = BODY + 1, before: float = 3) -> None:
        """Write a heading, on the next page when little room is left."""
        if self.will_page_break(before + 16):
            self.add_page()
        self.ln(before)
        self.paragraph(text, size, bold=True)

    def paragraph(self, text: str, size: float = BODY, bold: bool = False, indent: float = 0) -> None:
        """Write a paragraph over the width of the page, `indent` millimetres in."""
        style = "B" if bold else ""
        self.set_font(_FAMILY, style, size)
        for line in self.lines(text, self.epw - indent, style):
            self._write(line, self.l_margin + indent, self.epw - indent, size * _LEADING)
        self.ln(0.8)

    def items(self, texts: Iterable[str]) -> None:
        """Write a list."""
        for text in texts:
            self.paragraph(f"•  {text}", indent=3)

    def pairs(self, rows: Iterable[tuple[str, str]]) -> None:
        """Write names with their values."""
        for name, value in rows:
            self.paragraph(f"{name}: {value}", indent=3)

    def grid(self, rows: Iterable[Sequence[str]], shares: Sequence[float], head: Sequence[str] = ()) -> None:
        """Write a table, its columns as wide as their shares of 1; the head is bold. A row that does not fit goes to the next page."""
        if head:
            self._row(head, shares, "B")
        for row in rows:
            self._row(row, shares, "")
        self.ln(1.5)

    def _row(self, row: Sequence[str], shares: Sequence[float], style: str) -> None:
        self.set_font(_FAMILY, style, SMALL)
        height, gap = SMALL * _LEADING, 2.0
        widths = [share * self.epw for share in shares]
        cells = [self.lines(cell, width - gap, style) for cell, width in zip(row, widths, strict=True)]
        tallest = max(map(len, cells))
        if self.will_page_break(tallest * height + 1) and tallest * height < self.eph / 2:
            self.add_page()
        for i in range(tallest):
            if self.will_page_break(height):
                self.add_page()
            x = self.l_margin
            for cell, width in zip(cells, widths, strict=True):
                if i < len(cell):
                    self._write(cell[i], x, width - gap, height, newline=False)
                x += width
            self.ln(height)
        self.set_draw_color(170)
        self.line(self.l_margin, self.get_y() + 0.4, self.l_margin + self.epw, self.get_y() + 0.4)
        self.ln(0.9)
