"""Builds `controls/countries.json` from machine-readable copies of 15 CFR 738 Supplement No. 1 and 740 Supplement No. 1."""

import json
from pathlib import Path
from typing import Any

from data.errors import ConfigurationError

WASSENAAR = frozenset(
    """AR AU AT BE BG CA HR CZ DK EE FI FR DE GR HU IN IE IT JP LV LT LU MT MX NL NZ NO PL PT KR RO RU SK SI ZA ES SE CH TR UA GB
    US""".split()
)
"""The 42 participating states of the Wassenaar Arrangement (wassenaar.org, participating states)."""
EUROPEAN_UNION = frozenset("""AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE""".split())
_CODES = {
    "Bosnia & Herzegovina": "BA", "Brunei": "BN", "Burma": "MM", "China (PRC)": "CN", "Congo (Democratic Republic of the)": "CD",
    "Congo (Democratic Republic of)": "CD", "Congo (Republic of the)": "CG", "Cote d'Ivoire": "CI", "Cote d'lvoire": "CI", "Curacao": "CW",
    "Czech Republic": "CZ", "Iran": "IR", "Korea, North": "KP", "Korea, South": "KR", "Laos": "LA", "Macau": "MO", "Macedonia": "MK",
    "Micronesia (Federated State of)": "FM", "Moldova": "MD", "Russia": "RU", "Saint Kitts & Nevis": "KN", "Sao Tome & Principe": "ST",
    "Seycheles": "SC", "Sint Maarten (the Dutch two-fifths of the island of Saint Martin)": "SX", "South Sudan, Republic of": "SS",
    "Syria": "SY", "Taiwan": "TW", "Tanzania": "TZ", "The Bahamas": "BS", "Trinidad & Tobago": "TT", "Türkiye": "TR", "Turkey": "TR",
    "United Kingdom": "GB", "Vatican City": "VA", "Venezuela": "VE", "Vietnam": "VN", "Kosovo": "XK",
    "Bahamas, The": "BS", "Gambia, The": "GM", "Cape Verde": "CV",
}  # fmt: skip


def _code(name: str) -> str:
    """Return the ISO 3166-1 alpha-2 code of a country as the regulations name it."""
    import pycountry

    if name in _CODES:
        return _CODES[name]
    try:
        return str(pycountry.countries.lookup(name.replace("St. ", "Saint ")).alpha_2)
    except LookupError as exc:
        raise ConfigurationError(source="country table", reason=f"no ISO code for '{name}'") from exc


def build_countries(chart: dict[str, Any], groups: dict[str, Any]) -> dict[str, Any]:
    """Return the table: per ISO code the chart's marks, groups, and memberships.

    Args:
        chart: with `columns`, `countries` (name to `marks` and `footnotes`), `embargoed`, `footnotes`, `territoryInheritance`.
        groups: with `groups`: label to names, and `labels`.

    Raises:
        ConfigurationError: a country has no ISO code, or two names have the same.
    """
    import pycountry

    countries: dict[str, dict[str, Any]] = {}
    for name, row in chart["countries"].items():
        code = _code(name)
        if code in countries:
            raise ConfigurationError(source="country table", reason=f"'{name}' and '{countries[code]['name']}' are both {code}")
        countries[code] = {"name": name, "marks": row["marks"], "footnotes": row["footnotes"], "groups": []}
    for name, row in chart["embargoed"].items():
        countries[_code(name)] = {"name": name, "marks": None, "embargoed": True, "footnotes": row["footnotes"], "groups": []}
    for label, names in groups["groups"].items():
        for name in names:
            countries.setdefault(_code(name), {"name": name, "marks": None, "footnotes": [], "groups": []})["groups"].append(label)
    for territory, rule in chart["territoryInheritance"].items():
        row = countries[_code(rule["row"])]
        countries[_code(territory.title())] = {**row, "name": territory.title(), "as": rule["row"]}
    for country in pycountry.countries:
        countries.setdefault(country.alpha_2, {"name": country.name, "marks": None, "footnotes": [], "groups": []})
    for code, row in countries.items():
        row["groups"] = sorted(set(row["groups"]))
        row["wassenaar"], row["eu"] = code in WASSENAAR, code in EUROPEAN_UNION
    return {
        "as_of": chart["ecfrIssueDate"],
        "citation": f"{chart['citation']}; {groups['citation']}",
        "columns": chart["columns"],
        "groups": groups["labels"],
        "countries": dict(sorted(countries.items())),
    }


def write_countries(chart: Path, groups: Path, target: Path) -> int:
    """Build the table from two JSON files and write it; returns the number of destinations.

    Raises:
        ConfigurationError: a file cannot be read or lacks what is needed; nothing is written.
    """
    try:
        content = build_countries(json.loads(chart.read_text(encoding="utf-8")), json.loads(groups.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError) as exc:
        raise ConfigurationError(source=f"{chart.name}, {groups.name}", reason=str(exc)) from exc
    target.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return len(content["countries"])
