"""Listed parties: our own small table of surveillance vendors, and a screening list imported before (`data.party_import`)."""

import hashlib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from data.errors import ControlsInvalid, UnreadableFile
from data.parameter_facts import CONTROLS_FOLDER

PARTIES_FILE = CONTROLS_FOLDER / "parties.toml"
ENTITY_LIST = "US Entity List"
IMPORT_VERSION = 1
CONFIDENCES = {"V": "read in the official text", "P": "press, release or secondary copy", "R": "recollection, unverified"}


@dataclass(frozen=True)
class Party:
    """One entry of a list: who is meant, where it stands.

    Attributes:
        name, aliases: as the list, or our table, spells them.
        countries: ISO 3166-1 alpha-2 codes of its addresses.
        list_name: the list that carries the entry.
        citation: the notice that added it, where known.
        start, end: first and last day of the entry (ISO 8601), empty when the list does not say; it may stand on after no `end`.
        note: a sentence on the entry, or the list's remarks.
        confidence: V, P or R for our own table (see `CONFIDENCES`); empty for an imported list, which speaks for itself.
        id: the list's own identifier, or empty.
    """

    name: str
    aliases: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    list_name: str = ENTITY_LIST
    citation: str = ""
    start: str = ""
    end: str = ""
    note: str = ""
    confidence: str = ""
    id: str = ""

    def ended(self, day: date) -> bool:
        """Return whether the entry had ended by a day."""
        return bool(self.end) and self.end < day.isoformat()

    def as_json(self) -> dict[str, Any]:
        """Return the fields that say something, as plain data."""
        return {key: list(value) if isinstance(value, tuple) else value for key, value in asdict(self).items() if value}


@dataclass(frozen=True)
class PartyList:
    """Parties that came together, and from where.

    Attributes:
        title: of the table, or the name of the imported file.
        as_of: the day the content stands for (ISO 8601).
        sha256: of the source file.
        parties: in the order of the source.
    """

    title: str
    as_of: str
    sha256: str
    parties: tuple[Party, ...]

    def counts(self) -> dict[str, int]:
        """Return the number of entries per list, in alphabetical order."""
        names = [party.list_name for party in self.parties]
        return {name: names.count(name) for name in sorted(set(names))}


_REQUIRED, _OPTIONAL = ("name", "country", "citation", "start", "confidence", "note"), ("aliases", "list", "end")


def is_iso_date(text: str) -> bool:
    """Return whether a text is a date of the form YYYY-MM-DD."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _fault(entry: Mapping[str, Any]) -> str | None:
    if missing := [key for key in _REQUIRED if not entry.get(key)]:
        return f"no '{missing[0]}'"
    if unknown := sorted(set(entry) - set(_REQUIRED) - set(_OPTIONAL)):
        return f"the unknown field '{unknown[0]}'"
    for key in (*_REQUIRED, "list", "end"):
        if not isinstance(entry.get(key, ""), str):
            return f"'{key}' is not a text"
    aliases = entry.get("aliases", [])
    if not isinstance(aliases, list) or not all(isinstance(alias, str) and alias.strip() for alias in aliases):
        return "'aliases' is not a list of names"
    if len(entry["country"]) != 2 or not entry["country"].isupper():
        return f"'{entry['country']}' is no ISO 3166-1 alpha-2 country code"
    for key in ("start", "end"):
        if entry.get(key) and not is_iso_date(entry[key]):
            return f"'{key}' is not a date (YYYY-MM-DD)"
    if entry.get("end") and entry["end"] < entry["start"]:
        return "it ends before it starts"
    return None if entry["confidence"] in CONFIDENCES else f"the confidence '{entry['confidence']}' is none of {', '.join(CONFIDENCES)}"


def _known_party(entry: Mapping[str, Any]) -> Party:
    return Party(
        name=entry["name"],
        aliases=tuple(entry.get("aliases", ())),
        countries=(entry["country"],),
        list_name=entry.get("list", ENTITY_LIST),
        citation=entry["citation"],
        start=entry["start"],
        end=entry.get("end", ""),
        note=entry["note"],
        confidence=entry["confidence"],
    )


def read_known_parties(path: Path) -> PartyList:
    """Read a table of our own.

    Raises:
        ControlsInvalid: unreadable, not TOML, a field missing or wrong, or a name used twice; names the entry.
    """
    try:
        content = path.read_bytes()
        raw = tomllib.loads(content.decode("utf-8"))
    except (OSError, ValueError) as exc:
        raise ControlsInvalid(path=path.name, where="the whole file", reason=str(exc)) from exc
    if raw.get("version") != 1 or not is_iso_date(str(raw.get("as_of"))) or not isinstance(raw.get("title"), str):
        raise ControlsInvalid(path=path.name, where="the head", reason="it needs version = 1, a title and as_of (YYYY-MM-DD)")
    entries = raw.get("parties", [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise ControlsInvalid(path=path.name, where="'parties'", reason="it is not a list of tables")
    seen: set[str] = set()
    for number, entry in enumerate(entries, 1):
        fault = _fault(entry) or (f"the name '{entry['name']}' is used twice" if entry["name"] in seen else None)
        if fault:
            raise ControlsInvalid(path=path.name, where=f"party {number} ({entry.get('name', 'no name')})", reason=fault)
        seen.add(entry["name"])
    return PartyList(raw["title"], raw["as_of"], hashlib.sha256(content).hexdigest(), tuple(_known_party(entry) for entry in entries))


@cache
def load_known_parties() -> PartyList:
    """Return the installed table (read once per process)."""
    return read_known_parties(PARTIES_FILE)


def _imported_party(row: Mapping[str, Any]) -> Party:
    fields: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}
    party = Party(**fields)
    texts = [party.name, party.list_name, party.citation, party.start, party.end, party.note, party.confidence, party.id]
    if not all(isinstance(text, str) for text in (*texts, *party.aliases, *party.countries)) or not party.name:
        raise TypeError("a field is not a text")
    return party


def read_imported_parties(path: Path) -> PartyList:
    """Read a list that `data.party_import.import_parties` wrote.

    Raises:
        UnreadableFile: it is not there, not such a file, damaged (names the line) or cut short.
    """
    number = 1
    try:
        with path.open(encoding="utf-8") as stream:
            head = json.loads(stream.readline())
            if head.get("version") != IMPORT_VERSION:
                raise UnreadableFile(path=str(path), reason=f"version {head.get('version')} is not {IMPORT_VERSION}; import the list again")
            title, as_of, sha256, expected = str(head["file"]), str(head["as_of"]), str(head["sha256"]), head["parties"]
            parties: list[Party] = []
            while line := stream.readline():
                number += 1
                parties.append(_imported_party(json.loads(line)))
    except OSError as exc:
        raise UnreadableFile(path=str(path), reason=exc.strerror or str(exc)) from exc
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as exc:
        raise UnreadableFile(path=str(path), reason=f"line {number} is damaged ({exc}); import the list again") from exc
    if len(parties) != expected:
        raise UnreadableFile(path=str(path), reason=f"it holds {len(parties)} of {expected} parties; import the list again")
    return PartyList(title, as_of, sha256, tuple(parties))
