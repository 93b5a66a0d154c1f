"""The human-rights checklist, from `controls/due-diligence.toml`."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from data.errors import ControlsInvalid
from data.parameter_facts import CONTROLS_FOLDER

CHECKLIST_FILE = CONTROLS_FOLDER / "due-diligence.toml"


@dataclass(frozen=True)
class ChecklistItem:
    """One thing to know before an export, why, and where the duty comes from."""

    id: str
    section: str
    question: str
    why: str
    source: str


def read_checklist(path: Path) -> tuple[ChecklistItem, ...]:
    """Read the checklist.

    Raises:
        ControlsInvalid: unreadable, a missing field, or an id used twice.
    """
    try:
        items = tuple(ChecklistItem(**entry) for entry in tomllib.loads(path.read_text(encoding="utf-8"))["items"])
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError, TypeError) as exc:
        raise ControlsInvalid(path=path.name, where="the file", reason=str(exc)) from exc
    if len({item.id for item in items}) != len(items):
        raise ControlsInvalid(path=path.name, where="the items", reason="an id is used twice")
    return items


@cache
def load_checklist() -> tuple[ChecklistItem, ...]:
    """Return the installed checklist (read once per process)."""
    return read_checklist(CHECKLIST_FILE)
