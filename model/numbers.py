"""Numbers in running text: digits with separators, multipliers and words."""

import re
from dataclasses import dataclass

_ONES = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
WORDS: dict[str, float] = {word: float(i) for i, word in enumerate(_ONES.split())}
WORDS |= {word: 10.0 * i for i, word in enumerate(_TENS.split(), 2)}
_SCALES = {"hundred": 1e2, "thousand": 1e3, "million": 1e6, "mio": 1e6, "mn": 1e6, "billion": 1e9, "bn": 1e9, "k": 1e3, "m": 1e6}
_OTHERS = {"dual": 2.0, "twin": 2.0, "single": 1.0, "a": 1.0}

_DIGITS = re.compile(r"(?:\d{1,3}(?:[,’' ]\d{3})+|\d{1,3}(?:\.\d{3}){2,}|\d+)(?!\d)(?:\.\d+|,\d{1,2}(?!\d))?|(?<![\d.])\.\d+")
_TENS_WORD = "|".join(_TENS.split())
_ONES_WORD = "|".join(_ONES.split()[1:])
_WORD = re.compile(
    rf"\b(?:(?P<tens>{_TENS_WORD})(?:[- ](?P<units>{'|'.join(_ONES.split()[1:10])}))?|(?P<ones>{_ONES_WORD})|"
    rf"(?P<other>dual|twin|single)(?=[- ]channel)|(?P<a>a)(?= (?:hundred|thousand|million)\b))(?P<half> and a half)?\b",
    re.IGNORECASE,
)
_SCALE = re.compile(r"[ -]?(hundred|thousand|million|mio\.?|billion|bn)\b|(k)(?![\w/])", re.IGNORECASE)
_HALF = re.compile(r"\bhalf an(?= hour)", re.IGNORECASE)
_LONGEST = 20
_PRICE = re.compile(r"(?:[$€£]|\b(?:EUR|USD|GBP|CHF|euros?|Rs\.?)) ?\Z")
_NAME = re.compile(r"(?:[A-Za-z]|[A-Za-z]\d{0,3}[-–/.]|[±]|\+/-|(?:^|[\s(])[-−]|\d[.:]|#|°)\Z")
_LENS = re.compile(r"(?:^|[\s,;(])[Ff]\Z")


@dataclass(frozen=True)
class Number:
    """A number and the half-open range of text that it takes."""

    value: float
    start: int
    end: int


def _digits(text: str) -> float:
    """Return the value of a number in digits; a comma or a blank before three digits parts thousands, a comma else decimals."""
    if re.fullmatch(r"[1-9]\d{0,2}(?:[,’' ]\d{3})+(?:\.\d+)?", text):
        return float(re.sub(r"[,’' ]", "", text))
    if re.fullmatch(r"\d{1,3}(?:\.\d{3}){2,}(?:,\d+)?", text):
        return float(text.replace(".", "").replace(",", "."))
    return float(re.sub(r"[’' ]", "", text).replace(",", "."))


def _scaled(value: float, text: str, end: int) -> tuple[float, int]:
    for _ in range(2):  # "two hundred thousand"
        if not (scale := _SCALE.match(text, end)):
            break
        value, end = value * _SCALES[(scale.group(1) or scale.group(2)).lower().rstrip(".")], scale.end()
    return value, end


def _is_name(text: str, start: int) -> bool:
    """Return whether what stands before a number makes it a model number, a price, a tolerance or a temperature below zero."""
    left = text[max(0, start - 12) : start]
    if _PRICE.search(left):
        return True
    if re.search(
        r"(?:\b(?:sub|mid)-|\d ?x|\d-by-|\d ?(?:[kmg]?hz|[nmµμuk]?m|kg|g|h|min|k?w|ms|mw)[-–/])\Z", left, re.IGNORECASE
    ) or re.search(r"[A-Za-z]{2}[./]\Z", left):
        return False
    return bool(_NAME.search(left)) and not (_LENS.search(left) and re.match(r"[\d.]+ ?mm", text[start : start + 8], re.IGNORECASE))


def numbers(text: str) -> list[Number]:
    """Return the numbers of a text in order, without those that are parts of names ("TX-640", "F/1.4") or prices."""
    found = []
    for match in _DIGITS.finditer(text):
        if _is_name(text, match.start()):
            continue
        start, end, written = match.start(), match.end(), match.group()
        if (
            len(written) > _LONGEST
            or text[end : end + 1].isdigit()
            or (written.count(",") > 1 and not re.fullmatch(r"\d{1,3}(?:,\d{3})+", written))
        ):
            continue
        found.append(Number(*_with_scale(_digits(written), text, start, end)))
    for match in _WORD.finditer(text):
        if text[match.start() - 1 : match.start()] == "-":
            continue
        value = sum(WORDS[(match[name] or "zero").lower()] for name in ("tens", "units", "ones"))
        value += _OTHERS[(match["other"] or match["a"] or "a").lower()] if match["other"] or match["a"] else 0.0
        found.append(Number(*_with_scale(value + (0.5 if match["half"] else 0.0), text, match.start(), match.end())))
    found += [Number(0.5, match.start(), match.end()) for match in _HALF.finditer(text)]
    return sorted(found, key=lambda number: number.start)


def _with_scale(value: float, text: str, start: int, end: int) -> tuple[float, int, int]:
    value, end = _scaled(value, text, end)
    return value, start, end
