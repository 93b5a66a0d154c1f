"""Text normalisation with offsets: the one owner of what the model reads.

Whatever is pasted (HTML, PDF hyphenation, full-width letters, zero-width and bidirectional controls) becomes plain
text, and every character of it still knows where it stood in the original, counted in Unicode code points.
"""

import html
import re
import unicodedata
from dataclasses import dataclass

from data.confusables import LATIN_LOOKALIKES
from data.errors import BlankText, InvalidCharacters, TextTooLong

MAX_CHARACTERS = 100_000
"""Longest accepted text, in code points."""

_TAGS = (
    "a|abbr|article|b|blockquote|body|br|button|caption|code|dd|div|dl|dt|em|font|footer|form|h[1-6]|head|header|hr|html|"
    "i|iframe|img|input|label|li|link|main|meta|nav|ol|option|p|pre|script|section|select|small|span|strong|style|sub|"
    "sup|svg|table|tbody|td|tfoot|th|thead|title|tr|u|ul|video"
)
_CELL = re.compile(r"</t[dh]\b", re.IGNORECASE)
_BLOCK_TAGS = "article|blockquote|br|caption|dd|div|dl|dt|footer|form|h[1-6]|header|hr|li|nav|ol|p|pre|section|table|tr|ul"
_LINE = re.compile(rf"</?(?:{_BLOCK_TAGS})\b", re.IGNORECASE)
# Only known elements are mark-up, so that "<9 Hz" or "x < 5 and y > 3" survive. Bounded, so that the search stays linear.
_TAG = re.compile(rf"</?(?:{_TAGS})\b[^<>]{{0,2000}}>", re.IGNORECASE)
_BLOCKS = (("<!--", "-->"), ("<script", "</script>"), ("<style", "</style>"))
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,30});")
_BROKEN_WORD = re.compile(r"(?<=[a-z]{2})-\n[ \t]*(?=[a-z]{2})")
_WORD = re.compile(r"\w+")
_WHITE = " \t\n"
_RUN = re.compile(rf"[{_WHITE}]{{2,}}")
_APART = 2
"""So many blanks and more part the columns of a table, as a tab does."""
_PLAIN = re.compile(r"[!-%'-;=-~]+(?:[ \n][!-%'-;=-~]+)*")
"""ASCII words with one space or line end between them, without the beginnings of mark-up (`<`, `&`): most descriptions."""
_SURROGATE = re.compile("[\ud800-\udfff]")

Piece = tuple[str, int, int]
"""A normalised character and the half-open code-point range of the original that it stands for."""


@dataclass(frozen=True)
class NormalisedText:
    """A normalised text that remembers where each of its characters came from.

    Attributes:
        original: the text as given.
        text: the normalised text.
        starts, ends: per character of `text`, the half-open range of code points in `original`; both ascending.
    """

    original: str
    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """Map the non-empty half-open range `start`..`end` of `text` to a range of `original`.

        Raises:
            ValueError: the range is empty or outside the text.
        """
        if not 0 <= start < end <= len(self.text):
            raise ValueError(f"no such range: {start}..{end} of {len(self.text)} characters")
        return self.starts[start], self.ends[end - 1]


def check_text(text: str, field: str = "text") -> None:
    """Refuse what no normalisation can mend.

    Raises:
        TextTooLong: more than `MAX_CHARACTERS` code points.
        InvalidCharacters: a lone surrogate, which no encoder can write.
        BlankText: nothing but white space.
    """
    if len(text) > MAX_CHARACTERS:
        raise TextTooLong(field=field, characters=len(text), limit=MAX_CHARACTERS)
    if surrogate := _SURROGATE.search(text):
        raise InvalidCharacters(field=field, what="a lone surrogate", position=surrogate.start())
    if not text.strip():
        raise BlankText(field=field)


def _hidden_blocks(text: str) -> list[tuple[int, int]]:
    """Return the ranges of comments, scripts and style sheets, in order, in linear time."""
    lowered = text.lower() if text.isascii() else "".join(c.lower() if c.isascii() else c for c in text)
    found: list[tuple[int, int]] = []
    for opener, closer in _BLOCKS:
        position = 0
        while (start := lowered.find(opener, position)) >= 0 and (end := lowered.find(closer, start)) >= 0:
            position = end + len(closer)
            found.append((start, position))
    return sorted(found)


def _gap(tag: str) -> str:
    """Return the white space that an element leaves: between cells a tab, between blocks a line end, else a blank."""
    return "\t" if _CELL.match(tag) else "\n" if _LINE.match(tag) else " "


def _strip_markup(text: str) -> list[Piece]:
    """Replace mark-up by white space and entities by their characters."""
    removed = [(*block, " ") for block in _hidden_blocks(text)]
    removed += [(*match.span(), _gap(match.group())) for match in _TAG.finditer(text)]
    removed += [(*match.span(), html.unescape(match.group())) for match in _ENTITY.finditer(text)]
    pieces: list[Piece] = []
    position = 0
    for start, end, replacement in sorted(removed, key=lambda cut: (cut[0], -cut[1])):
        if start < position:
            continue  # inside something already removed
        pieces.extend((character, i, i + 1) for i, character in enumerate(text[position:start], position))
        pieces.extend((character, start, end) for character in replacement)
        position = end
    pieces.extend((character, i, i + 1) for i, character in enumerate(text[position:], position))
    return pieces


