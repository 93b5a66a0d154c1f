"""Column types that mean the same on both databases, and new ids."""

from typing import Any
from uuid import uuid4

from sqlalchemy import String, Text
from sqlalchemy.types import TypeEngine


def _bytewise(length: int | None = None) -> TypeEngine[Any]:
    """Return text that sorts by code point on PostgreSQL too, whatever the locale of the server."""
    kind = String if length else Text
    return kind(length).with_variant(kind(length, collation="C"), "postgresql")


Id = _bytewise(64)
"""A `new_id()`, a hash in hexadecimal or another short key."""

Stamp = _bytewise(32)
"""A moment in the form of `serve.clock.stamp`."""

Word = _bytewise(64)
"""One of a closed set: a role, a state, an outcome."""

Name = _bytewise(320)
"""What a person typed to name something; as long as the longest e-mail address."""

Json = _bytewise()
"""A JSON document as text."""


def new_id() -> str:
    """Return a fresh id: 32 hexadecimal digits, not guessable."""
    return uuid4().hex
