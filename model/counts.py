"""Counted things in running text: receiver channels, detector elements, identities."""

import re
from bisect import bisect_right
from dataclasses import replace

from model.measures import Measure, bound_at
from model.numbers import Number, numbers
from model.units import unit_at

_ADJECTIVES = (
    r"(?:(?!(?:and|or|with|for|from|in|of|to|the|a|an|per|at|on|by|are|is|was|were|has|have|over|against|than|that|which|who|"
    r"one|two|three|four|five|six|seven|eight|nine|ten|twelve)(?![-\w]))[a-zA-Z][\w-]{0,24} ){0,3}?"
)
_NOUNS = (
    (
        "channels",
        rf"{_ADJECTIVES}(?:channels?|ch(?![\w.])|chs|(?:digital )?(?:down-?converters?|DDCs?)|(?:coherent|RF|receive|tuner) inputs?)",
    ),
    (
        "receivers",
        r"(?:(?:phase-?coherent|coherent|phase-synchronous|identical|digital|parallel|independent|synchronous|simultaneous|"
        r"HF|VHF|UHF|DF|monitoring|tunable) ){0,2}(?:receivers?|tuners)",
    ),
    (
        "elements",
        r"(?:[a-z-]+ )?(?:detector elements?|elements?(?! (?:antenn|array antenn|yagi))|detectors in (?:a|one) (?:row|"
        r"line)|photosites|photodiodes|bolometers|detectors in line)",
    ),
    ("pixels", r"(?:(?:active|effective|spatial|thermal|infrared|square|individual) )?(?:pixels?|px|picture points)"),
    (
        "identities",
        rf"(?:of (?:your|our|its|the) )?{_ADJECTIVES}(?:gaits|friends|family members|enrollees|enrolled|registered|on file|"
        rf"voice samples|speech samples|target lines|target numbers|persons of interest|dossiers|face images|licence holders|convicts|"
        rf"records|templates|faces|targets|subjects|suspects|identities|profiles|speakers|"
        rf"voice-?prints|voices|fingerprints|"
        r"fingers|irises|individuals|participants|offenders|inmates|users|enrolments|"
        r"enrollments|portraits|ten-?prints|"
        r"wearers|prisoners|warrants|interceptions|prints|palms|faceprints|"
        r"voice models|selectors|detainees|probationers|criminals|mugshots|biometric (?:sets|identities))",
    ),
    (
        "people",
        rf"{_ADJECTIVES}(?:persons|people|workers|employees|staff|drivers|subscribers|citizens|residents|members|visitors|travellers|"
        r"passengers)",
    ),
)
_AFTER = re.compile(
    r"(?:[ -](?:" + "|".join(f"({pattern})" for _, pattern in _NOUNS[:-2]) + rf")| (?:({_NOUNS[-2][1]})|({_NOUNS[-1][1]})))\b",
    re.IGNORECASE,
)
_LIMIT = r"(?: (?:up to|at least|over|more than|max\.?|min\.?|≥|>|some|about|currently))*"
_BEFORE = (
    ("channels", re.compile(rf"\bchannels?(?: count)?(?::| =|\.{{2,}}| \|){_LIMIT} ?$", re.IGNORECASE)),
    ("channels", re.compile(rf"\bnumber of (?:\w+ ){{0,2}}(?:channels|receivers)(?:[:=]| is| |\.{{2,}}){_LIMIT} ?$", re.IGNORECASE)),
    (
        "identities",
        re.compile(
            rf"\b(?:watch[- ]?lists?|gallery|galleries|black-?list|wanted list|gallery size|database|data base|repository|"
            rf"template (?:store|capacity|memory)|"
            rf"(?:face|finger|user|iris|palm|target|person|fingerprint|template|enrolment|enrollment) capacity|"
            rf"number of (?:[\w]+ ){{0,2}}(?:subjects|targets|persons|users|templates|faces|identities|speakers)|"
            rf"(?:targets|templates|subjects|faces|persons|speakers|identities|users))"
            rf"(?: size| capacity| up)?(?: ?[:=]| ?\.{{2,}}| \|| of| with| holding| to| limited to| expandable to)?{_LIMIT} ?$",
            re.IGNORECASE,
        ),
    ),
    (
        "identities",
        re.compile(
            rf"\b(?:1:n|1:many|one-to-many|search\w*|match\w*)(?: \w+){{0,3}} (?:in|against|over|among|across|out of){_LIMIT} ?$",
            re.IGNORECASE,
        ),
    ),
    (
        "identities",
        re.compile(r"\b(?:expandable|extendable|extensible|scalable|upgradable|scales|growing|grows) (?:up )?to $", re.IGNORECASE),
    ),
)
_RATE = re.compile(
    r"(?![\w ]{0,14}\b(?:in|within|under|below)\b)"
    r"[\w ]{0,14}(?: per | an? (?=hour|minute|second|day|week|month|year)|/ ?)(?:s|sec|second|min|minute|h|hour|day|week|month|year)\b",
    re.IGNORECASE,
)
_NOT = re.compile(
    r"(?:\b(?<!one )(?<!search )(?<!matching )in |"
    r"\b(?:first|page|pages|option|version|item|class|layer|step|channel|no\.|chapter|type|days?|level) |[-–]|\d ?[x×])\Z",
    re.IGNORECASE,
)
_LISTED = re.compile(
    r" ?(?:\([^()]{1,24}\))? ?(?:,|/|or|and|, or|, and|resp\.|local(?:ly)?,? (?:or|and)|(?:on|in) (?:the )?\w+(?:,| or| and|, or|, and))? ",
    re.IGNORECASE,
)
_LIST_END = re.compile(r"\s*(?:[,.;()/]|\Z|(?:on|in|with|if|for|when|at|as|without|through|via|local|remote)\b)")
_JOINT = re.compile(r" ?(?:,|/|or|and|, or|, and) ?", re.IGNORECASE)

