"""A technical parameter as a description tells it, with the words that tell it."""

from dataclasses import dataclass

Interval = tuple[float | None, float | None]
"""Lowest and highest value of a quantity, in the parameter's unit; None is an open end."""

Value = Interval | bool | str
"""What a description tells: of a quantity an interval, of an attribute whether it holds, of a choice one of its values."""


@dataclass(frozen=True)
class Reading:
    """One value of one parameter, read from a text.

    Attributes:
        parameter: its identifier in data/controls/parameters.toml.
        value: what is told.
        start, end: half-open range of Unicode code points in the text given.
        text: that range of the text given.
    """

    parameter: str
    value: Value
    start: int
    end: int
    text: str
