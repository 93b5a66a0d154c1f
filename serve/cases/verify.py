"""Whether the audit can be believed: every chain holds, ends where it should, and tells of the cases what the cases say."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Connection

from serve.cases.chain import REDACTED, Event, Fault, Head, faults
from serve.cases.submit import description_digest
from serve.store.audit import chain, heads
from serve.store.cases import find_cases
from serve.store.database import Database

_BATCH = 500
_COMPARED = ("version", "state", "outcome", "categories", "final_outcome", "final_categories", "release", "round", "readings")


def _told(known: dict[str, dict[str, Any]], event: Event) -> None:
    """Bring what the audit says of a case up to date with one event."""
    if event.case_id:
        of_case = known.setdefault(event.case_id, {"organisation": event.organisation_id})
        of_case |= {name: value for name, value in event.new.items() if name in (*_COMPARED, "description")}
        of_case["sequence"] = event.sequence
        of_case["redacted"] = event.type == REDACTED or of_case.get("redacted", False)


def _case_faults(connection: Connection, known: Mapping[str, dict[str, Any]]) -> Iterator[Fault]:
    ids = sorted(known)
    found = {case.id: case for start in range(0, len(ids), _BATCH) for case in find_cases(connection, ids[start : start + _BATCH])}
    for case_id, told in sorted(known.items()):
        case = found.get(case_id)
        at = (str(told["organisation"]), int(told["sequence"]))
        if case is None:
            yield Fault(*at, f"the case {case_id} is missing")
            continue
        stored = json.loads(json.dumps({name: getattr(case, name) for name in _COMPARED}))
        if wrong := [name for name in _COMPARED if name in told and told[name] != stored[name]]:
            yield Fault(*at, f"the case {case_id} does not say what the audit says: {', '.join(wrong)}")
        if case.description is not None and description_digest(str(case.text_salt), case.description) != told.get("description"):
            yield Fault(*at, f"the description of the case {case_id} was changed")
        if case.description is None and not told["redacted"]:
            yield Fault(*at, f"the description of the case {case_id} is gone")


class _Watched:
    """A chain on its way through the check: notes what it tells of the cases and whether it passes its anchor."""

    def __init__(self, connection: Connection, organisation_id: str, anchor: Head | None, known: dict[str, dict[str, Any]]) -> None:
        self._connection = connection
        self._organisation_id = organisation_id
        self._anchor = anchor
        self._known = known
        self._met = anchor is None or anchor.sequence == 0

    def __iter__(self) -> Iterator[Event]:
        for event in chain(self._connection, self._organisation_id):
            _told(self._known, event)
            if self._anchor is not None and (event.sequence, event.hash) == (self._anchor.sequence, self._anchor.hash):
                self._met = True
            yield event

    def faults(self) -> list[Fault]:
        """Return the fault of an anchor that was not passed."""
        if self._met or self._anchor is None:
            return []
        return [Fault(self._organisation_id, self._anchor.sequence, "the event is not the one that was anchored")]


def verify(database: Database, anchors: Mapping[str, Head] | None = None) -> tuple[list[Fault], list[Head]]:
    """Check every chain and every case against it.

    Args:
        database: the store.
        anchors: ends of chains kept elsewhere, by organisation, against somebody who rewrites a whole chain: the event of that
            number must still have that hash.

    Returns:
        The faults (none: all is well) and the present ends of the chains, to be kept elsewhere.
    """
    anchors = anchors or {}
    found: list[Fault] = []
    known: dict[str, dict[str, Any]] = {}
    with database.reading() as connection:
        ends = list(heads(connection))
        for head in ends:
            watched = _Watched(connection, head.organisation_id, anchors.get(head.organisation_id), known)
            found += faults(head.organisation_id, watched, head)
            found += watched.faults()
        lost = sorted(set(anchors) - {head.organisation_id for head in ends})
        found += [Fault(name, anchors[name].sequence, "the whole chain is missing") for name in lost]
        found += _case_faults(connection, known)
    return found, ends
