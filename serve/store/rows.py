"""Rows to frozen values and back: the one place that knows which columns are JSON and which are truth values."""

import json
from collections.abc import Mapping
from dataclasses import fields
from typing import Any, TypeVar

from sqlalchemy import RowMapping

Value = TypeVar("Value")

_LISTS = ("categories", "reasons", "final_categories", "parties")
_OBJECTS = ("answers", "diligence", "body", "difference")
_TRUTHS = ("consent", "review_required")


def decoded(kind: type[Value], row: RowMapping) -> Value:
    """Return a row as a frozen value of a kind whose attributes are named like the columns."""
    values: dict[str, Any] = {}
    for each in fields(kind):  # type: ignore[arg-type]  # every kind is a dataclass
        value = row[each.name]
        if value is not None and each.name in _LISTS:
            value = tuple(json.loads(value))
        elif value is not None and each.name in _OBJECTS:
            value = json.loads(value)
        elif each.name in _TRUTHS:
            value = bool(value)
        values[each.name] = value
    return kind(**values)


def encoded(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return attribute values as column values."""
    out: dict[str, Any] = {}
    for name, value in values.items():
        if value is not None and name in (*_LISTS, *_OBJECTS):
            out[name] = json.dumps(list(value) if name in _LISTS else value, ensure_ascii=False, separators=(",", ":"))
        elif name in _TRUTHS:
            out[name] = int(value)
        else:
            out[name] = value
    return out
