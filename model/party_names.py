"""How names of parties are read and compared: script, word order, legal form and spelling should not hide a name.

Scores are similarities between 0 and 1. Nothing here knows lists.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from anyascii import anyascii
from rapidfuzz.distance import OSA

_LEGAL_FORMS = """
ltd limited llc llp inc incorporated corp corporation company co lp plc pty pte pvt private gmbh mbh ag kg kgaa ohg se sa sas sarl srl spa
sl bv nv vof ab as asa oy oyj aps ad ead ood eood doo dd sro spol kft zrt nyrt bt rt sp zoo zo oo ooo oao zao pao ao tov tob jsc ojsc cjsc
pjsc sal est fze fzco fzc fzllc dmcc wll sdn bhd tbk pt kk gk kabushiki kaisha sti sirketi anonim tic ltda eireli cv vm z aktiengesellschaft
aktiebolag establishment zartkoruen mukodo reszvenytarsasag sociedad anonima societe anonyme
"""
LEGAL_FORMS = frozenset(_LEGAL_FORMS.split())
"""Words of the legal form, transliterated; those of one or two letters count only at either end of a name."""
_GENERIC_WORDS = """
group holding technology tech international global system solution service industry industrial trading trade enterprise digital electronic
information network software security communication telecom institute center centre research development science scientific
production manufacturing equipment export import associate partner consultancy consulting agency office bureau department ministry
factory plant university state national general federal joint stock association organization organisation
the of and for de la el al no und et
computer data internet intelligent intelligence cyber optical optic photonic laser electric engineering instrument machinery laboratory
semiconductor microelectronic aerospace aviation defence defense automation energy power chemical oil shipping logistic
bank media construction design innovation
china russia iran israel europe european asia asian middle east pacific america american beijing shanghai shenzhen guangzhou hangzhou xiamen
zhejiang guangdong hong kong taiwan wuhan singapore moscow dubai tehran
"""
GENERIC_WORDS = frozenset(_GENERIC_WORDS.split())
"""Words, in the singular, that many names share: they weigh a quarter of a distinctive word."""
_NATIVE_FORMS = re.compile(
    "股份有限公司|有限责任公司|有限責任公司|有限公司|株式会社|合同会社|주식회사|유한회사|شركة|"
    "בע[\"'״׳]{0,2}מ|общество с ограниченной ответственностью|(?:публичное |закрытое |открытое )?акционерное общество",
    re.IGNORECASE,
)
_ABJAD = re.compile("[\u0590-\u07ff\ufb1d-\ufdff\ufe70-\ufefc]")
_DOTTED = re.compile(r"\b\w(?:\.\w)+\b\.?")
_FOLDS = (
    ("shch", "8"), ("sch", "8"), ("sh", "8"), ("tch", "6"), ("ch", "6"), ("dzh", "7"), ("zh", "7"), ("dj", "7"),
    ("kh", "h"), ("gh", "g"), ("ph", "f"), ("ts", "s"), ("tz", "s"), ("ck", "k"), ("x", "ks"), ("q", "k"), ("c", "k"), ("w", "v"),
    ("ou", "u"), ("oo", "u"), ("ee", "i"), ("ae", "a"), ("oe", "o"), ("ue", "u"), ("j", "i"), ("y", "i"), ("ii", "i"), ("ie", "e"),
)  # fmt: skip
"""Spellings that transliteration confuses; applied in this order."""
_QUOTES, _BREAK, _WORD = re.compile("['\"`]"), re.compile("[(),/;]"), re.compile("[a-z0-9]+")
_DOUBLED = re.compile(r"(.)\1+")
_UNWRITTEN = re.compile("[aeiouhv']")
GENERIC_WEIGHT = 0.25
CONTAINED, ONE_WORD_PENALTY, MORE_WORDS_PENALTY, GENERIC_PENALTY = 0.95, 0.08, 0.04, 0.01
"""A name inside a longer one scores 0.95, less per distinctive and per generic word of the longer one that is left over."""


@dataclass(frozen=True)
class NameForm:
    """A name as it is compared.

    Attributes:
        words: transliterated, lower case, without accents, punctuation and legal form, in the order given.
        core: the distinctive words, or all when none is.
        distinct: whether one is.
        compact: the words joined.
        abjad: whether the name is written in a script without vowels (Hebrew, Arabic and relatives).
    """

    words: tuple[str, ...]
    core: tuple[str, ...]
    distinct: bool
    compact: str
    abjad: bool


def _singular(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-1] if len(word) > 4 and word.endswith("s") and not word.endswith("ss") else word


@lru_cache(maxsize=200_000)
def is_generic(word: str) -> bool:
    """Return whether many names share a word; single letters count among them."""
    return (len(word) == 1 and word.isalpha()) or _singular(word) in GENERIC_WORDS


def _without_legal_form(words: list[str]) -> list[str]:
    kept = [word for word in words if len(word) < 3 or word not in LEGAL_FORMS]
    while len(kept) > 1 and kept[-1] in LEGAL_FORMS:
        kept.pop()
    while len(kept) > 1 and kept[0] in LEGAL_FORMS:
        kept.pop(0)
    return kept


def read_name(name: str) -> NameForm:
    """Return a name in the form that is compared; a name without letters and digits has no words."""
    plain = unicodedata.normalize("NFKC", name)
    abjad = _ABJAD.search(plain) is not None
    if not plain.isascii():
        plain = anyascii(_NATIVE_FORMS.sub(" ", plain))
    plain = _QUOTES.sub("", _DOTTED.sub(lambda match: match.group().replace(".", ""), plain.lower()))
    parts = [_WORD.findall(part) for part in _BREAK.split(plain)]
    words = [word for part in parts for word in _without_legal_form(part)] or [word for part in parts for word in part]
    return _form(tuple(words), abjad)


def _form(words: tuple[str, ...], abjad: bool) -> NameForm:
    core = tuple(word for word in words if not is_generic(word))
    return NameForm(words, core or words, bool(core), "".join(words), abjad)


def joined_words(words: Sequence[str]) -> set[str]:
    """Return what two to four neighbouring words make when written as one, of six letters and more."""
    joined = ("".join(words[i : i + n]) for n in (2, 3, 4) for i in range(len(words) - n + 1))
    return {word for word in joined if len(word) >= 6}


def _rejoined(a: NameForm, b: NameForm) -> NameForm:
    """Return a with neighbouring words made one where b writes them as one."""
    wanted = {folded(word) for word in b.words if len(word) >= 6} - {folded(word) for word in a.words}
    if len(a.words) < 2 or not any(word in wanted for word in map(folded, joined_words(a.words))):
        return a
    words: list[str] = []
    i = 0
    while i < len(a.words):
        n = next((n for n in (4, 3, 2) if i + n <= len(a.words) and folded("".join(a.words[i : i + n])) in wanted), 1)
        words.append("".join(a.words[i : i + n]))
        i += n
    return _form(tuple(words), a.abjad)


@lru_cache(maxsize=200_000)
def folded(word: str) -> str:
    """Return a word with the spellings that transliteration confuses made one."""
    for spelling, one in _FOLDS:
        word = word.replace(spelling, one)
    return _DOUBLED.sub(r"\1", word)


@lru_cache(maxsize=200_000)
def skeleton(word: str) -> str:
    """Return what a script without vowels would keep of a word."""
    return _DOUBLED.sub(r"\1", _UNWRITTEN.sub("", folded(word).replace("8", "s").replace("7", "z")))  # s and h may be two letters there


def _allowed_edits(length: int) -> int:
    return 0 if length < 5 else 1 if length < 9 else 2


def word_similarity(a: str, b: str, unvowelled: bool = False) -> float:
    """Return how alike two words are: 1 when equal, 0 when more apart than a slip of the pen.

    Args:
        unvowelled: one of the two comes from a script without vowels: consonants decide.
    """
    if a == b:
        return 1.0
    length = max(len(a), len(b))
    if (min(len(a), len(b)) >= 4 and folded(a) == folded(b)) or _singular(a) == _singular(b):
        return 0.97
    if unvowelled and len(skeleton(a)) >= 4 and skeleton(a) == skeleton(b):
        return 0.9
    allowed = _allowed_edits(min(len(a), len(b)))
    edits = OSA.distance(a, b, score_cutoff=allowed)
    return 1 - edits / length if edits <= allowed and not any(c.isdigit() for c in a + b) else 0.0


def _weight(word: str, form: NameForm) -> float:
    return 1.0 if word in form.core else GENERIC_WEIGHT


def _matches(a: NameForm, b: NameForm, unvowelled: bool) -> list[tuple[int, int, float]]:
    """Pair the words one to one, the most alike first: positions in a and b, similarity."""
    pairs = [(word_similarity(x, y, unvowelled), i, j) for i, x in enumerate(a.words) for j, y in enumerate(b.words)]
    used_a: set[int] = set()
    used_b: set[int] = set()
    found = []
    for similarity, i, j in sorted(pairs, key=lambda pair: (-pair[0], pair[1], pair[2])):
        if similarity and i not in used_a and j not in used_b:
            used_a.add(i)
            used_b.add(j)
            found.append((i, j, similarity))
    return found


def _containment(inner: NameForm, outer: NameForm, matched: Sequence[float], left: Sequence[str]) -> float:
    """Return the score of a name all of whose words are in a longer one; `left` are the words of the longer one without a partner."""
    if len(matched) < len(inner.words) or not inner.distinct:
        return 0.0
    more = sum(word in outer.core for word in left)
    per_word = ONE_WORD_PENALTY if len(inner.core) == 1 else MORE_WORDS_PENALTY
    if sum(map(len, inner.core)) < 4:
        per_word *= 2  # three letters mean little inside a longer name
    return sum(matched) / len(matched) * max(0.0, CONTAINED - per_word * more - GENERIC_PENALTY * (len(left) - more))


def _compact_similarity(a: NameForm, b: NameForm) -> float:
    """Return the similarity with the distinctive words written as one, as in "Sense Time" and "SenseTime": again a Dice coefficient."""
    if a.compact == b.compact:
        return 1.0
    one, other = "".join(a.core), "".join(b.core)
    if not a.distinct or not b.distinct or re.findall(r"\d+", one) != re.findall(r"\d+", other):
        return 0.0
    allowed = _allowed_edits(min(len(one), len(other)))
    edits = OSA.distance(one, other, score_cutoff=allowed)
    alike = 1 - edits / max(len(one), len(other)) if edits <= allowed else 0.0
    common_a, common_b = ({_singular(word) for word in form.words if word not in form.core} for form in (a, b))
    shared, all_common = len(common_a & common_b), len(common_a) + len(common_b)
    return (2 * alike + GENERIC_WEIGHT * 2 * shared) / (2 + GENERIC_WEIGHT * all_common) if alike else 0.0


def name_similarity(a: NameForm, b: NameForm) -> float:
    """Return how alike two names are, 0 to 1, the same either way round.

    The best of three: a weighted Dice coefficient over paired words, one name wholly inside the other, and the names in one word.
    """
    if not a.words or not b.words:
        return 0.0
    if sorted(a.words) == sorted(b.words):
        return 1.0
    a, b = sorted((_rejoined(a, b), _rejoined(b, a)), key=lambda form: form.words)
    found = _matches(a, b, a.abjad != b.abjad)
    total = sum(_weight(word, a) for word in a.words) + sum(_weight(word, b) for word in b.words)
    dice = sum((_weight(a.words[i], a) + _weight(b.words[j], b)) * similarity for i, j, similarity in found) / total
    similarities = [similarity for _, _, similarity in found]
    left_a = [word for i, word in enumerate(a.words) if i not in {pair[0] for pair in found}]
    left_b = [word for j, word in enumerate(b.words) if j not in {pair[1] for pair in found}]
    inside = max(_containment(a, b, similarities, left_b), _containment(b, a, similarities, left_a))
    return max(dice, inside, _compact_similarity(a, b))
