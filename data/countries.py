"""Destinations: chart marks, country groups and memberships, from `controls/countries.json` (built by `catchall controls countries`)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from data.errors import ConfigurationError, UnknownDestination
from data.parameter_facts import CONTROLS_FOLDER

COUNTRIES_FILE = CONTROLS_FOLDER / "countries.json"


@dataclass(frozen=True)
class Country:
    """A destination.

    Attributes:
        code: ISO 3166-1 alpha-2.
        marks: columns of the US Commerce Country Chart that carry a mark; None when the chart has no row to read.
        embargoed: the chart sends the reader to 15 CFR part 746 instead of giving marks.
        governed_as: the country whose row and groups apply, when it is another one.
        groups: US country groups, such as "A:5".
    """

    code: str
    name: str
    marks: frozenset[str] | None
    embargoed: bool
    governed_as: str
    groups: tuple[str, ...]
    wassenaar: bool
    european_union: bool


@dataclass(frozen=True)
class Countries:
    """Every destination, and where the table comes from."""

    as_of: str
    citation: str
    columns: tuple[str, ...]
    group_titles: Mapping[str, str]
    by_code: Mapping[str, Country]

    def __getitem__(self, code: str) -> Country:
        """Return a destination.

        Raises:
            UnknownDestination: no such code.
        """
        country = self.by_code.get(code.strip().upper())
        if country is None:
            raise UnknownDestination(destination=code[:20])
        return country


def read_countries(path: Path) -> Countries:
    """Read the table.

    Raises:
        ConfigurationError: unreadable, or not such a table.
    """
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        rows = {
            code: Country(
                code=code,
                name=row["name"],
                marks=None if row["marks"] is None else frozenset(row["marks"]),
                embargoed=bool(row.get("embargoed", False)),
                governed_as=row.get("as", ""),
                groups=tuple(row["groups"]),
                wassenaar=row["wassenaar"],
                european_union=row["eu"],
            )
            for code, row in raw["countries"].items()
        }
        return Countries(raw["as_of"], raw["citation"], tuple(raw["columns"]), raw["groups"], rows)
    except (OSError, ValueError, KeyError, TypeError) as exc:
        raise ConfigurationError(source=path.name, reason=str(exc)) from exc


@cache
def load_countries() -> Countries:
    """Return the installed table (read once per process)."""
    return read_countries(COUNTRIES_FILE)
