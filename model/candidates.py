"""What a text could tell of quantities: every measure and number with the parameters that it could be told of.

Rules say of some which parameter it is (`model.quantities`); the quantity reader weighs all of them.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from data.parameter_facts import load_parameters
from model.beaufort import Wind, winds
from model.contexts import Contexts
from model.measures import Measure, bound_at
from model.named_values import read_named_values
from model.numbers import Number, numbers
from model.quantities import interval_of, judged_measures
from model.reading import Interval, Reading
from model.resolutions import resolutions

_LENGTHS = ("wavelength", "pixel_pitch", "focal_length", "flight_range", "altitude", "detection_range")
_SMALL_LENGTH = re.compile(
    r"(?<=\d)[ -]?(?:(cm|centimet(?:er|re)s?)|inch(?:es)?|in(?= ?(?:[,;)/|]|\Z|lens|focal|EFL|objective|optic))|\"|″)(?!\w)"
)
_FLIGHT_LEVEL = re.compile(r"\bFL ?(\d{2,3})\b")
_NEGATIVE_LEVEL = re.compile(r"(?<![\w.])[-−–](\d{1,2}(?:\.\d+)?) ?dB[mM]\b")
_LENS = re.compile(
    r"(?<![\w/])(?:[Ff](?: ?= ?| )?|FOC\.? |focal )(\d{2,4}(?:\.\d)?)(?![\w.]|/\d+[/)]| ?(?:(?![Ff]/)[a-zµμA-Z]{1,4}/|[kKMG]?[Hh]z|%))"
)
"""As in "f=85", "F35", "f 19": a focal length in millimetres; smaller numbers are apertures."""
_SQUARE = re.compile(r"(?<![\w.])(\d{1,2}(?:\.\d{1,2})?) ?[x×] ?\1 ?(?:[µμu]m\b|microns?\b)", re.IGNORECASE)
"""As in "pixels of 15 x 15 µm"."""
_HOURS_AND_MINUTES = re.compile(r"(?<![\w:+.])(\d{1,2})[:+]([0-5]\d)(?![\w:+])(?! ?(?:[ap]\.?m\b|o'clock))")
"""As in "endurance 3+20" or "3:20"."""
_ENDURANCE = re.compile(
    r"\b(?:end(?:ur(?:ance)?)?|dur(?:ation)?|t\.?o\.?s|(?:flight|flt|air|loiter)(?: time)?|aloft)\W{1,4}\Z", re.IGNORECASE
)
_GIGA = re.compile(r"(?<![\w.,])(\d{1,2}(?:\.\d{1,2})?) ?G\b(?![-/ ]?(?:bit|b\b|B\b|byte|sensor|shock|accel))")
"""As in "Wi-Fi 2.4G" and "LAN 1G", which `model.measures` leaves alone as it could be a mobile generation."""
_AT_RATE = re.compile(r"(?<=\d)@ ?(\d{1,3})\b(?![.,]?\d|:| ?[A-Za-z%°])")
"""As in "1280x960@45"."""
_GIGABIT = re.compile(r"\b(?<!\d )(?<!\d-)(?<!\d)gigabit\b(?! ?/)", re.IGNORECASE)
_FURTHER = (
    # (how it is written, kind of quantity, unit as pint names it, factor of the number)
    (_FLIGHT_LEVEL, "flight level", "foot", 100.0),
    (_NEGATIVE_LEVEL, "power", "decibelmilliwatt", -1.0),
    (_LENS, "small length", "millimeter", 1.0),
    (_SQUARE, "square", "micrometer", 1.0),
    (_AT_RATE, "frames", "hertz", 1.0),
    (_GIGA, "carrier", "gigahertz", 1.0),
    (_GIGA, "line rate", "gigabit / second", 1.0),
)
_DOTTED = re.compile(r"[1-9]\d?\.\d00 ?m\b")
_TIMES = ("endurance", "signal_duration", "channel_switching_time")
_RATES = ("frame_rate", "frequency", "instantaneous_bandwidth")
PARAMETERS_OF: dict[str, tuple[str, ...]] = {
    "frames": ("frame_rate",),
    "times": ("frame_rate",),
    "video rate": ("frame_rate",),
    "rate": _RATES,
    "frequency": _RATES,
    "sensitivity per lumen": ("luminous_sensitivity",),
    "sensitivity per watt": ("radiant_sensitivity",),
    "angle": ("ifov",),
    "line rate": ("line_rate",),
    "speed": ("wind_resistance",),
    "length": _LENGTHS,
    "small length": ("focal_length", "detection_range"),
    "flight level": ("altitude",),
    "clock": ("endurance",),
    "carrier": ("frequency",),
    "square": ("pixel_pitch",),
    "time": _TIMES,
    "prime": _TIMES,
    "mass": ("payload",),
    "power": ("transmit_power",),
    "bits": ("key_length",),
    "grid": ("detector_elements",),
    "format": ("detector_elements",),
    "small grid": ("detector_elements",),
    "pixels": ("detector_elements",),
    "resolution": ("detector_elements",),
    "elements": ("detector_elements", "channels"),
    "channels": ("channels", "identities"),
    "receivers": ("channels", "identities"),
    "identities": ("identities", "channels"),
    "people": ("identities", "channels"),
    "number": ("detector_elements", "channels", "identities", "key_length"),
}
"""Per kind of measure, what it can be told of."""

_SENSIBLE: dict[str, tuple[float, float]] = {
    "frame_rate": (1e-4, 1e8),
    "wavelength": (1.0, 1e6),
    "pixel_pitch": (0.3, 2e3),
    "focal_length": (0.1, 2e4),
    "flight_range": (0.02, 1e5),
    "altitude": (1.0, 1e6),
    "detection_range": (2e-4, 1e5),
    "endurance": (0.5, 1e7),
    "signal_duration": (1e-7, 6e4),
    "channel_switching_time": (1e-7, 6e4),
    "frequency": (10.0, 1e14),
    "key_length": (16.0, 65536.0),
    "ifov": (1e-5, 100.0),
}
"""Values, in the parameter's unit, beyond which a measure that no rule names is something else."""
_LOW_IS_BETTER = frozenset({"ifov", "pixel_pitch", "signal_duration", "channel_switching_time"})
"""Of these "better than" is less than."""
_BESIDE = 3
"""How many measures before, and after, lend a number their unit: "10 lb and it held 24 minutes, 20 lb and it held 13"."""
_RATIO = re.compile(r" ?: ?1\b(?![.,:\d])")
"""As in "glide 48:1"."""
_APART = re.compile(r"[;\n]")
NEIGHBOUR = 80
"""How far a number without a unit may stand from the measure whose unit it shares, in characters: "six minutes, three if you hurry"."""


