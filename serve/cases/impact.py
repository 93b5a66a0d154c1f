"""What a new model or a new control list does to the cases: how many rest on older ones, and which came back because of it."""

from dataclasses import dataclass
from typing import Any

from serve.cases.desk import Desk
from serve.store.cases import find_cases
from serve.store.figures import control_versions, outdated_count, reopened_ids


@dataclass(frozen=True)
class Changed:
    """A case that came back.

    Attributes:
        difference: why, and what differs; see `serve.cases.reopen`.
    """

    case_id: str
    state: str
    updated_at: str
    difference: dict[str, Any]


@dataclass(frozen=True)
class Impact:
    """The cases beside what would answer now.

    Attributes:
        outdated: how many cases with text rest on another release, taxonomy or set of control facts.
        versions: release, hash of the control facts (empty: none were tested) and how many cases rest on them.
        reassessed: cases reopened because the answer differs now, the last changed first.
    """

    outdated: int
    versions: tuple[tuple[str, str, int], ...]
    reassessed: tuple[Changed, ...]


def impact(desk: Desk, most: int) -> Impact:
    """Return the impact, with the newest `most` cases that came back."""
    with desk.database.reading() as connection:
        outdated = outdated_count(connection, desk.assess.versions)
        versions = control_versions(connection)
        ids = reopened_ids(connection, 4 * most)
        found = {case.id: case for case in find_cases(connection, ids)}
    back = [found[each] for each in ids if (found[each].difference or {}).get("cause") == "reassessed"]
    rows = [Changed(case.id, case.state, case.updated_at, dict(case.difference or {})) for case in back[:most]]
    return Impact(outdated, tuple(versions), tuple(rows))
