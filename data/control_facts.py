"""Control facts per regime, from `controls/*.toml`: read, checked against taxonomy and vocabulary, and dated."""

import hashlib
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal

from data.errors import ControlsInvalid
from data.expressions import Expression, parse_expression
from data.parameter_facts import CONTROLS_FOLDER, Parameter, load_parameters
from data.taxonomy import load_taxonomy

Confidence = Literal["V", "P", "R"]
"""V: read in a stored text. P: press or law firm. R: recollection, never certain."""
_OTHER_FILES = ("parameters", "phrases", "quantities", "due-diligence", "parties")


@dataclass(frozen=True)
class Exclusion:
    """What releases an item that the test would catch."""

    title: str
    test: Expression
    cites: str = ""


@dataclass(frozen=True)
class ReasonForControl:
    """Why an entry is controlled; `when` limits it to part of the entry."""

    code: str
    when: Expression | None = None


@dataclass(frozen=True)
class LicenceException:
    """A licence exception or general authorisation: something to verify, never a permission."""

    name: str
    note: str


@dataclass(frozen=True)
class Control:
    """One entry of one regime.

    Attributes:
        valid_from, valid_to: half-open; None is open.
        destinations: ISO codes where it applies; empty for all. `not_destinations`: where it does not.
        yields_to: controls which, when met, take the item instead.
        check_first: pointers to look at before.
    """

    id: str
    regime: str
    entry: str
    paragraph: str
    title: str
    categories: tuple[str, ...]
    summary: str
    test: Expression
    citation: str
    confidence: Confidence
    as_of: date
    exclusions: tuple[Exclusion, ...] = ()
    reasons: tuple[ReasonForControl, ...] = ()
    exceptions: tuple[LicenceException, ...] = ()
    yields_to: tuple[str, ...] = ()
    check_first: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None
    destinations: frozenset[str] = frozenset()
    not_destinations: frozenset[str] = frozenset()

    @property
    def code(self) -> str:
        """Entry and paragraph as people write them: "6A003.b.4.b"."""
        return f"{self.entry}.{self.paragraph}" if self.paragraph else self.entry

    def in_force(self, day: date) -> bool:
        """Whether the entry applies on a day."""
        return (self.valid_from is None or day >= self.valid_from) and (self.valid_to is None or day < self.valid_to)


@dataclass(frozen=True)
class Remark:
    """A pointer to another list, a category that is not listed, or a note; `kind` says which."""

    kind: Literal["pointer", "absent", "note"]
    regime: str
    text: str
    citation: str
    confidence: Confidence
    id: str = ""
    title: str = ""
    categories: tuple[str, ...] = ()
    controls: tuple[str, ...] = ()
    destinations: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Regime:
    """A list or an overlay, with its facts."""

    id: str
    title: str
    kind: Literal["list", "overlay"]
    as_of: date
    source: str
    controls: tuple[Control, ...]
    remarks: tuple[Remark, ...]

    def of_kind(self, kind: str) -> list[Remark]:
        """Return the remarks of a kind."""
        return [remark for remark in self.remarks if remark.kind == kind]


@dataclass(frozen=True)
class ControlFacts:
    """Every regime, in the order in which they are shown, and the content's hash (16 hex digits)."""

    regimes: tuple[Regime, ...]
    parameters: Mapping[str, Parameter]
    hash: str

    @property
    def controls(self) -> tuple[Control, ...]:
        """All controls."""
        return tuple(control for regime in self.regimes for control in regime.controls)