def _compose(pieces: list[Piece]) -> list[Piece]:
    """Apply NFKC to each base character with its combining marks; drop invisible characters, blank controls."""
    out: list[Piece] = []
    i = 0
    while i < len(pieces):
        j = i + 1
        while j < len(pieces) and unicodedata.combining(pieces[j][0]):
            j += 1
        if j == i + 1 and pieces[i][0].isascii():  # nearly every character: nothing to compose
            character, start, end = pieces[i]
            out.append((character if character in _WHITE or character.isprintable() else " ", start, end))
            i = j
            continue
        cluster = "".join(piece[0] for piece in pieces[i:j])
        start, end = pieces[i][1], max(piece[2] for piece in pieces[i:j])
        composed = cluster if cluster.isascii() else unicodedata.normalize("NFKC", cluster)
        for character in composed:
            category = unicodedata.category(character)
            if category in ("Cf", "Cs", "Co", "Cn") or character in "\u034f\u115f\u1160\u3164\uffa0\ufe0f":
                continue  # zero-width, bidirectional, tag and variation characters carry no meaning of their own
            blank = category in ("Cc", "Zs", "Zl", "Zp") and character not in _WHITE
            out.append((" " if blank else character, start, end))
        i = j
    return out


def _is_mixed(word: str) -> bool:
    """Return whether a word holds Latin letters and look-alikes of other scripts."""
    return any(c in LATIN_LOOKALIKES for c in word) and any(c.isascii() and c.isalpha() for c in word)


def _is_lookalike(word: str) -> bool:
    """Return whether all foreign letters of a word are look-alikes; a single small Greek letter is a symbol, not one."""
    foreign = [c for c in word if c.isalpha() and not c.isascii()]
    return bool(foreign) and all(c in LATIN_LOOKALIKES for c in foreign) and not (len(word) == 1 and "α" <= word <= "ω")


def _latinise(pieces: list[Piece]) -> list[Piece]:
    """Replace Greek and Cyrillic look-alikes that stand for Latin letters: beside Latin ones, or alone in a Latin text."""
    text = "".join(piece[0] for piece in pieces)
    if text.isascii():
        return pieces
    words = list(_WORD.finditer(text))
    mixed = {word.span() for word in words if _is_mixed(word.group())}
    latin = sum(c.isascii() and c.isalpha() for c in text) + sum(c in LATIN_LOOKALIKES for a, b in mixed for c in text[a:b])
    foreign = sum(c.isalpha() and not c.isascii() and c not in LATIN_LOOKALIKES for c in text)
    out = list(pieces)
    for word in words:
        if word.span() in mixed or (latin > foreign and _is_lookalike(word.group())):
            for i in range(word.start(), word.end()):
                character, start, end = out[i]
                out[i] = (LATIN_LOOKALIKES.get(character, character), start, end)
    return out


def _squeezed(run: list[Piece]) -> list[Piece]:
    """Return a run of white space as one line end if it holds one, else as its tabs, else as one blank, or as a tab if it is wide."""
    first, last = run[0], run[-1]
    if any(character == "\n" for character, _, _ in run):
        return [("\n", first[1], last[2])]
    tabs = [piece for piece in run if piece[0] == "\t"]
    if tabs:
        starts, ends = [first[1], *(tab[1] for tab in tabs[1:])], [*(tab[2] for tab in tabs[:-1]), last[2]]
        return [("\t", start, end) for start, end in zip(starts, ends, strict=True)]
    typed = sum(end - start == 1 for _, start, end in run)  # mark-up is no room
    return [("\t" if typed >= _APART else " ", first[1], last[2])]


def _tidy(pieces: list[Piece]) -> list[Piece]:
    """Join words broken over a line end, squeeze runs of white space, drop those at both ends."""
    text = "".join(piece[0] for piece in pieces)
    dropped = {i for match in _BROKEN_WORD.finditer(text) for i in range(match.start(), match.end())}
    if dropped:
        pieces = [piece for i, piece in enumerate(pieces) if i not in dropped]
        text = "".join(piece[0] for piece in pieces)
    end = len(text.rstrip(_WHITE))
    position = len(text) - len(text.lstrip(_WHITE))
    out: list[Piece] = []
    for run in _RUN.finditer(text, position, end):
        out += pieces[position : run.start()]
        out += _squeezed(pieces[run.start() : run.end()])
        position = run.end()
    return out + pieces[position:end]


def normalise(text: str, field: str = "text") -> NormalisedText:
    """Return the text as the model reads it.

    Raises:
        TextTooLong, InvalidCharacters, BlankText: see `check_text`; blank also when only invisible characters are left.
    """
    check_text(text, field)
    if "-\n" not in text and _PLAIN.fullmatch(text):  # nothing to mend
        return NormalisedText(text, text, tuple(range(len(text))), tuple(range(1, len(text) + 1)))
    pieces = _tidy(_latinise(_compose(_strip_markup(text))))
    if not pieces:
        raise BlankText(field=field)
    if len(pieces) > 2 * MAX_CHARACTERS:  # a few characters expand up to eighteen-fold
        raise TextTooLong(field=field, characters=len(pieces), limit=2 * MAX_CHARACTERS)
    return NormalisedText(
        original=text,
        text="".join(piece[0] for piece in pieces),
        starts=tuple(piece[1] for piece in pieces),
        ends=tuple(piece[2] for piece in pieces),
    )
