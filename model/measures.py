"""Measures in running text: numbers with a unit or a counted noun, as single values, ranges and bounds."""

import re
from dataclasses import dataclass, replace

from model.numbers import PARTS, WORDS, Number, numbers
from model.reading import Interval
from model.units import convert, in_capitals, unit_at, unit_in_label

_RANGE = re.compile(
    r"(?: [A-Z]\w{0,5}(?= up to))?\s*(?:[-–—−‐‑~÷]|\.{2,3}|…|(?:right |all the way |continuously |upwards? |and )?(?:up )?to|"
    r"through|thru|till|until|(?:,? ?(?:and )?cut-?off(?: at| of)?:?))\s*",
    re.IGNORECASE,
)
_COMMA = re.compile(r"\s*,\s*")
_LIST = re.compile(r"\s*(?:/|,? ?(?:\bor|\band|&|\bresp\.?)(?: (?:optionally|alternatively|even))?)\s*")
_ABOUT = r"(?:\s*(?:about|approx\.?|approximately|around|roughly|some|circa|ca\.?|~|≈|a|an|the|full|well|only|just|of))*\s*$"
_BOUNDS = (
    (
        "exact",
        r"(?:\b(?:not?|never|cannot|can't|doesn't|does not) (?:(?:be )?(?:more|greater|higher|longer|faster|farther|further|"
        r"larger)(?: than)?|over|above|(?:to )?exceed(?:s|ing)?|beyond)|"
        r"\b(?:not|never|don't) (?:be )?(?:fl\w+|us\w+|operat\w+|launch\w*|start\w*|take off)(?: \w+){0,2} "
        r"(?:above|over|beyond|more than)",
    ),
    ("low", r"(?:\b(?:not?|never) (?:less|fewer|lower|smaller|shorter|slower|under|below)(?: than)?"),
    ("exact", r"(?:\bup to (?:over )?|\bmax(?:imum|\.)?:?|≤|<=|=<|\bat (?:the )?(?:most|best)|\blimited to|\bcapped at"),
    (
        "low",
        r"(?:(?:^|[:;,(|=])\s*\+(?= )|≥|>=|=>|>|\b(?:(?:more|greater|higher|longer|larger|faster|further|farther) than|over|above|"
        r"beyond|at least|exceed(?:s|ed|ing)?"
        r"|in excess of|upwards? of|no(?:t)? under|min(?:imum|\.)?:?|starting (?:at|from)|well past|(?:goes|going|go) past|north of)",
    ),
    ("better", r"(?:\b(?:better than|no(?:t)? worse than)"),
    ("high", r"(?:<|\b(?:(?:less|fewer|lower|smaller|shorter|slower) than|below|under|sub-)"),
)
_BEFORE = tuple((kind, re.compile(pattern + ")" + _ABOUT, re.IGNORECASE)) for kind, pattern in _BOUNDS)
_AFTER = (
    (
        "low",
        re.compile(
            r"\+(?!\d|/|\w)|\s*(?:or (?:more|above|longer|over|farther|further|higher|upwards?|greater|further)\b|and (?:more|above|up|"
            r"over|upwards?|longer|beyond)\b|upwards?\b|(?:guaranteed )?minimum\b|min\b\.?)",
            re.IGNORECASE,
        ),
    ),
    ("better", re.compile(r"\s*(?:or|and) (?:better|finer)\b", re.IGNORECASE)),
)
_PREPOSITION = re.compile(
    r"(?:\d ?[a-zA-Z]{1,8}|1:[Nn]|one-to-many|search\w*|step(?:s|ping)?|scan\w*|hop\w*|sweep\w*|spread|distributed|aggregated?|agile|"
    r"cycl\w+|carried|switch\w*|retun\w+|tun\w+|runs?|running|works?|multiplexed|links?|matching|signals?|traffic|sent) over\s*$|"
    r"\b(?:encrypt\w*|encipher\w*|cipher\w*|protected|secured|sealed|scrambled)(?: \w+){0,2} under(?: an?)?\s*$",
    re.IGNORECASE,
)
_CARRIER = {
    "bits": re.compile(r"\b(?:over|under)(?: an?| the)?\s*$", re.IGNORECASE),
    "line rate": re.compile(r"\bover (?:an?|the)\s*$", re.IGNORECASE),
}
"""As in "talks over a 256-bit curve", "over a 400G backbone": what it runs over, not a bound."""
_NOT_ABOVE = re.compile(
    r"\b(?:not?|none|never|don['’]t|won['’]t|can['’]t|cannot|refuses?|aborts?|lands?|stops?|suspend(?:s|ed)?|"
    r"grounded|(?:comes?|came|brought|hauled|reeled|winched|taken|kept) (?:down|in|home|on the ground)|stow(?:s|ed)?|"
    r"cancel(?:s|led)?|once|when(?:ever)?|if|unless|as soon as|no longer|stays? down|calm|still air)\b"
    r"[^.;]{0,48}(?:\b(?:above|over|beyond|past|exceed(?:s|ing)?|more than|higher than)|>)" + _ABOUT,
    re.IGNORECASE,
)
"""As in "do not fly in wind above 10 m/s": the highest that it bears."""
_CALLED_OFF = re.compile(
    r"[^.,;]{0,48}\b(?:called off|cancelled|postponed|ground(?:s|ed)|keeps? (?:it|her|us|them)|don['’]t|"
    r"won['’]t|can['’]t|cannot|stops?|halted|suspended|stays? (?:home|down)|(?:to be )?land(?:s|ed)?|"
    r"too (?:much|strong)|more than|not|no|never|comes? (?:home|down|back)|returns?)\b",
    re.IGNORECASE,
)
_ABOVE = re.compile(r"\b(?:above|over|beyond|past|exceeding)" + _ABOUT, re.IGNORECASE)
"""As in "above 8 m/s the show is called off"."""
_FLYING = re.compile(r"\b(?:fl(?:y|ies|own|ying|ight)|take[- ]?off|launch\w*|climbs?|rises?)\b", re.IGNORECASE)
_PLUS = re.compile(r"\d\+ ?[A-Za-zµμ]")
_NOT_ALONE = re.compile(r" ?[x×]\d?|(?!-\d[\d.]*(?![\w.-]))[-.,]?\w")
"""What follows a number that does not take the unit of its label: "Payload (kg): 3-axis"; a range does: "Band (MHz): 30-6000"."""
_BRACKET = re.compile(r"\s*\([^()]{1,30}\)")
_FORMATS = {
    (1280, 720),
    (1920, 1080),
    (2560, 1440),
    (3840, 2160),
    (4096, 2160),
    (720, 576),
    (704, 576),
    (704, 480),
    (720, 480),
    (7680, 4320),
    (2304, 1296),
}
_TIMES = re.compile(r"(?: ?\(?[HVhv]?\)?(?: ?(?:px|pixels?))?) ?(?:[x×*✕X]|-?\bby\b-?) ?(?=\d)")
_GRID_END = re.compile(r" ?(?:mm|cm|m|in|inch(?:es)?|ft|[MGk]S(?:/s|a/s|ps)|\"|″|kg|(?-i:g))\b|[ -]?[x×*] ?\d", re.IGNORECASE)
_TENS = "ten|fifteen|twenty|thirty|forty|fifty"
"""Minutes in words after hours: "an hour and ten", "one hour fifty"."""
_MINUTES = re.compile(
    rf"([0-5]\d)(?: ?min)?\b| ([0-5]\d|five|{_TENS})(?: ?min\b)?"
    r"(?= (?:in|of|aloft|airborne|up|on|with|at|per|flight|hover\w*|endurance|and|but|or|against|before|between|without|"
    r"until|after|loaded|unladen|empty)\b| [·|/–—:(-]|[,;.)\n]|\Z)",
    re.IGNORECASE,
)
_WIDTHS = (160, 256, 320, 336, 384, 640, 1024, 1280)
_LENS_NEXT = re.compile(r" ?/ ?\d{1,3}(?:\.\d)? ?mm\b")
"""A detector's width before its lens: "640/25 mm"."""
_VOLTS = re.compile(r"\d ?V(?:AC|ac)?\s?[,/@;(~-]?\s?\Z")
_MAINS = re.compile(r"\b50(?: ?Hz)?[/-]60 ?Hz|\b50\Z")
_FRAMES = re.compile(r"\b(?:frames?|images?|refresh|fps|video|read-?out|sensor|core)\b", re.IGNORECASE)
_AUDIBLE = 30_000.0
_WIDEST = 1e4
"""Ratio of the ends of the widest range of lengths: "9,400 nm - 55 kft" are two."""
_SMALL_POWER = 10.0
"""So many "MW" and more are milliwatts where all is written in capitals."""
_SEPARATORS, _ROW = 3, 200
"""So many ">" between blanks, so near, part the items of a row."""
_ETHERNET = (10, 25, 40, 50, 100, 200, 400, 800)
_AND_PART = re.compile(rf" and ({'|'.join(PARTS)}|{_TENS})\b(?! (?:kilo|met|km|m\b))")
_THEN = {("hour", "minute"): re.compile(r"\s*(?:and |, )?"), ("minute", "second"): re.compile(r"\s*(?:and )?")}
"""How a time goes on in a smaller unit: "1 h 20 min", "31 minutes and 20 seconds"."""