class _Reader:
    """Reads one file; every error names the file, the entry and its line."""

    def __init__(self, path: Path, parameters: Mapping[str, Parameter], categories: tuple[str, ...]) -> None:
        self.path, self._parameters, self._categories = path, parameters, categories
        try:
            self._text = path.read_text(encoding="utf-8")
            self.raw: dict[str, Any] = tomllib.loads(self._text)
            head = self.raw["regime"]
            self.id, self.as_of = str(head["id"]), date.fromisoformat(head["as_of"])
            self.title, self.kind, self.source = str(head["title"]), head["kind"], str(head["source"])
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as exc:
            raise ControlsInvalid(path=path.name, where="the head", reason=str(exc)) from exc
        self.head: dict[str, Any] = head
        if self.id != path.stem or self.kind not in ("list", "overlay"):
            raise ControlsInvalid(path=path.name, where="the head", reason="the id is the file's stem and the kind 'list' or 'overlay'")

    def _fault(self, entry: Mapping[str, Any], reason: str) -> ControlsInvalid:
        name = str(entry.get("id", ""))
        position = self._text.find(f'"{name}"') if name else -1
        line = f", line {self._text.count(chr(10), 0, position) + 1}" if position >= 0 else ""
        return ControlsInvalid(path=self.path.name, where=f"'{name or 'an entry without id'}'{line}", reason=reason)

    def _expression(self, raw: Any) -> Expression:
        return parse_expression(raw, self._parameters, self._categories)

    def control(self, entry: dict[str, Any]) -> Control:
        """Return one control."""
        try:
            return Control(
                id=entry["id"],
                regime=self.id,
                entry=entry["entry"],
                paragraph=entry["paragraph"],
                title=entry["title"],
                categories=self._known(entry["categories"]),
                summary=entry["summary"],
                test=self._expression(entry["test"]),
                citation=entry["citation"],
                confidence=_confidence(entry),
                as_of=_day(entry, "as_of") or self.as_of,
                exclusions=tuple(
                    Exclusion(x["title"], self._expression(x["test"]), x.get("cites", "")) for x in entry.get("exclusions", ())
                ),
                reasons=tuple(
                    ReasonForControl(r["code"], self._expression(r["when"]) if "when" in r else None) for r in entry.get("reasons", ())
                ),
                exceptions=tuple(LicenceException(x["name"], x["note"]) for x in entry.get("exceptions", ())),
                yields_to=tuple(entry.get("yields_to", ())),
                check_first=tuple(entry.get("check_first", ())),
                valid_from=_day(entry, "valid_from"),
                valid_to=_day(entry, "valid_to"),
                destinations=frozenset(entry.get("destinations", self.head.get("destinations", ()))),
                not_destinations=frozenset(entry.get("not_destinations", self.head.get("not_destinations", ()))),
            )
        except KeyError as exc:
            raise self._fault(entry, f"{exc} is missing") from exc
        except (TypeError, ValueError) as exc:
            raise self._fault(entry, str(exc)) from exc

    def _known(self, categories: Sequence[str]) -> tuple[str, ...]:
        if unknown := [each for each in categories if each not in self._categories]:
            raise ValueError(f"unknown categories: {', '.join(unknown)}")
        if not categories:
            raise ValueError("it names no category")
        return tuple(categories)

    def remarks(self) -> list[Remark]:
        """Return pointers, absent categories and notes."""
        found = []
        kinds: tuple[tuple[Literal["pointer", "absent", "note"], str, str], ...] = (
            ("pointer", "pointers", "note"),
            ("absent", "absent", "reason"),
            ("note", "notes", "note"),
        )
        for kind, table, text in kinds:
            for entry in self.raw.get(table, ()):
                try:
                    categories = self._known(entry["categories"]) if kind != "note" or "categories" in entry else ()
                    destinations = frozenset(entry.get("destinations", ()))
                    controls = tuple(entry.get("controls", ()))
                    found.append(
                        Remark(
                            kind,
                            self.id,
                            entry[text],
                            entry["citation"],
                            _confidence(entry),
                            entry.get("id", ""),
                            entry.get("title", ""),
                            categories,
                            controls,
                            destinations,
                        )
                    )
                except KeyError as exc:
                    raise self._fault(entry, f"{exc} is missing") from exc
                except ValueError as exc:
                    raise self._fault(entry, str(exc)) from exc
        return found


def _confidence(entry: Mapping[str, Any]) -> Confidence:
    if entry["confidence"] not in ("V", "P", "R"):
        raise ValueError("the confidence is V, P or R")
    return entry["confidence"]  # type: ignore[no-any-return]


def _day(entry: Mapping[str, Any], key: str) -> date | None:
    return date.fromisoformat(entry[key]) if key in entry else None


