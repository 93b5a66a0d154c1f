"""The languages of the interface, which one a visitor gets, and their catalogues.

A language is a folder of gettext catalogues, `locales/fr/*.po`, joined and compiled when it is first used. English is what
templates and modules are written in, so it needs none.
"""

from collections.abc import Sequence
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Literal, get_args

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

Language = Literal["en", "fr"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
NAMES: dict[Language, str] = {"en": "English", "fr": "Français"}
_LOCALES: dict[Language, Locale] = {"en": Locale("en", "GB"), "fr": Locale("fr")}
_FOLDER = Path(__file__).with_name("locales")


def N_(text: str) -> str:  # noqa: N802 - gettext's own name for "translate this later"
    """Mark a text for translation where it is written; the page translates it where it is shown."""
    return text


def locale_of(language: Language) -> Locale:
    """Return how numbers and dates are written in a language."""
    return _LOCALES[language]


def language_of(kept: str | None, accepted: str) -> Language:
    """Return a visitor's language: the one that was chosen before, else the one the browser likes best, else English.

    Args:
        kept: the value of the cookie.
        accepted: the header `Accept-Language`.
    """
    if kept in LANGUAGES:
        return kept
    best: tuple[float, Language] = (0.0, "en")
    for part in accepted[:500].split(","):
        tag, _, quality = part.strip().partition(";q=")
        try:
            weight = float(quality or 1)
        except ValueError:
            continue
        for language in LANGUAGES:
            if tag.lower().split("-")[0] == language and weight > best[0]:
                best = (weight, language)
    return best[1]


def catalogue_of(language: Language) -> Catalog:
    """Return a language's catalogues as one."""
    joined = Catalog(locale=language)
    for path in sorted((_FOLDER / language).glob("*.po")):
        with path.open("rb") as file:
            part = read_po(file, locale=language)
        for message in part:
            if message.id and message.string:
                joined.add(message.id, _filled(message.string))
    return joined


def _filled(forms: str | Sequence[str]) -> str | tuple[str, ...]:
    """Return a translation with every plural form: a language may have one for millions, which is left out where it is like the others."""
    if isinstance(forms, str):
        return forms
    given = [form for form in forms if form]
    return tuple(form or given[-1] for form in forms)


@cache
def translations(language: Language) -> NullTranslations:
    """Return the compiled catalogue of a language; English passes everything through."""
    if language == "en":
        return NullTranslations()
    compiled = BytesIO()
    write_mo(compiled, catalogue_of(language))
    compiled.seek(0)
    return Translations(compiled)
