"""The licence picture of a destination: what the Commerce Country Chart says for each reason for control, and what lies beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from data.countries import Countries, Country
from model.findings import Finding

Licence = Literal["required", "not_required_by_chart", "see_part_746", "no_row", "not_on_chart"]
_EMBARGO = "The chart sends this destination to 15 CFR part 746: read that part; the absence of a mark permits nothing."
_CAVEAT = "No mark settles this reason alone: General Prohibitions Four to Ten, end use and end user still apply (15 CFR 738.4(a)(2))."


@dataclass(frozen=True)
class ReasonPicture:
    """One reason for control against a destination.

    Attributes:
        applies: "perhaps" when the reason turns on a value that is not known yet.
        because: in words, with the section.
    """

    code: str
    applies: str
    licence: Licence
    because: str


@dataclass(frozen=True)
class EntryPicture:
    """The reasons of one US entry. `status` is that of the finding: an undetermined entry may not apply at all."""

    code: str
    status: str
    reasons: tuple[ReasonPicture, ...]


@dataclass(frozen=True)
class LicencePicture:
    """What is known of a destination.

    Attributes:
        notes: what applies beside the chart, in words.
    """

    destination: str
    name: str
    governed_as: str
    groups: tuple[str, ...]
    wassenaar: bool
    european_union: bool
    entries: tuple[EntryPicture, ...]
    notes: tuple[str, ...]
    citation: str
    as_of: str


def reason_picture(code: str, applies: str, country: Country, columns: Sequence[str]) -> ReasonPicture:
    """Return what one reason for control means for a destination."""
    licence, because = _reason(code, country, columns)
    return ReasonPicture(code, applies, licence, because)


def _reason(code: str, country: Country, columns: Sequence[str]) -> tuple[Licence, str]:
    name = country.name
    if code == "SL":
        return "required", "Surreptitious listening: every destination needs a licence (15 CFR 742.13; 738.3(a)(1))."
    if code == "EI":
        words = "Encryption items: every destination but Canada (15 CFR 742.15)."
        return ("required", words) if country.code != "CA" else ("not_required_by_chart", f"{words} {_CAVEAT}")
    if country.code == "US":
        return "not_on_chart", "The United States are no export destination; look at deemed exports (15 CFR 734.13)."
    if country.embargoed:
        return "see_part_746", _EMBARGO
    if code not in columns:
        return "not_on_chart", "No column of the chart: read the section that the entry names (15 CFR part 742; 746.1(b) for UN)."
    if country.marks is None:
        return "no_row", "The chart has no row for this territory: ask which state it belongs to (15 CFR 738.3(b))."
    if code in country.marks:
        return "required", f"The Country Chart has a mark for {name} in column {code} (15 CFR 738 Supp. 1)."
    return "not_required_by_chart", f"No mark for {name} in column {code}. {_CAVEAT}"


def _notes(country: Country) -> list[str]:
    notes = []
    if country.governed_as:
        notes.append(f"{country.name} is governed as {country.governed_as} under the EAR.")
    if country.code in ("RU", "BY"):
        notes.append("To be verified: 15 CFR 746.8 asks for a licence for every item of the Commerce Control List to Russia and Belarus.")
    if country.code == "MO":
        notes.append("Macau is in no group D:5, but the EAR names it beside D:5 throughout: read D:5 as including it.")
    if "D:5" in country.groups:
        notes.append("Country Group D:5: under a US arms embargo (15 CFR 740 Supp. 1).")
    if country.code == "AE":
        notes.append("STA reaches only approved entities in the United Arab Emirates (15 CFR 740 Supp. 8): verify.")
    part = "part" if country.wassenaar else "no part"
    notes.append(f"{country.name} takes {part} in the Wassenaar Arrangement (42 states); membership is no licence.")
    notes.append("Human rights: 15 CFR 742.7(b) reviews every item that needs a licence for another reason than short supply.")
    return notes


def licence_picture(findings: Sequence[Finding], destination: str, countries: Countries) -> LicencePicture:
    """Return the picture of a destination for the US findings that are met or still open.

    Raises:
        UnknownDestination: no such country code.
    """
    country = countries[destination]
    entries = tuple(
        EntryPicture(
            finding.code,
            finding.status,
            tuple(reason_picture(reason["code"], reason["applies"], country, countries.columns) for reason in finding.reasons),
        )
        for finding in findings
        if finding.regime == "us" and finding.status in ("meets", "undetermined")
    )
    return LicencePicture(
        destination=country.code,
        name=country.name,
        governed_as=country.governed_as,
        groups=country.groups,
        wassenaar=country.wassenaar,
        european_union=country.european_union,
        entries=entries,
        notes=tuple(_notes(country)),
        citation=countries.citation,
        as_of=countries.as_of,
    )
