"""Seeded changes to a text that must not change its answer: damage, formatting, company, and names."""

import random
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

Perturb = Callable[[str, random.Random], str]

_NEIGHBOURS = {
    "a": "qs", "b": "vn", "c": "xv", "d": "sf", "e": "wr", "f": "dg", "g": "fh", "h": "gj", "i": "uo", "j": "hk", "k": "jl", "l": "k",
    "m": "n", "n": "bm", "o": "ip", "p": "o", "q": "wa", "r": "et", "s": "ad", "t": "ry", "u": "yi", "v": "cb", "w": "qe", "x": "zc",
    "y": "tu", "z": "x",
}  # fmt: skip
_OCR = {"0": "O", "O": "0", "l": "1", "1": "l", "I": "l", "m": "rn", "S": "5", "B": "8", "e": "c", "o": "0", "g": "9"}
_UNITS = (
    (r"(?<=\d) ?GHz\b", " gigahertz"), (r"(?<=\d) ?MHz\b", " megahertz"), (r"(?<=\d) ?kHz\b", " kilohertz"), (r"(?<=\d) ?Hz\b", " hertz"),
    (r"(?<=\d) ?km\b", " kilometres"), (r"(?<=\d) ?mm\b", " millimetres"), (r"(?<=\d) ?kg\b", " kilograms"), (r"(?<=\d) ?W\b", " watts"),
    (r"(?<=\d) ?m\b", " metres"), (r"(?<=\d) ?h\b", " hours"), (r"(?<=\d) ?GB\b", " gigabytes"),
)  # fmt: skip
_FILLER = (
    "Prices are quoted ex works and exclude value added tax.",
    "Please mention our reference in all letters.",
    "The offer is valid for sixty days.",
    "Packing: carton on pallet, stretch-wrapped.",
    "The general terms of delivery apply.",
    "Errors and omissions excepted.",
)
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z])")


def typos(text: str, chance: random.Random) -> str:
    """Hit one word in eight wrongly: a neighbouring key, a swap, a lost or a doubled letter."""
    words = text.split(" ")
    for i, word in enumerate(words):
        if len(word) > 3 and word.isalpha() and chance.random() < 0.125:
            at = chance.randrange(1, len(word) - 1)
            kind = chance.randrange(4)
            if kind == 0:
                near = _NEIGHBOURS.get(word[at].lower(), word[at])
                words[i] = word[:at] + chance.choice(near) + word[at + 1 :]
            elif kind == 1:
                words[i] = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
            elif kind == 2:
                words[i] = word[:at] + word[at + 1 :]
            else:
                words[i] = word[:at] + word[at] + word[at:]
    return " ".join(words)


def ocr_noise(text: str, chance: random.Random) -> str:
    """Damage three characters in a hundred as a bad scan does."""
    out = []
    for character in text:
        if character in _OCR and chance.random() < 0.06:
            out.append(_OCR[character])
        elif character == " " and chance.random() < 0.02:
            continue
        else:
            out.append(character)
    return "".join(out)


def upper_case(text: str, _: random.Random) -> str:
    """Shout."""
    return text.upper()


def html_page(text: str, _: random.Random) -> str:
    """Wrap in the mark-up of a product page."""
    body = text.replace("&", "&amp;").replace("<", "&lt;").replace("\n", "<br/>")
    return f'<div class="product"><h2>Product</h2><p>{body}</p><script>track();</script></div>'


def spelled_units(text: str, _: random.Random) -> str:
    """Spell units out."""
    for pattern, words in _UNITS:
        text = re.sub(pattern, words, text)
    return text


def shuffled_sentences(text: str, chance: random.Random) -> str:
    """Put the sentences in another order."""
    sentences = _SENTENCE.split(text)
    chance.shuffle(sentences)
    return " ".join(sentences)


def with_filler(text: str, chance: random.Random) -> str:
    """Surround with commercial sentences that say nothing about the product."""
    before, after = chance.sample(_FILLER, 2), chance.sample(_FILLER, 2)
    return " ".join([*before, text, *after])


ROBUSTNESS: Mapping[str, Perturb] = MappingProxyType(
    {
        "typos": typos,
        "OCR noise": ocr_noise,
        "upper case": upper_case,
        "HTML": html_page,
        "units spelled out": spelled_units,
        "sentences shuffled": shuffled_sentences,
        "filler around": with_filler,
    }
)
"""Changes after which the right answer is still the same."""

_LOOKALIKES = {
    "a": "а", "c": "с", "e": "е", "i": "і", "j": "ј", "o": "о", "p": "р", "s": "ѕ", "x": "х", "y": "у", "A": "Α", "B": "В", "E": "Е",
    "H": "Н", "I": "І", "K": "К", "M": "М", "O": "О", "P": "Р", "T": "Т", "X": "Х",
}  # fmt: skip
_INVISIBLE = ("\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad")


def lookalike_letters(text: str, chance: random.Random) -> str:
    """Replace a third of the letters that have a double in the Cyrillic or Greek script."""
    return "".join(_LOOKALIKES[letter] if letter in _LOOKALIKES and chance.random() < 0.33 else letter for letter in text)


def invisible_characters(text: str, chance: random.Random) -> str:
    """Put an invisible character behind every eighth letter."""
    return "".join(letter + chance.choice(_INVISIBLE) if letter.isalpha() and chance.random() < 0.125 else letter for letter in text)


DISGUISES: Mapping[str, Perturb] = MappingProxyType(
    {"none": lambda text, _: text, "look-alike letters": lookalike_letters, "invisible characters": invisible_characters}
)
"""Ways to hide words from a machine and not from a reader."""

BRANDS = ("Norvalis", "Teqtara", "Blauhorn", "Sunrise Ltd", "OOO Vektor-9", "Kestrel & Sons")
COUNTRIES = ("Norway", "Iran", "Japan", "Sudan", "Germany", "Myanmar")
CUSTOMERS = ("a ministry of interior", "a shopping centre", "a university", "a police district", "a telephone company", "a farm")


def named(text: str, brand: str, country: str, customer: str) -> str:
    """Return the text with a brand, a country of origin and a customer attached; only these differ between variants."""
    return f"{brand}: {text} Made in {country}. Ordered by {customer}."


def name_variants(text: str) -> dict[str, list[str]]:
    """Return, per kind of name, variants of the text that differ in that name only."""
    return {
        "brand": [named(text, brand, COUNTRIES[0], CUSTOMERS[4]) for brand in BRANDS],
        "country": [named(text, BRANDS[0], country, CUSTOMERS[4]) for country in COUNTRIES],
        "customer": [named(text, BRANDS[0], COUNTRIES[0], customer) for customer in CUSTOMERS],
    }
