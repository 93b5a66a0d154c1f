"""The audit on disk: append one event, read chains, remove text. Nothing else can be done to it."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from sqlalchemy import Connection, RowMapping, insert, select, text, update

from serve.cases.chain import GENESIS, Event, Head, canonical, seal_private, sealed
from serve.store.case_tables import audit_events, audit_heads

SYSTEM = "system"
"""The actor when the service itself did it."""


@dataclass(frozen=True)
class Happened:
    """What is to be recorded.

    Attributes:
        organisation_id: whose chain: the organisation that the thing belongs to.
        type: what happened.
        actor_id: who did it.
        case_id, request_id: where and by which request; empty for none.
        old, new: changed values, JSON types; no free text.
        texts: free text; the chain holds its salted digest only.
    """

    organisation_id: str
    type: str
    actor_id: str
    case_id: str = ""
    request_id: str = ""
    old: dict[str, Any] = field(default_factory=dict)
    new: dict[str, Any] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)


def _locked_head(connection: Connection, organisation_id: str) -> Head:
    """Return the end of the chain; nobody else appends to it before this transaction ends."""
    query = select(audit_heads).where(audit_heads.c.organisation_id == organisation_id).with_for_update()
    row = connection.execute(query).mappings().first()
    if row is None:
        connection.execute(
            text("INSERT INTO audit_heads (organisation_id, sequence, hash) VALUES (:id, 0, :hash) ON CONFLICT DO NOTHING"),
            {"id": organisation_id, "hash": GENESIS},
        )
        row = connection.execute(query).mappings().one()
    return Head(**row)


def append(connection: Connection, happened: Happened, at: str) -> Event:
    """Add an event to its organisation's chain, in the transaction of the change it records."""
    head = _locked_head(connection, happened.organisation_id)
    private, digest = seal_private(happened.texts)
    event = sealed(
        Event(
            organisation_id=happened.organisation_id,
            sequence=head.sequence + 1,
            type=happened.type,
            case_id=happened.case_id,
            actor_id=happened.actor_id,
            at=at,
            request_id=happened.request_id,
            old=happened.old,
            new=happened.new,
            private=private,
            private_digest=digest,
            previous=head.hash,
            hash="",
        )
    )
    connection.execute(insert(audit_events).values(vars(event) | {"old": canonical(event.old), "new": canonical(event.new)}))
    connection.execute(
        update(audit_heads)
        .where(audit_heads.c.organisation_id == happened.organisation_id)
        .values(sequence=event.sequence, hash=event.hash)
    )
    return event


def _event(row: RowMapping) -> Event:
    values = {each.name: row[each.name] for each in fields(Event)}
    return Event(**(values | {"old": json.loads(values["old"]), "new": json.loads(values["new"])}))


def chain(connection: Connection, organisation_id: str) -> Iterator[Event]:
    """Yield an organisation's events in order, a few at a time."""
    query = select(audit_events).where(audit_events.c.organisation_id == organisation_id).order_by(audit_events.c.sequence)
    for row in connection.execution_options(yield_per=500).execute(query).mappings():
        yield _event(row)


def events_of_case(connection: Connection, case_id: str) -> Sequence[Event]:
    """Return what happened to a case, in order."""
    query = select(audit_events).where(audit_events.c.case_id == case_id).order_by(audit_events.c.sequence)
    return [_event(row) for row in connection.execute(query).mappings()]


def heads(connection: Connection) -> Sequence[Head]:
    """Return where each chain ends, including chains whose end was lost but whose events are there."""
    known = {row["organisation_id"]: Head(**row) for row in connection.execute(select(audit_heads)).mappings()}
    for name in connection.execute(select(audit_events.c.organisation_id).distinct()).scalars():
        known.setdefault(name, Head(name, 0, GENESIS))
    return [known[name] for name in sorted(known)]


def remove_texts(connection: Connection, case_id: str) -> None:
    """Remove the free text of a case's events with its salt. The chain stays whole."""
    connection.execute(
        update(audit_events).where(audit_events.c.case_id == case_id, audit_events.c.private.is_not(None)).values(private=None)
    )