@dataclass(frozen=True)
class Measure:
    """A value with a unit at a half-open range of a text.

    Attributes:
        kind: kind of quantity as in `model.units.UNITS`; "grid" for width x height ("format" for those of video, "small grid" for
            a few); "channels", "receivers", "elements", "pixels" or "identities" for counted things.
        unit: the unit as pint names it.
        low, high: the value, the same twice unless a range.
        bound: "exact", "low" (at least), "high" (less than), "better" (than) or "" where nothing is said.
        joined: whether only a comma, a slash, "or" or "and" parts it from the measure before.
    """

    kind: str
    unit: str
    low: float
    high: float
    start: int
    end: int
    bound: str = ""
    joined: bool = False

    def interval(self, target: str, better: str = "low") -> Interval:
        """Return the values in another unit; None is an open end. `better` tells which bound "better than" is."""
        low, high = convert(self.low, self.unit, target), convert(self.high, self.unit, target)
        bound = better if self.bound == "better" else self.bound
        if low == high and bound == "low":
            return (low, None)
        if low == high and bound == "high":
            return (None, high)
        return (low, high)


def bound_at(text: str, start: int, end: int) -> str:
    """Return how the words around a value bound it, as in `Measure.bound`."""
    left = text[max(0, start - 40) : start]
    if left.endswith(" > ") and text.count(" > ", max(0, start - _ROW), end + _ROW) >= _SEPARATORS:
        return ""
    if _PLUS.search(text, start, end):
        return "low"
    if _PREPOSITION.search(left):
        return ""
    for kind, pattern in _BEFORE:
        if pattern.search(left):
            return kind
    ends = [end, *(match.end() for match in [_BRACKET.match(text, end)] if match)]
    return next((kind for kind, pattern in _AFTER for each in ends if pattern.match(text, each)), "")