@dataclass(frozen=True)
class Candidate:
    """A half-open range of a text that could tell a quantity.

    Attributes:
        values: per parameter that it could be told of, what it would tell, in the parameter's unit.
        named: the parameter that the rules read here, or "".
        denied: whether the rules give it to something that is no quantity of the product.
    """

    start: int
    end: int
    values: dict[str, Interval]
    named: str = ""
    denied: bool = False


def _values(measure: Measure) -> dict[str, Interval]:
    parameters = load_parameters()
    values: dict[str, Interval] = {}
    for name in PARAMETERS_OF.get(measure.kind, ()):
        value = interval_of(measure, name, parameters[name].unit, "high" if name in _LOW_IS_BETTER else "low")
        least, most = _SENSIBLE.get(name, (0.0, float("inf")))
        ends = [end for end in value if end]  # "0–5000 m"
        if ends and least <= min(ends) and max(ends) <= most:
            values[name] = value
    return values


def _of_measure(text: str, measure: Measure, reading: Reading | None = None, denied: bool = False) -> Candidate | None:
    values = _values(measure)
    if measure.unit == "meter" and _DOTTED.match(text, measure.start):  # "ceiling 5.000 m"
        values["altitude"] = (1000 * measure.low, 1000 * measure.low)
    if measure.unit == "meter" and text.startswith(" M", measure.end - 2) and measure.low == measure.high:  # "watchlist 12 M"
        values["identities"] = (1e6 * measure.low, 1e6 * measure.low)
    if reading and isinstance(reading.value, tuple):
        values[reading.parameter] = reading.value
    return Candidate(measure.start, measure.end, values, reading.parameter if reading else "", denied) if values else None


