"""Cutting a text into sentences, and into passages of a few: what the attribute reader reads at a time."""

import re
from collections.abc import Iterator

MOST_WORDS = 60
"""A passage holds whole sentences up to so many words together: the length of what the reader was trained on."""
_END = re.compile(r"(?<!\b[A-Za-z])(?<!\bincl)(?<!\bapprox)(?<!\bmax)(?<!\bmin)(?<!\btyp)[.!][\"”’)]?\s+(?=[\"“’(]?[A-Z0-9])|\n+")
_WORD = re.compile(r"\S+")


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """Yield the half-open ranges of the sentences of a text, white space at their ends included; together they are the text.

    A question and its answer are one sentence: "Recording? No."
    """
    start = 0
    for match in _END.finditer(text):
        yield start, match.end()
        start = match.end()
    if start < len(text):
        yield start, len(text)


def passages(text: str) -> Iterator[tuple[int, int]]:
    """Yield the half-open ranges of the passages of a text: neighbouring sentences, `MOST_WORDS` at most unless one alone is longer."""
    begin, words, last = 0, 0, 0
    for start, end in sentences(text):
        count = len(_WORD.findall(text, start, end))
        if words and words + count > MOST_WORDS:
            yield begin, start
            begin, words = start, 0
        words, last = words + count, end
    if last > begin:
        yield begin, last
