"""Destinations to choose from, by their name in the reader's language."""

import unicodedata
from functools import cache

from data.countries import load_countries
from serve.web.languages import Language, locale_of


@cache
def destinations(language: Language) -> list[tuple[str, str]]:
    """Return code and name of every destination, by name."""
    names = locale_of(language).territories
    found = [(code, names.get(code, country.name)) for code, country in load_countries().by_code.items()]
    return sorted(found, key=lambda each: _sortable(each[1]))


def _sortable(name: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c)).casefold()


def country_name(code: str, language: Language) -> str:
    """Return what a destination is called; an unknown code stays as it is."""
    return locale_of(language).territories.get(code) or code
