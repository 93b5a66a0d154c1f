"""Winds told by their force."""

from itertools import pairwise

import pytest

from model.beaufort import SCALE, winds
from model.reading import Interval


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Level 5 wind resistance", (29, 38)),
        ("wind force: 7", (50, 61)),
        ("wind resistance level 6", (39, 49)),
        ("flies at 6 Bft", (39, 49)),
        ("BFT 5", (29, 38)),
        ("at least Beaufort 6", (39, None)),
        ("less than Beaufort 6", (None, 39)),
    ],
)
def test_forces(text: str, value: Interval) -> None:
    assert [wind.value for wind in winds(text)] == [value]


@pytest.mark.parametrize(
    "text",
    [
        "Wind resistance: level 5 (10.7 m/s)",
        "Beaufort 7 (up to 61 km/h)",
        "wind 13.8 m/s (Bft 6)",
        "level 5 encryption",
        "force 7",
        "Bft 13",
        "wind 12 m/s",
        "wind class 10 m/s",
    ],
)
def test_what_is_told_by_its_speed_or_is_no_wind_is_left(text: str) -> None:
    assert not list(winds(text))


def test_the_scale_has_no_gap() -> None:
    assert all(0 <= low - high <= 1 for (_, high), (low, _) in pairwise(SCALE))
