"""Units of measure: how sellers write them, and conversion by pint."""

import re
from functools import lru_cache

from data.parameter_facts import units

_SECOND = r"(?:s|sec)\b"
UNITS: tuple[tuple[str, str, str], ...] = (
    # (kind of quantity, unit as pint names it, how it is written); the first that matches counts, so longer ones come first
    (
        "frames",
        "hertz",
        r"(?:fps|FPS|f\.p\.s\.|f/s|(?:(?:full|whole|complete|thermal|clean) )?(?:frames?|pictures?|images?|captures?|exposures?) ?"
        r"(?:/ ?|per |by |an? |each |every |in (?:a |one )?)(?:second|sec\b|s\b))",
    ),
    ("frames", "kilohertz", r"kfps"),
    ("times", "hertz", r"(?:times )?(?:per |a |each |every )(?:second|sec\b)"),
    ("sensitivity per lumen", "microampere / lumen", r"(?:[µμu]A|micro-?amp(?:ere)?s?) ?(?:/ ?|per |to the |for every )(?:lm\b|lumen)"),
    ("sensitivity per lumen", "milliampere / lumen", r"(?:mA|milli-?amp(?:ere)?s?) ?(?:/ ?|per |to the |for every )(?:lm\b|lumen)"),
    ("sensitivity per watt", "milliampere / watt", r"(?:mA|MA|milli-?amp(?:ere)?s?) ?(?:/ ?|per |to the )(?:W\b|watt)"),
    ("sensitivity per watt", "ampere / watt", r"(?:A|amp(?:ere)?s?) ?(?:/ ?|per |to the )(?:W\b|watt)"),
    ("angle", "milliradian", r"(?:m-?[Rr]ad|MRAD|milli-?radians?|mr(?=[ ,;.:)/]|$))(?: ?/ ?(?:px|pix(?:el)?))?"),
    ("angle", "microradian", r"(?:[µμu]rad|micro-?radians?)"),
    ("angle", "arcsecond", r"(?:arc[- ]?sec(?:ond)?s?)(?: ?/ ?(?:px|pix(?:el)?))?"),
    ("angle", "radian", r"(?:rad|radians?)"),
    ("frequency", "terahertz", r"(?:[Tt][Hh][Zz]|tera-?hertz)"),
    ("frequency", "gigahertz", r"(?:[Gg] ?[Hh][Zz]|giga-?hertz)"),
    ("frequency", "megahertz", r"(?:[Mm][Hh][Zz]|mega-?hertz|Mc(?:/s)?)"),
    ("frequency", "kilohertz", r"(?:[Kk][Hh][Zz]|kilo-?hertz|kc(?:/s)?)"),
    ("rate", "hertz", r"(?:[Hh][Zz]|[Hh]ertz)"),
    ("line rate", "terabit / second", rf"(?:T(?:bit|b|Bit|bits)/ ?{_SECOND}|Tbps|[Tt]erabits?(?:/s| per second| a second)?)"),
    (
        "line rate",
        "gigabit / second",
        rf"(?:G(?:bit|b|Bit|bits)/ ?{_SECOND}|[Gg]bps|GBPS|Gbits?|[Gg]igabits?(?:/s| (?:per|a|each|every) second)?(?: [Ee]thernet)?|"
        rf"GbE|GE|G(?:BASE-?\w+)?)",
    ),
    ("line rate", "megabit / second", rf"(?:M(?:bit|b|Bit|bits)/ ?{_SECOND}|[Mm]bps|MBPS|megabits?(?:/s| per second| a second))"),
    ("speed", "kilometer / hour", r"(?:[Kk][Mm]/[Hh]|km/hr|km per hour|kmh|kph|kilomet(?:er|re)s? (?:per|an) hour)"),
    ("speed", "meter / second", r"(?:[Mm]/ ?(?:[Ss]|sec)|mps|m[·. ]?s(?:-1|⁻¹|−1)|met(?:er|re)s? (?:per|a) second)"),
    ("speed", "mile / hour", r"(?:mph|MPH|miles (?:per|an) hour)"),
    ("speed", "knot", r"(?:knots?|KNOTS?|kts?|KTS?|kn)"),
    ("length", "nautical_mile", r"(?:nautical miles?|sea miles?|nmi|NMI|NM|naut\. ?mi(?:les)?)"),
    ("length", "nanometer", r"(?:nm|nanomet(?:er|re)s?)"),
    (
        "length",
        "micrometer",
        r"(?:[µμuU][mM]|[µμ]|microns?|MICRONS?|micromet(?:er|re)s?|"
        r"u(?= ?(?:pitch|pix|px|uncool))|(?:(?<=[-–]\d)|(?<=[-–]\d\d)|(?<=[-–]\d\.\d))u)",
    ),
    ("length", "millimeter", r"(?:mm|MM|millimet(?:er|re)s?|mil(?=\W))"),
    ("length", "kilometer", r"(?:km|KM|Km|kms|Kms|kilomet(?:er|re)s?|klicks)"),
    ("length", "meter", r"(?:m|M|mtrs?|Mtrs?|met(?:er|re)s?)"),
    ("length", "kilofoot", r"[Kk](?:ft|FT|feet)"),
    ("length", "foot", r"(?:ft|FT|Ft|feet|foot)"),
    ("length", "mile", r"(?:(?:statute |(?:st|St|ST)\.? )?(?:miles?|mi|MI)\b)"),
    ("length", "yard", r"(?:yards?|yds?)"),
    ("time", "minute", r"(?:minutes?|Minutes?|MINUTES?|mins?|Mins?|MINS?|minute's|mn)"),
    ("prime", "minute", r"['′](?!['′])"),
    ("time", "hour", r"(?:hours?|Hours?|HOURS?|hrs?|Hrs?|HRS?|hours'|h|H)"),
    ("time", "day", r"(?:days?|Days?|DAYS?|(?<=\d )[dD])"),
    ("time", "week", r"weeks?"),
    ("time", "fortnight", r"fortnights?"),
    ("time", "month", r"months?"),
    ("time", "millisecond", r"(?:ms|MS|msec|milli-?seconds?)"),
    ("time", "nanosecond", r"(?:ns|nsec|nano-?seconds?)"),
    ("time", "microsecond", r"(?:[µμu]s|[µμu]sec|micro-?seconds?)"),
    ("time", "second", r"(?:s|secs?|seconds?)"),
    ("mass", "kilogram", r"(?:kgs?|KGS?|Kgs?|kilos?|kilograms?|kilogrammes?)"),
    ("mass", "gram", r"(?:g|gr|grams?|grammes?)"),
    ("mass", "pound", r"(?:lbs?|LBS?|pounds?)"),
    ("mass", "metric_ton", r"(?:t|tonnes?|tons?)"),
    ("power", "decibelmilliwatt", r"(?:dBm|dbm|DBM)"),
    ("power", "kilowatt", r"(?:kW|KW|kw|kilowatts?)"),
    ("power", "megawatt", r"(?:MW|mega-?watts?)"),
    ("power", "milliwatt", r"(?:mW|mw|milli-?watts?)"),
    ("power", "watt", r"(?:W|w|watts?|Watts?|WATTS?)"),
    ("bits", "bit", r"(?:bits?|Bits?|BITS?)"),
)
"""A quantity of kind "rate" in hertz can be a frame rate or a frequency; "frames" can only be a frame rate."""

