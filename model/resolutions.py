"""Numbers of picture elements that are written as megapixels or as the name of a format."""

import re

from model.measures import Measure, bound_at

_MEGAPIXELS = re.compile(
    r"(?<![\w.,])(\d{1,3}(?:[.,]\d{1,2})?|one|two|three|four|five|eight|ten|twelve)[ -]?"
    r"(?:MPx?|MPX|Mpx|Mpix|mp|(?i:mega-? ?pix(?:els?)?))\b"
)
_WORDS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "eight": 8, "ten": 10, "twelve": 12}
_FORMATS = {
    "qqvga": 160 * 120,
    "qvga": 320 * 240,
    "vga": 640 * 480,
    "svga": 800 * 600,
    "xga": 1024 * 768,
    "sxga": 1280 * 1024,
    "uxga": 1600 * 1200,
    "qcif": 176 * 144,
    "cif": 352 * 288,
    "720p": 1280 * 720,
    "1080p": 1920 * 1080,
    "1080i": 1920 * 1080,
    "full hd": 1920 * 1080,
    "uhd": 3840 * 2160,
    "4k": 3840 * 2160,
}
_ALSO = {"full-hd": "full hd", "fhd": "full hd", "quarter vga": "qvga", "quarter-vga": "qvga"}
_NAME = re.compile(rf"(?<![\w-])({'|'.join(sorted([*_FORMATS, *_ALSO], key=len, reverse=True))})(?!\w|-\d)", re.IGNORECASE)


def resolutions(text: str) -> list[Measure]:
    """Return the numbers of picture elements told by megapixels or by a format's name, in order; `kind` is "resolution"."""
    found = []
    for match in _MEGAPIXELS.finditer(text):
        value = 1e6 * float(_WORDS.get(match[1], 0) or match[1].replace(",", "."))
        found.append(Measure("resolution", "count", value, value, match.start(), match.end(), bound_at(text, match.start(), match.end())))
    for match in _NAME.finditer(text):
        name = match[1].lower()
        value = float(_FORMATS[_ALSO.get(name, name)])
        found.append(Measure("resolution", "count", value, value, match.start(), match.end()))
    return sorted(found, key=lambda measure: measure.start)
