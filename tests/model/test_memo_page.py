"""The page that the memo is written on."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pypdfium2
import pytest

from model.memo_page import MemoPage

MADE = date(2026, 11, 28)


def pages(page: MemoPage) -> list[str]:
    """Return the text of each page."""
    return [each.get_textpage().get_text_range() for each in pypdfium2.PdfDocument(bytes(page.output()))]


class TestMemoPage:
    """Lines and rows fit the page, whatever they hold."""

    @pytest.fixture
    def page(self) -> Iterator[MemoPage]:
        page = MemoPage("title", MADE, "foot")
        page.paragraph("start")
        yield page
        page.output()  # closes the fonts

    @pytest.mark.parametrize("text", ["x" * 3_000, "word " * 600, "a" * 200 + " b " + "c" * 200, "WWW iii " * 300, "", " ", "\n\n"])
    def test_lines_are_no_wider_than_asked_and_lose_nothing(self, page: MemoPage, text: str) -> None:
        lines = page.lines(text, 50)
        assert max(page.get_string_width(line) for line in lines) <= 50
        assert "".join(lines).replace(" ", "") == text.replace(" ", "").replace("\n", "")

    def test_a_row_higher_than_a_page_goes_on_overleaf(self, page: MemoPage) -> None:
        page.grid([("word " * 5_000, "short")], (0.5, 0.5))
        assert sum(text.count("word") for text in pages(page)) == 5_000
        assert page.page_no() > 2

    def test_a_row_is_not_torn_apart_without_need(self, page: MemoPage) -> None:
        page.set_y(page.h - page.b_margin - 5)
        page.grid([("one two three four five " * 6, "x")], (0.3, 0.7))
        first, second = pages(page)
        assert "one" not in first
        assert second.count("one") == 6

    def test_what_runs_from_right_to_left_is_ordered(self) -> None:
        written = []

        class Recorder(MemoPage):
            def cell(self, *args: Any, **options: Any) -> bool:
                written.append(args[2])
                return super().cell(*args, **options)

        page = Recorder("title", MADE, "foot")
        page.paragraph("scanner אבג 12")
        page.output()
        assert written[0] == "scanner 12 גבא"
        assert page.rightward