_VIDEO = re.compile(
    r"(?<![\w.,-])(?:\d{3,4}[pi](?: ?[@/] ?)?|\d(?:\.\d)?[kK][pP]?(?: ?[@/] ?| at )?|(?:\d{3,4}|U?HD|[248][kK])[/ ](?=\d+[pi]))(\d{2,3})"
    r"(?:(?:/| or )(\d{2,3}))?[pi]?(?: ?(?:fps|Hz))?(?![\w%]|[.,]\d| ?(?:[MGk]Hz|mm|µm|nm|W|V|k?m|h|min|k?g)\b)"
)
"""Names of video formats with their frame rate: "1080p30", "4K/60", "2160/50p"."""
_PROGRESSIVE = re.compile(r"(?<![\w.,/-])(24|25|30|48|50|60|100|120|240)p\b")
_DOTTED = re.compile(r"[1-9]\d{0,2}\.\d{3}")
"""A count with a dot before three digits: "2.000 channels"."""


def _video_rates(text: str) -> list[Measure]:
    return [
        Measure("video rate", "hertz", float(rate), float(rate), match.start(), match.end())
        for pattern in (_VIDEO, _PROGRESSIVE)
        for match in pattern.finditer(text)
        for rate in match.groups()
        if rate and 5 <= float(rate) <= 960
    ]


def _whole(text: str, number: Number) -> Number:
    """Return a number as a count has it: with the dot that parts thousands."""
    dotted = _DOTTED.fullmatch(text, number.start, number.end)
    return replace(number, value=float(dotted[0].replace(".", ""))) if dotted else number


def _kind(text: str, number: Number) -> tuple[str, int] | None:
    """Return what a number counts and where the phrase ends, by the noun after it or the label before it."""
    if (match := _AFTER.match(text, number.end)) and match.lastindex:
        return _NOUNS[match.lastindex - 1][0], match.end()
    left = text[max(0, number.start - 70) : number.start]
    following = text[number.end : number.end + 5]
    if re.match(r"[ -]?(?:%|°|[x×]|€|:\d)|\.\d| of \d", following):
        return None
    return next(((kind, number.end) for kind, pattern in _BEFORE if pattern.search(left)), None)


def counts(text: str, taken: list[Measure]) -> list[Measure]:
    """Return the counted things of a text in order; `kind` is "channels", "receivers", "elements", "pixels" or "identities".

    Args:
        taken: the measures already found, in order; their numbers are not looked at again.
    """
    ends = [measure.end for measure in taken]
    free = [_whole(text, n) for n in numbers(text) if (i := bisect_right(ends, n.start)) == len(taken) or taken[i].start >= n.end]
    found = [
        n
        for n in free
        if not unit_at(text, n.end)
        and not re.match(r" ?[A-Z]{1,2}\b(?! [a-z]+s\b)| ?V(?:DC|AC)?\b", text[n.end : n.end + 6])
        and n.value >= 1
        and n.value == int(n.value)
        and not _NOT.search(text[max(0, n.start - 9) : n.start])
    ]
    out: list[Measure] = [rate for rate in _video_rates(text) if not any(m.start < rate.end and rate.start < m.end for m in taken)]
    previous: tuple[str, int] | None = None
    for i, number in enumerate(found):
        told = _kind(text, number)
        if told is None and previous and _LISTED.fullmatch(text[previous[1] : number.start]) and _LIST_END.match(text, number.end):
            told = (previous[0], number.end)
        if told is None and i + 1 < len(found) and _JOINT.fullmatch(text[number.end : found[i + 1].start]):
            following = _kind(text, found[i + 1])  # "32 or 64 receivers"
            told = (following[0], number.end) if following and following[1] > found[i + 1].end else None
        if told is None or _RATE.match(text, told[1]):
            previous = None
            continue
        previous = told
        bound = bound_at(text, number.start, number.end) or bound_at(text, number.start, told[1])
        out.append(Measure(told[0], "count", number.value, number.value, number.start, told[1], bound, joined=False))
    return out
