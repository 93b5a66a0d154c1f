"""Numbers in running text: digits with separators, multipliers and words."""

import re
from dataclasses import dataclass

_ONES = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
WORDS: dict[str, float] = {word: float(i) for i, word in enumerate(_ONES.split())}
WORDS |= {word: 10.0 * i for i, word in enumerate(_TENS.split(), 2)}
_INDIAN = {"lakh": 1e5, "lac": 1e5, "crore": 1e7}
_SCALES = _INDIAN | {"hundred": 1e2, "thousand": 1e3, "million": 1e6, "mio": 1e6, "mn": 1e6, "billion": 1e9, "bn": 1e9, "k": 1e3, "m": 1e6}
_OTHERS = {"dual": 2.0, "twin": 2.0, "single": 1.0, "a": 1.0}

_DIGITS = re.compile(
    r"(?:\d{1,3}(?:[,’']\d{3})+|(?<![A-Za-z\d])\d{1,3}(?: \d{3})+|"
    r"\d{1,3}(?:\.\d{3}){2,}|\d+)(?!\d)(?:\.\d+|,\d{1,2}(?!\d))?|(?<![\d.])\.\d+"
)
_BIG = {"thousand": 1e3, "million": 1e6, "billion": 1e9}
_SPELLED = re.compile(rf"\b(?:{'|'.join([*WORDS, 'hundred', *_BIG, 'dozen', 'point', 'and', 'a'])})\b", re.IGNORECASE)
_OTHER = re.compile(
    r"\b(?:(?P<other>dual|twin|single)(?=[- ]channel)|"
    r"(?<=(?:for|ver|out|han|rly|ost|ast|ome| up|oft| to) )an?(?: (?:full|whole))?(?= (?:hour|day|week|fortnight|month)\b(?! and a half))|"
    r"an? (?:whole |full )?(?=giga-?hertz|mega-?hertz)|"
    r"an?(?= hour and (?:a half|a quarter|three[- ]quarters|ten\b|fifteen|twenty|thirty|forty|fifty)))",
    re.IGNORECASE,
)
_HALF_OF = re.compile(r"\bhalf \Z", re.IGNORECASE)
_POWER_OF_TEN = re.compile(r" ?[x×·*] ?10\^(\d{1,2})\b")
_TEN_TO_THE = re.compile(r"\^(\d{1,2})\b")
_FRACTION = re.compile(r"(?<![\d.,])(\d*)(\d)⁄(\d)(?!\d)")
"""A fraction in one character, as normalisation leaves it: "3½" is "31⁄2"."""
_MIXED = re.compile(r"(?<![\d.,/–-])(\d{1,3}) ([13])/([248])(?![\d/])")
"""A number and a fraction in several: "7 1/2"."""
PARTS = {"a half": 0.5, "a quarter": 0.25, "three quarters": 0.75, "three-quarters": 0.75}
"""What is added by words after "and": "two and a half", "an hour and three-quarters"."""
_AND_PART = re.compile(rf" and ({'|'.join(PARTS)})\b", re.IGNORECASE)
_SCALE = re.compile(
    r"[ -]?(hundred|thousand|million|mio\.?|billion|bn|lakh|lac|crore)\b|( ?k)(?=subs\b)|((?-i: k)|k)(?![\w/])|"
    r" ?((?-i:[kKM]))(?= (?:entries|faces|templates|tmpl|records|recs|identit|people|persons|subscribers|subs\b|users|voice|finger|"
    r"profiles|targets|photos|prints|ten-?prints?|latent|citizens|customers|policy|iris|imsi))",
    re.IGNORECASE,
)
_HALF = re.compile(
    r"\bhalf an?(?= (?:hour|minute|second|milli-?second|milli-?radian|day|watt|mega\w+|giga\w+|tera\w+|kilo\w+|mile|met(?:er|re)|"
    r"nautical))",
    re.IGNORECASE,
)
_PART = re.compile(
    r"\b(?:(?:a )?(?:(quarter)|(third)|(tenth))|(three[- ]quarters)) of an?"
    r"(?= (?:hour|second|milli-?second|milli-?radian|mile|watt))",
    re.IGNORECASE,
)
_MORE = re.compile(r"\+(?= ?[A-Za-zµμ])")
"""As in "24+ hours"."""
_LONGEST = 20
_PRICE = re.compile(r"(?:[$€£]|\b(?:EUR|USD|GBP|CHF|euros?|Rs\.?)) ?\Z")
_NAME = re.compile(r"(?:[A-Za-z]|[A-Za-z]\d{0,3}[-–/.]|[±]|\+/-|(?:^|[\s(])[-−]|\d[.:+]|#|°|\^)\Z")
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
    if power := _POWER_OF_TEN.match(text, end):
        return value * 10.0 ** int(power[1]), power.end()
    if value == 10 and (power := _TEN_TO_THE.match(text, end)):
        return 10.0 ** int(power[1]), power.end()
    for _ in range(2):  # "two hundred thousand"
        if not (scale := _SCALE.match(text, end)):
            break
        value, end = value * _SCALES[scale[scale.lastindex or 1].strip().lower().rstrip(".")], scale.end()
    return value, end


def _is_name(text: str, start: int) -> bool:
    """Return whether what stands before a number makes it a model number, a price, a tolerance or a temperature below zero."""
    left = text[max(0, start - 12) : start]
    if _PRICE.search(left):
        return True
    if re.search(
        r"(?:\b(?:sub|mid)-|\d ?x|\d ?[x×*] ?\d{2,4}/|\d-by-|\d ?(?:[kmg]?hz|[nmµμuk]?m|kg|g|h|min|k?w|ms|mw)[-–/])\Z", left, re.IGNORECASE
    ) or re.search(r"[A-Za-z]{2}[./]\Z", left):
        return False
    return bool(_NAME.search(left)) and not (_LENS.search(left) and re.match(r"[\d.]+ ?mm", text[start : start + 8], re.IGNORECASE))