_PER = "core|slot|blade|band|port|ch|channel|unit|node|server|chassis|link|probe|card|charge|fill|flight|battery|tank"
"""What a value is often told of each of: "4 Gbps/core", "20 W/band"."""
_WRITTEN = (
    r"[ -]?(?:" + "|".join(f"({pattern})" for _, _, pattern in UNITS) + rf")(?:(?![\w²³]|/(?!(?i:{_PER})\b)[a-zA-Z])|(?<=\dh)(?=[0-5]\d\b))"
)
_UNIT = re.compile(_WRITTEN)
_CAPITAL_UNIT = re.compile(_WRITTEN, re.IGNORECASE)
_AROUND = 40
_FEW_LETTERS = 8

_SPEED = re.compile(r"wind|gust|cruis|climb|velocity|(?:air|ground|flight|max|top|dash|stall)[-_. ]?speed", re.IGNORECASE)
_DOTS = r"[.…_]{2,}"
_LABEL = re.compile(
    rf"(?:[(\[] ?(?:in )?([^\s()\[\]]{{1,10}}) ?[)\]] ?(?:[:=|]|{_DOTS})?|(?:,| in|(?<=\w)_) ?([A-Za-zµμ/]{{1,10}}) ?(?:[:=|]|{_DOTS})|"
    r"(?<![\d,.])(?<!\d[ -])\b([Ff][Pp][Ss]|[Hh][Zz](?= ?[:=|])) ?[:=|]?)"
    r" ?(?:(?:up to|max\.?|min\.?|approx\.?|about|typ\.?|[<>≥≤~≈])? ?)\Z"
)


@lru_cache(maxsize=256)
def _factor(unit: str, target: str) -> float:
    registry = units()
    return float(registry.Quantity(1.0, registry.parse_units(unit)).to(registry.parse_units(target)).magnitude)


def convert(value: float, unit: str, target: str) -> float:
    """Return a value in another unit, to 10 significant digits.

    Raises:
        pint.DimensionalityError: the units measure different things.
    """
    if unit == target:
        return value
    if unit == "decibelmilliwatt":
        return float(f"{units().Quantity(value, unit).to(target).magnitude:.10g}")
    return float(f"{value * _factor(unit, target):.10g}")


def unit_at(text: str, position: int) -> tuple[str, str, int] | None:
    """Return the kind, the pint name and the end of the unit that is written at a position, if any."""
    match = _UNIT.match(text, position) or (_CAPITAL_UNIT.match(text, position) if in_capitals(text, position) else None)
    if not match or match.lastindex is None:
        return None
    kind, unit, _ = UNITS[match.lastindex - 1]
    return kind, unit, match.end()


def in_capitals(text: str, position: int) -> bool:
    """Return whether a text is written in capitals around a position: "RETUNE 450 US", "100 MBIT/S"."""
    letters = [each for each in text[max(0, position - _AROUND) : position + _AROUND] if each.isalpha()]
    return len(letters) >= _FEW_LETTERS and sum(map(str.islower, letters)) <= len(letters) // 10


def speed_meant(name: str, unit: str) -> str:
    """Return the unit of a named value: "ms" of a wind or of a craft's speed are metres per second."""
    return "m/s" if unit.lower() == "ms" and _SPEED.search(name) else unit


def unit_in_label(left: str) -> tuple[str, str] | None:
    """Return the kind and the pint name of the unit that the label before a number gives: "Payload (kg): "."""
    for match in _LABEL.finditer(left):
        written = speed_meant(left[: match.start()], match[1] or match[2] or match[3])
        if written != "H" and (unit := unit_at(written, 0)) and unit[2] == len(written):  # "(H)" is horizontal
            return unit[0], unit[1]
    return None
