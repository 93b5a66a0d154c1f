"""The audit chain: each event of an organisation carries the hash of the one before, so that no edit goes unseen.

What may have to be deleted one day (free text) is not hashed itself: the chain holds a salted digest of it. Deleting text and
salt leaves the chain whole and the text unguessable.
"""

import hashlib
import json
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

GENESIS = "0" * 64
"""What the first event of a chain has before it."""

REDACTED = "case_redacted"
"""The type of the event that allows the private part of earlier events of the case to be gone."""


@dataclass(frozen=True)
class Event:
    """One thing that happened.

    Attributes:
        organisation_id: whose chain.
        sequence: 1, 2, 3 ... without gaps; it, not the time, gives the order.
        type: what happened, e.g. `case_submitted`.
        case_id: the case concerned; empty for none.
        actor_id: who did it; `system` for the service itself.
        at: UTC, ISO 8601 with microseconds.
        request_id: of the request that caused it; empty for commands.
        old, new: changed values before and after.
        private: JSON with free text and its salt; None when there is none or it was redacted.
        private_digest: SHA-256 of `private` as it was written; empty when there never was any.
        previous, hash: of the event before, and of this one.
    """

    organisation_id: str
    sequence: int
    type: str
    case_id: str
    actor_id: str
    at: str
    request_id: str
    old: dict[str, Any]
    new: dict[str, Any]
    private: str | None
    private_digest: str
    previous: str
    hash: str


@dataclass(frozen=True)
class Fault:
    """A place where a chain does not hold."""

    organisation_id: str
    sequence: int
    reason: str


@dataclass(frozen=True)
class Head:
    """Where a chain ends."""

    organisation_id: str
    sequence: int
    hash: str


def canonical(content: Any) -> str:
    """Return the one JSON text of a content: sorted keys, no spaces."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def seal_private(texts: dict[str, str]) -> tuple[str | None, str]:
    """Return free text with its salt as JSON, and the digest that goes into the chain; (None, "") for no text."""
    if not any(texts.values()):
        return None, ""
    private = canonical({"salt": secrets.token_hex(16), "texts": texts})
    return private, _sha256(private)


def hash_of(event: Event) -> str:
    """Return the hash of an event over everything but its private text and the hash itself."""
    content = asdict(event)
    del content["private"], content["hash"]
    return _sha256(canonical(content))


def sealed(event: Event) -> Event:
    """Return the event with its hash."""
    return Event(**(vars(event) | {"hash": hash_of(event)}))


def _event_fault(event: Event, expected: int, previous: str) -> str:
    if event.sequence != expected:
        return f"event {expected} is missing" if event.sequence > expected else "the number is used twice"
    if event.previous != previous:
        return "it does not follow the event before it"
    if event.hash != hash_of(event):
        return "its content was changed"
    if event.private is not None and _sha256(event.private) != event.private_digest:
        return "its text was changed"
    return ""


def faults(organisation_id: str, events: Iterable[Event], head: Head | None) -> Iterator[Fault]:
    """Yield every place where a chain does not hold.

    Args:
        organisation_id: whose chain.
        events: in order of sequence.
        head: where the chain must end, as kept elsewhere; None when it is not known.
    """
    expected, previous = 1, GENESIS
    bare: dict[str, int] = {}  # case: the first event whose text is gone without a redaction so far
    for event in events:
        if reason := _event_fault(event, expected, previous):
            yield Fault(organisation_id, event.sequence, reason)
        if event.private is None and event.private_digest:
            bare.setdefault(event.case_id, event.sequence)
        if event.type == REDACTED:
            bare.pop(event.case_id, None)
        expected, previous = event.sequence + 1, event.hash
    for sequence in bare.values():
        yield Fault(organisation_id, sequence, "its text was removed without a redaction")
    if head is not None and (head.sequence, head.hash) != (expected - 1, previous):
        yield Fault(organisation_id, expected - 1, f"the chain should end with event {head.sequence}")
