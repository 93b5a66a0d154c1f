"""Requirements and values in words: one place, so that the command line, the pages and the memo say the same."""

from collections.abc import Sequence

from data.expressions import AttributeTest, CategoryTest, ChoiceTest, Leaf
from data.parameter_facts import Parameter
from model.reading import Interval, Reading, Value

_COMPARED = {
    "over": "over {}",
    "at_least": "at least {}",
    "under": "under {}",
    "at_most": "at most {}",
    "overlaps": "reaching into {}",
    "within": "within {}",
}
_SHORT_UNITS = {
    "hertz": "Hz",
    "nanometer": "nm",
    "micrometer": "µm",
    "milliradian": "mrad",
    "millimeter": "mm",
    "microampere / lumen": "µA/lm",
    "milliampere / watt": "mA/W",
    "minute": "min",
    "kilometer": "km",
    "kilometer / hour": "km/h",
    "kilogram": "kg",
    "meter": "m",
    "millisecond": "ms",
    "watt": "W",
    "gigabit / second": "Gbit/s",
    "bit": "bit",
    "count": "",
}
_PREFIXED = ((1e9, "G"), (1e6, "M"), (1e3, "k"))


def requirement(leaf: Leaf, parameter: Parameter | None, negated: bool) -> str:
    """Return what a leaf requires, in words."""
    if isinstance(leaf, CategoryTest) or parameter is None:
        words = leaf.label or "of this category"
    elif leaf.label:
        words = leaf.label
    elif isinstance(leaf, AttributeTest):
        words = parameter.title if leaf.value else f"not: {parameter.title[0].lower()}{parameter.title[1:]}"
    elif isinstance(leaf, ChoiceTest):
        words = f"{parameter.title}: {' or '.join(leaf.values)}"
    else:
        words = f"{parameter.title} {_COMPARED[leaf.comparison].format(leaf.shown)}"
    return f"not ({words})" if negated else words


def _number(value: float) -> str:
    return f"{value:,.6g}" if abs(value) < 1e6 else f"{value:,.0f}"


def quantity(interval: Interval, unit: str) -> str:
    """Return an interval in words: "9 Hz", "8,000 to 14,000 nm", "more than 30 min"."""
    short = _SHORT_UNITS.get(unit, unit)
    low, high = interval
    scale, prefix = 1.0, ""
    if unit == "hertz" and (largest := max(abs(end) for end in interval if end is not None)) >= 1e3:
        scale, prefix = next((factor, letter) for factor, letter in _PREFIXED if largest >= factor)
    name = f" {prefix}{short}" if short else ""
    ends = [None if end is None else _number(end / scale) for end in interval]
    if low is None:
        return f"less than {ends[1]}{name}"
    if high is None:
        return f"more than {ends[0]}{name}"
    return f"{ends[0]}{name}" if low == high else f"{ends[0]} to {ends[1]}{name}"


def value_in_words(value: Value, parameter: Parameter) -> str:
    """Return a value in words."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, str) else quantity(value, parameter.unit)


def told(readings: Sequence[Reading], parameter: Parameter) -> str:
    """Return everything that is known of a parameter, in words; answers are marked as such."""
    said = [f"{value_in_words(reading.value, parameter)}{'' if reading.end > reading.start else ' (answered)'}" for reading in readings]
    return " or ".join(dict.fromkeys(said))
