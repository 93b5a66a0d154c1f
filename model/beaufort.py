"""Winds told by their force on the Beaufort scale: "level 5 wind", "6 Bft"."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from model.measures import bound_at
from model.reading import Interval

SCALE: tuple[tuple[float, float], ...] = (
    (0, 1),
    (1, 5),
    (6, 11),
    (12, 19),
    (20, 28),
    (29, 38),
    (39, 49),
    (50, 61),
    (62, 74),
    (75, 88),
    (89, 102),
    (103, 117),
)
"""Lowest and highest mean wind of the forces 0 to 11, in kilometres an hour (WMO-No. 306, Manual on Codes, Beaufort scale of wind)."""

_FORCE = re.compile(
    r"\b(?:beaufort|bft\.?)(?: scale| force| level)?:? ?(\d{1,2})\b|\b(\d{1,2})(?:[ -]on the)?[ -]?(?:beaufort|bft)\b|"
    r"\b(?:wind[- ](?:force|level|scale|class)|(?:level|force|class|scale)(?=[- ]\d{1,2}[- ](?:winds?|gales?|breezes?)\b)|"
    r"winds?(?: speed)?(?: \w+){0,2} (?:level|force|class)|windproof(?: level)?)(?: of|:)?[- ]?(\d{1,2})\b"
    r"(?![.,]?\d| ?(?:m/s|km|kn|kt|mph|knots))",
    re.IGNORECASE,
)
_SPEED_BESIDE = re.compile(
    r"[\s\w]{0,12}\(?[^()\d]{0,12}\d[\d.,]*(?: ?[-–~] ?\d[\d.,]*)? ?(?:m/s|km/h|kph|kn|kts?|mph|knots)\b", re.IGNORECASE
)
_SPEED_BEFORE = re.compile(r"\d ?(?:m/s|km/h|kph|kn|kts?|mph|knots)[\s,;(/|=–-]{1,4}\Z", re.IGNORECASE)


class Wind(NamedTuple):
    """A force of the wind at a half-open range of a text, as its mean speed in kilometres an hour."""

    start: int
    end: int
    value: Interval


def winds(text: str) -> Iterator[Wind]:
    """Yield the forces of wind that a text tells without their speed: "level 5 (10.7 m/s)", "13.8 m/s (6 Bft)" are told by the speed."""
    for match in _FORCE.finditer(text):
        force = int(match[1] or match[2] or match[3])
        speed = _SPEED_BESIDE.match(text, match.end()) or _SPEED_BEFORE.search(text, max(0, match.start() - 16), match.start())
        if force < len(SCALE) and not speed:
            low, high = SCALE[force]
            bound = bound_at(text, match.start(), match.end())
            yield Wind(match.start(), match.end(), (low, None) if bound == "low" else (None, low) if bound == "high" else (low, high))