def _followed(reader: _Reader, leader: Regime) -> tuple[list[Control], list[Remark]]:
    """Return the leader's controls and absences that a regime takes over, under its own name."""
    follow = reader.raw.get("follow", {})
    known = {control.id: control for control in leader.controls}
    notes = {remark.id: remark for remark in leader.remarks if remark.id}
    codes = follow.get("entries", {})
    controls: list[Control] = []
    remarks: list[Remark] = []

    def renamed(name: str) -> str:
        return f"{reader.id}-{name.removeprefix(leader.id + '-')}"

    for name in follow.get("controls", ()):
        if name in known:
            c = known[name]
            controls.append(
                replace(
                    c,
                    id=renamed(name),
                    regime=reader.id,
                    entry=codes.get(c.entry, c.entry),
                    as_of=reader.as_of,
                    confidence=follow.get("confidence", c.confidence),
                    exceptions=(),
                    yields_to=tuple(renamed(each) for each in c.yields_to if each in follow["controls"]),
                    check_first=(),
                    citation=f"{reader.source}: as {c.citation}",
                    destinations=frozenset(reader.head.get("destinations", ())),
                )
            )
        elif name in notes:
            remarks.append(replace(notes[name], id=renamed(name), regime=reader.id))
        else:
            raise ControlsInvalid(path=reader.path.name, where="[follow]", reason=f"'{leader.id}' has no control '{name}'")
    if follow.get("absent"):
        listed = {category for control in controls for category in control.categories}
        remarks += [replace(r, regime=reader.id) for r in leader.of_kind("absent") if not listed & set(r.categories)]
    return controls, remarks


def _check(regimes: Iterable[Regime]) -> None:
    for regime in regimes:
        ids = [control.id for control in regime.controls]
        if repeated := sorted({each for each in ids if ids.count(each) > 1}):
            raise ControlsInvalid(path=f"{regime.id}.toml", where=repeated[0], reason="the id is used twice")
        pointers = {remark.id for remark in regime.of_kind("pointer")}
        by_code: dict[str, list[Control]] = {}
        for control in regime.controls:
            file = f"{regime.id}.toml"
            if missing := (set(control.yields_to) - set(ids)) | (set(control.check_first) - pointers):
                raise ControlsInvalid(path=file, where=f"'{control.id}'", reason=f"it names the unknown {', '.join(sorted(missing))}")
            if control.valid_from and control.valid_to and control.valid_from >= control.valid_to:
                raise ControlsInvalid(path=file, where=f"'{control.id}'", reason="it ends before it begins")
            for other in by_code.setdefault(control.code, []):
                if _overlap(control, other):
                    raise ControlsInvalid(
                        path=file, where=f"'{control.id}'", reason=f"its validity overlaps that of '{other.id}' for {control.code}"
                    )
            by_code[control.code].append(control)


def _overlap(one: Control, other: Control) -> bool:
    """Whether two versions of one entry are in force on the same day for the same destinations."""
    starts = max(one.valid_from or date.min, other.valid_from or date.min)
    ends = min(one.valid_to or date.max, other.valid_to or date.max)
    same_places = not one.destinations or not other.destinations or bool(one.destinations & other.destinations)
    return starts < ends and same_places


def read_control_facts(folder: Path) -> ControlFacts:
    """Read every regime of a folder.

    Raises:
        ControlsInvalid: names the file, the entry and its line.
    """
    parameters, categories = load_parameters(), load_taxonomy().ids
    paths = [path for path in sorted(folder.glob("*.toml")) if path.stem not in _OTHER_FILES and not path.stem.startswith("left-out")]
    readers = sorted(
        (_Reader(path, parameters, categories) for path in paths), key=lambda r: ("follows" in r.head, r.kind != "list", r.id != "us", r.id)
    )
    regimes: dict[str, Regime] = {}
    for reader in readers:
        controls = [reader.control(entry) for entry in reader.raw.get("controls", ())]
        remarks = reader.remarks()
        if leader := reader.head.get("follows"):
            if leader not in regimes:
                raise ControlsInvalid(path=reader.path.name, where="the head", reason=f"it follows the unknown regime '{leader}'")
            more, others = _followed(reader, regimes[leader])
            controls, remarks = more + controls, others + remarks
        regimes[reader.id] = Regime(reader.id, reader.title, reader.kind, reader.as_of, reader.source, tuple(controls), tuple(remarks))
    ordered = tuple(sorted(regimes.values(), key=lambda r: (r.kind != "list", {"us": 0, "eu": 1, "gb": 2, "wa": 3}.get(r.id, 9), r.id)))
    _check(ordered)
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in sorted(folder.glob("*.toml")))).hexdigest()[:16]
    return ControlFacts(ordered, parameters, digest)


@cache
def load_control_facts() -> ControlFacts:
    """Return the installed facts (read once per process)."""
    return read_control_facts(CONTROLS_FOLDER)