def _bound(text: str, start: int, end: int, kind: str) -> str:
    """Return how the words around a measure of a kind bound it, as in `Measure.bound`."""
    bound = bound_at(text, start, end)
    if bound and kind in _CARRIER and _CARRIER[kind].search(text, max(0, start - 12), start):
        return ""
    if bound == "low" and kind in ("speed", "length") and (limit := _NOT_ABOVE.search(text, max(0, start - 80), start)):
        return "exact" if kind == "speed" or _FLYING.search(limit[0]) else bound
    if bound == "low" and kind == "speed" and _ABOVE.search(text, max(0, start - 24), start) and _CALLED_OFF.match(text, end):
        return "exact"
    return bound


def _grids(text: str, found: list[Number]) -> tuple[list[Measure], list[Number]]:
    """Take out what is written as width x height: pictures become measures; sizes of things and multiples are dropped."""
    grids: list[Measure] = []
    rest: list[Number] = []
    i = 0
    while i < len(found):
        first = found[i]
        second = found[i + 1] if i + 1 < len(found) else None
        if second is None or not (joint := _TIMES.match(text, first.end)) or joint.end() != second.start:
            rest.append(first)
            i += 1
            continue
        size = _GRID_END.match(text, second.end)
        measured = unit_at(text, second.end)
        if (
            not size
            and not unit_in_label(text[max(0, first.start - 24) : first.start])
            and (not measured or measured[0] == "bits" or (measured[0] != "line rate" and first.value * second.value >= 1024))
        ):
            grid = (first.value, second.value, first.start, second.end)
            if all(v == int(v) and 1 <= v <= 20000 for v in grid[:2]) and not re.search(
                r"\d[-–]\Z", text[max(0, first.start - 2) : first.start]
            ):
                elements = first.value * second.value
                magnified = grid[0] <= 30 and 2 * grid[0] <= grid[1] <= 120  # "binoculars 12x50"
                small = magnified or (min(grid[:2]) < 12 and max(grid[:2]) < 128)
                kind = "small grid" if small else "format" if grid[:2] in _FORMATS else "grid"
                grids.append(Measure(kind, "count", elements, elements, first.start, second.end, bound_at(text, first.start, second.end)))
        elif measured and measured[0] != "length":
            rest.append(replace(first, end=second.end) if measured[0] == "angle" else second)  # "0.3 x 0.3 mrad", "2 x 20 W"
        i += 2
        while size and i < len(found) and text[found[i - 1].end : found[i].start].strip() in ("x", "×", "*"):
            i += 1
    return grids, rest