class _Spelled:
    """Puts number words together as long as they make one number: "two hundred and fifty", "one point six", "two dozen"."""

    def __init__(self) -> None:
        self.total, self.group, self.least = 0.0, 0.0, float("inf")
        self.decimals = -1
        self.before = ""

    def takes(self, word: str, joint: str) -> bool:
        """Add a word if it can follow what came before; `joint` is what stands between them."""
        if self.decimals >= 0:  # after "point" single digits follow
            good = word in WORDS and WORDS[word] < 10 and joint in " -"
            if good:
                self.decimals += 1
                self.group += WORDS[word] / 10**self.decimals
        elif word in WORDS:
            good = self._takes_small(WORDS[word], joint)
        elif word == "hundred":
            good = 0 < self.group < 100 and joint in (" ", "-")
            self.group *= 100 if good else 1
        elif word == "dozen":
            good = 0 < self.group < 100 and not self.total and joint in (" ", "-")
            self.group *= 12 if good else 1
        else:
            good = word in _BIG and self.group > 0 and _BIG[word] < self.least and joint in (" ", "-")
            if good:
                self.total, self.group, self.least = self.total + self.group * _BIG[word], 0.0, _BIG[word]
        self.before = word if good else self.before
        return good

    def _takes_small(self, value: float, joint: str) -> bool:
        empty, tens = self.group % 100 == 0, self.group % 100 >= 20 and self.group % 10 == 0
        good = (empty and self.before != "zero") or (tens and 0 < value < 10)
        if joint not in ("", " ", "-"):  # "and"
            good = good and self.before in ("hundred", *_BIG)
        if good:
            self.group += value
        return good

    @property
    def value(self) -> float:
        return self.total + self.group


def _joint(text: str, start: int, end: int) -> str | None:
    """Return what joins two number words, None where they are not joined."""
    gap = text[start:end]
    return gap if gap in (" ", "-") else "and" if gap.lower() in (" and ", "-and-") else None


def _spelled_numbers(text: str) -> list[Number]:
    words = [match for match in _SPELLED.finditer(text) if match.group().lower() != "and"]
    found: list[Number] = []
    i = 0
    while i < len(words):
        first = words[i].group().lower()
        i += 1
        start = words[i - 1].start()
        spelled = _Spelled()
        if first == "a":
            if not re.match(r" (?:hundred|thousand|million|dozen)\b", text[words[i - 1].end() : words[i - 1].end() + 10], re.IGNORECASE):
                continue
            spelled.group = 1.0
            if _HALF_OF.search(text, max(0, start - 5), start):  # "half a million"
                spelled.group, start = 0.5, start - 5
        elif first not in WORDS or not spelled.takes(first, ""):
            continue
        end = words[i - 1].end()
        while i < len(words) and (joint := _joint(text, end, words[i].start())) is not None:
            word = words[i].group().lower()
            if word == "point" and joint == " " and spelled.decimals < 0:
                following = words[i + 1].group().lower() if i + 1 < len(words) else ""
                if WORDS.get(following, 10) >= 10:
                    break
                spelled.decimals = 0
            elif not spelled.takes(word, joint):
                break
            end = words[i].end()
            i += 1
        if text[start - 1 : start] == "-":
            continue
        value = spelled.value
        if part := _AND_PART.match(text, end):  # "two and a half", "a million and a half"
            value, end = value + PARTS[part[1].lower()] * (1.0 if spelled.group else spelled.least), part.end()
            i += i < len(words) and words[i].start() < end  # the "three" of "three-quarters"
        found.append(Number(*_with_scale(value, text, start, end)))
    return found


def numbers(text: str) -> list[Number]:
    """Return the numbers of a text in order, without those that are parts of names ("TX-640", "F/1.4") or prices."""
    found = [Number(*_fraction(match)) for pattern in (_FRACTION, _MIXED) for match in pattern.finditer(text)]
    parts = [
        Number((1 / 4, 1 / 3, 1 / 10, 3 / 4)[(match.lastindex or 1) - 1], match.start(), match.end()) for match in _PART.finditer(text)
    ]
    written_so = {place for each in found for place in range(each.start, each.end)}
    for match in _DIGITS.finditer(text):
        if match.start() in written_so or _is_name(text, match.start()):
            continue
        start, end, written = match.start(), match.end(), match.group()
        end += bool(_MORE.match(text, end))
        if (
            len(written) > _LONGEST
            or text[end : end + 1].isdigit()
            or (written.count(",") > 1 and not re.fullmatch(r"\d{1,3}(?:,\d{3})+", written))
        ):
            continue
        found.append(Number(*_with_scale(_digits(written), text, start, end)))
    begun = {part.start for part in parts}
    found += [number for number in _spelled_numbers(text) if number.start not in begun]  # "three quarters of an hour"
    for match in _OTHER.finditer(text):
        if text[match.start() - 1 : match.start()] != "-":
            found.append(Number(_OTHERS[(match["other"] or "a").lower()], match.start(), match.start() + len(match.group().rstrip())))
    found += [Number(0.5, match.start(), match.end()) for match in _HALF.finditer(text)]
    return sorted([*found, *parts], key=lambda number: number.start)


def _fraction(match: re.Match[str]) -> tuple[float, int, int]:
    return float(match[1] or 0) + float(match[2]) / max(float(match[3]), 1.0), match.start(), match.end()


def _with_scale(value: float, text: str, start: int, end: int) -> tuple[float, int, int]:
    value, end = _scaled(value, text, end)
    return value, start, end