def _further(text: str, written: Iterable[Number]) -> list[Measure]:
    """Return measures of which the rules know nothing: lengths in inches and centimetres, "3:20", "gigabit" and those of `_FURTHER`."""
    ends = {number.end: number for number in written}
    small = [
        Measure("small length", "centimeter" if match[1] else "inch", number.value, number.value, number.start, match.end())
        for match in _SMALL_LENGTH.finditer(text)
        if (number := ends.get(match.start()))
    ]
    clocks = [
        Measure("clock", "minute", minutes, minutes, match.start(), match.end())
        for match in _HOURS_AND_MINUTES.finditer(text)
        for minutes in [60.0 * float(match[1]) + float(match[2])]
    ]
    gigabit = [Measure("line rate", "gigabit / second", 1.0, 1.0, match.start(), match.end()) for match in _GIGABIT.finditer(text)]
    others = [
        Measure(kind, unit, scale * float(match[1]), scale * float(match[1]), match.start(), match.end())
        for pattern, kind, unit, scale in _FURTHER
        for match in pattern.finditer(text)
    ]
    return [*small, *clocks, *gigabit, *others]


def _clock(text: str, measure: Measure) -> Reading | None:
    """Return what a time written "3+20" tells after a word for how long a craft flies."""
    if measure.kind != "clock" or not _ENDURANCE.search(text, max(0, measure.start - 24), measure.start):
        return None
    return Reading("endurance", (measure.low, measure.high), measure.start, measure.end, text[measure.start : measure.end])


def _of_number(text: str, number: Number, ordered: Sequence[Measure], starts: Sequence[int]) -> Candidate | None:
    """Return what a number without a unit could tell: a count or a key's length, or a quantity in the unit of the measure beside it."""
    i = bisect_right(starts, number.start)
    if _RATIO.match(text, number.end):
        return None
    bound = bound_at(text, number.start, number.end)
    values: dict[str, Interval] = {}
    for measure in (*reversed(ordered[i : i + _BESIDE]), *ordered[max(0, i - _BESIDE) : i]):  # the nearest counts most, that before first
        start, end = min(number.end, measure.end), max(number.start, measure.start)
        if end - start <= NEIGHBOUR and not _APART.search(text, start, end) and measure.unit not in ("count", "decibelmilliwatt"):
            values |= _values(Measure(measure.kind, measure.unit, number.value, number.value, number.start, number.end, bound))
    if number.value >= 1 and number.value == int(number.value):
        counted = Measure("number", "count", number.value, number.value, number.start, number.end, bound)
        values = _values(counted) | values
    return Candidate(number.start, number.end, values) if values else None


def _free(found: Iterable[Number], taken: Sequence[Candidate]) -> list[Number]:
    """Return the numbers that no candidate covers."""
    covered = {place for each in taken for place in range(each.start, each.end)}
    return [number for number in found if covered.isdisjoint(range(number.start, number.end))]


def _named_wind(contexts: Contexts, wind: Wind) -> str:
    flies = contexts.about(("aircraft",), wind.start) and not contexts.is_foreign(wind.start, wind.end)
    return "wind_resistance" if flies else ""


def candidates(text: str) -> list[Candidate]:
    """Return what could tell a quantity, in the order of the text.

    Args:
        text: a normalised description; offsets are those of this text.
    """
    contexts = Contexts(text)
    written = numbers(text)
    judged = judged_measures(text, contexts)
    ordered = [each.measure for each in judged]
    found = [each for each in (_of_measure(text, *each) for each in judged) if each]
    others = [*resolutions(text), *_further(text, written)]
    found += [each for each in (_of_measure(text, measure, _clock(text, measure)) for measure in others) if each]
    found += [
        Candidate(each.start, each.end, {each.parameter: each.value}, each.parameter)
        for each in read_named_values(text, contexts)
        if isinstance(each.value, tuple)
    ]
    found += [Candidate(wind.start, wind.end, {"wind_resistance": wind.value}, _named_wind(contexts, wind)) for wind in winds(text)]
    starts = [measure.start for measure in ordered]
    found += [each for each in (_of_number(text, number, ordered, starts) for number in _free(written, found)) if each]
    return sorted(found, key=lambda each: (each.start, each.end))