def _unit(text: str, number: Number) -> tuple[str, str, int] | None:
    """Return the unit after a number, or that in the label before it."""
    unit = unit_at(text, number.end)
    if unit and unit[1] == "megawatt" and number.value >= _SMALL_POWER and in_capitals(text, number.end):
        unit = (unit[0], "milliwatt", unit[2])
    label = unit_in_label(text[max(0, number.start - 24) : number.start]) if not unit or unit[1] == "minute" else None
    if unit and not label:
        return unit
    return (*label, number.end) if label and not _NOT_ALONE.match(text, number.end) else None


def _share_units(text: str, found: list[Number], units: list[tuple[str, str, int] | None], joints: list[str]) -> None:
    """Give numbers without a unit that of the number they are listed with."""
    for i in range(len(found) - 2, -1, -1):
        if units[i] is None and units[i + 1] is not None and joints[i + 1] and _may_share(text, found, joints, i):
            units[i] = units[i + 1]
    for i in range(1, len(found)):  # "Weight (kg): 3 / 5"
        before = units[i - 1]
        if units[i] is None and joints[i] and before and before[2] == found[i - 1].end:
            units[i] = (*before[:2], found[i].end)


def _ranges(text: str, found: list[Number]) -> list[Measure]:
    """Give every number its unit, its own or that of the numbers it is listed with, and join the ends of ranges."""
    found = [number for number in found if number.value not in _WIDTHS or not _LENS_NEXT.match(text, number.end)]
    units = [_unit(text, number) for number in found]
    ends = [unit[2] if unit else number.end for unit, number in zip(units, found, strict=True)]
    joints = [
        "",
        *(
            _joint(text[ends[i - 1] : found[i].start], text[max(0, found[i - 1].start - 60) : found[i - 1].start])
            for i in range(1, len(found))
        ),
    ]
    _share_units(text, found, units, joints)
    out: list[Measure] = []
    i = 0
    while i < len(found):
        unit = units[i]
        if unit is None:
            i += 1
            continue
        kind, name, _ = unit
        low, start, end, last = found[i].value, found[i].start, ends[i], i
        joined = bool(out) and joints[i] in ("list", "comma") and out[-1].kind == kind and out[-1].end == ends[i - 1]
        following = units[i + 1] if i + 1 < len(found) else None
        measure = Measure(kind, name, low, low, start, end, _bound(text, start, end, kind), joined)
        if following and joints[i + 1] == "range" and {following[0], kind} <= ({"rate", "frequency"} if kind == "rate" else {kind}):
            high = convert(found[i + 1].value, following[1], name)
            if kind == "angle" and high < low:  # of a zoom lens: "0.75-0.05 mrad"
                low, high = high, low
                measure = replace(measure, low=low)
            if high > low and (kind != "length" or high < _WIDEST * low or low == 0):
                last = i + 1
                measure = replace(measure, kind=following[0], high=high, end=ends[last], bound="")
        elif following and (then := _THEN.get((name, following[1]))) and then.fullmatch(text[end : found[i + 1].start]):
            last = i + 1
            total = convert(low, name, "minute") + convert(found[last].value, following[1], "minute")
            measure = replace(measure, unit="minute", low=total, high=total, end=ends[last])
        if name == "hour" and (minutes := _MINUTES.match(text, measure.end)):
            written = minutes.group(1) or minutes.group(2)
            total = low * 60 + (WORDS.get(written.lower()) or float(written))
            measure = replace(measure, unit="minute", low=total, high=total, end=minutes.end())
            while last + 1 < len(found) and found[last + 1].start < measure.end:
                last += 1
        elif (part := _AND_PART.match(text, measure.end)) and (
            part[1] in PARTS or name == "hour"
        ):  # "two hours and a half", "an hour and ten"
            whole = measure.low + (PARTS.get(part[1]) or WORDS[part[1]] / 60)
            measure = replace(measure, low=whole, high=whole, end=part.end())
        if not _is_idle(text, measure):
            out.append(measure)
        i = last + 1
    return out


def _is_idle(text: str, measure: Measure) -> bool:
    """Return whether a measure is a sound ("20 Hz-20 kHz"), the mains or a mobile generation ("5G")."""
    if measure.kind == "rate" and _VOLTS.search(text[max(0, measure.start - 12) : measure.start]):
        return True
    if measure.kind == "rate" and _MAINS.search(text[max(0, measure.start - 3) : measure.end]):
        return not _FRAMES.search(text, max(0, measure.start - 40), measure.end + 30)
    if measure.kind == "frequency" and measure.low < measure.high:
        return convert(measure.high, measure.unit, "hertz") <= _AUDIBLE and convert(measure.low, measure.unit, "hertz") < _AUDIBLE / 10
    if (
        measure.kind == "line rate"
        and not text[measure.start].isdigit()
        and re.match(r" ?(?:ethernet )?ports?", text[measure.end : measure.end + 16])
    ):
        return True  # "two gigabit ports"
    return measure.kind == "line rate" and text[measure.end - 1] == "G" and measure.low not in _ETHERNET


def _joint(gap: str, before: str) -> str:
    """Return how two numbers are joined: "range", "list", "comma" or not at all."""
    if len(gap) > 24:
        return ""
    if _RANGE.fullmatch(gap):
        changed = re.search(r"\b(?:drop|fall|reduc|cut|lower|rais|extended|increas|upgrad|improv|grow)\w*\b[^.;,]*\bfrom\s*$", before)
        return "list" if changed and gap.strip() == "to" else "range"
    if gap.strip() == "and" and re.search(r"\bbetween\s+(?:\w+\s+)?$", before):
        return "range"
    return "list" if _LIST.fullmatch(gap) else "comma" if _COMMA.fullmatch(gap) else ""


def _in_digits(text: str, number: Number) -> bool:
    return text[number.start].isdigit() or text[number.start] == "."


def _may_share(text: str, found: list[Number], joints: list[str], i: int) -> bool:
    """Return whether a number without a unit may take that of the next: after a comma only in a list of three or more."""
    if _in_digits(text, found[i]) != _in_digits(text, found[i + 1]):
        return False
    if joints[i + 1] != "comma":
        return joints[i + 1] != "list" or not text[found[i].end : found[i].end + 1].isalpha()
    if i > 0 and joints[i] == "range" and i + 2 < len(found) and joints[i + 2] == "range":  # "1435–1525, 2200–2395 MHz"
        return True
    following = i + 3 if i + 2 < len(found) and joints[i + 2] == "range" else i + 2  # "800-960, 1800-1990 and 2500-2690 MHz"
    return bool(following < len(found) and joints[following] in ("comma", "list")) or (i > 0 and joints[i] in ("comma", "list"))


def _is_side(text: str, measure: Measure) -> bool:
    """Return whether a length is one side of a thing's size: "300 mm x 200 mm"."""
    after = re.match(r"\s?[x×]\s?\d", text[measure.end : measure.end + 4])
    return bool(after or re.search(r"\d ?(?!VO)[a-zA-Z]{1,2}\s?[x×]\s?\Z", text[max(0, measure.start - 8) : measure.start]))


def measures(text: str) -> list[Measure]:
    """Return the measures with units, and the widths x heights, of a text in order."""
    grids, rest = _grids(text, numbers(text))
    found = [measure for measure in _ranges(text, rest) if measure.kind != "length" or not _is_side(text, measure)]
    return sorted(grids + found, key=lambda measure: measure.start)
