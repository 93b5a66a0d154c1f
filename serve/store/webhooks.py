"""Webhooks and their deliveries: the SQL. A delivery is changed by conditional updates only, so that late attempts change nothing."""

import json
from dataclasses import dataclass
from typing import Any, Literal, cast, get_args

from sqlalchemy import Connection, RowMapping, Select, and_, delete, func, insert, or_, select, update

from serve.store.columns import new_id
from serve.store.webhook_tables import webhook_deliveries as deliveries
from serve.store.webhook_tables import webhooks

DeliveryState = Literal["waiting", "delivered", "dead", "cancelled"]
DELIVERY_STATES: tuple[DeliveryState, ...] = get_args(DeliveryState)


@dataclass(frozen=True)
class Webhook:
    """An address that an organisation wants to be told at.

    Attributes:
        events: what of.
        secret: sealed; None once deleted.
    """

    id: str
    organisation_id: str
    url: str
    events: tuple[str, ...]
    secret: str | None
    created_at: str
    deleted_at: str | None


@dataclass(frozen=True)
class Delivery:
    """One message to one webhook. See `serve.store.webhook_tables` for what the numbers mean."""

    id: str
    webhook_id: str
    organisation_id: str
    type: str
    case_id: str
    body: str
    state: DeliveryState
    run: int
    queued: int
    attempts: int
    started_at: str
    due_at: str
    status: int | None
    error: str
    created_at: str
    updated_at: str


def _webhook(row: RowMapping) -> Webhook:
    return Webhook(**{**row, "events": tuple(json.loads(row["events"]))})


def add_webhook(connection: Connection, organisation_id: str, url: str, events: tuple[str, ...], secret: str, now: str) -> Webhook:
    """Store a new webhook with its sealed secret."""
    made = Webhook(new_id(), organisation_id, url, events, secret, now, None)
    connection.execute(insert(webhooks).values(vars(made) | {"events": json.dumps(events)}))
    return made


def webhook_by_id(connection: Connection, webhook_id: str, organisation_id: str | None = None) -> Webhook | None:
    """Return a webhook that is not deleted; with `organisation_id` only when of that organisation."""
    query = select(webhooks).where(webhooks.c.id == webhook_id, webhooks.c.deleted_at.is_(None))
    if organisation_id is not None:
        query = query.where(webhooks.c.organisation_id == organisation_id)
    row = connection.execute(query).mappings().one_or_none()
    return _webhook(row) if row else None


def list_webhooks(connection: Connection, organisation_id: str | None, after: str, limit: int) -> list[Webhook]:
    """Return webhooks that are not deleted, by id, those behind `after`; of one organisation, or of all."""
    query = select(webhooks).where(webhooks.c.deleted_at.is_(None), webhooks.c.id > after).order_by(webhooks.c.id).limit(limit)
    if organisation_id is not None:
        query = query.where(webhooks.c.organisation_id == organisation_id)
    return [_webhook(row) for row in connection.execute(query).mappings()]


def delete_webhook(connection: Connection, webhook_id: str, now: str) -> None:
    """End a webhook: its secret is forgotten, what waits for it is cancelled."""
    connection.execute(update(webhooks).where(webhooks.c.id == webhook_id).values(secret=None, deleted_at=now))
    waiting = and_(deliveries.c.webhook_id == webhook_id, deliveries.c.state == "waiting")
    connection.execute(update(deliveries).where(waiting).values(state="cancelled", updated_at=now))


def subscribers(connection: Connection, organisation_id: str, event: str) -> list[str]:
    """Return the ids of an organisation's webhooks that want to be told of a kind of event."""
    query = select(webhooks).where(webhooks.c.organisation_id == organisation_id, webhooks.c.deleted_at.is_(None))
    found = [_webhook(row) for row in connection.execute(query.order_by(webhooks.c.id)).mappings()]
    return [each.id for each in found if event in each.events]


def add_delivery(
    connection: Connection, webhook_id: str, organisation_id: str, event: str, body: str, now: str, case_id: str = ""
) -> Delivery:
    """Store a message that is to be sent."""
    made = Delivery(
        id=new_id(),
        webhook_id=webhook_id,
        organisation_id=organisation_id,
        type=event,
        case_id=case_id,
        body=body,
        state="waiting",
        run=1,
        queued=0,
        attempts=0,
        started_at=now,
        due_at=now,
        status=None,
        error="",
        created_at=now,
        updated_at=now,
    )
    connection.execute(insert(deliveries).values(vars(made)))
    return made


def _found(connection: Connection, query: Select[Any]) -> list[Delivery]:
    return [Delivery(**row) for row in connection.execute(query).mappings()]


def delivery_by_id(connection: Connection, delivery_id: str, organisation_id: str | None = None) -> Delivery | None:
    """Return a delivery; with `organisation_id` only when of that organisation."""
    query = select(deliveries).where(deliveries.c.id == delivery_id)
    if organisation_id is not None:
        query = query.where(deliveries.c.organisation_id == organisation_id)
    return next(iter(_found(connection, query)), None)


def list_deliveries(
    connection: Connection, organisation_id: str | None, webhook_id: str, state: str, after: str, limit: int
) -> list[Delivery]:
    """Return deliveries, the newest first, those behind the delivery `after`; empty words filter nothing."""
    query = select(deliveries).order_by(deliveries.c.created_at.desc(), deliveries.c.id.desc()).limit(limit)
    if organisation_id is not None:
        query = query.where(deliveries.c.organisation_id == organisation_id)
    if webhook_id:
        query = query.where(deliveries.c.webhook_id == webhook_id)
    if state:
        query = query.where(deliveries.c.state == state)
    if after:
        at = select(deliveries.c.created_at).where(deliveries.c.id == after).scalar_subquery()
        query = query.where(or_(deliveries.c.created_at < at, and_(deliveries.c.created_at == at, deliveries.c.id < after)))
    return _found(connection, query)


def unqueued(connection: Connection, limit: int) -> list[Delivery]:
    """Return what waits and was not yet handed to the queue, the most urgent first."""
    query = select(deliveries).where(deliveries.c.state == "waiting", deliveries.c.queued < deliveries.c.run)
    return _found(connection, query.order_by(deliveries.c.due_at).limit(limit))


def mark_queued(connection: Connection, delivery_id: str, run: int) -> None:
    """Note that an attempt was handed to the queue."""
    connection.execute(update(deliveries).where(deliveries.c.id == delivery_id, deliveries.c.run == run).values(queued=run))


def overdue_attempts(connection: Connection, due_before: str) -> list[tuple[str, int]]:
    """Return delivery and number of attempts that were handed to the queue and should have been made by now."""
    query = select(deliveries.c.id, deliveries.c.run).where(
        deliveries.c.state == "waiting", deliveries.c.queued == deliveries.c.run, deliveries.c.due_at < due_before
    )
    return [(row.id, row.run) for row in connection.execute(query)]


def change_delivery(connection: Connection, delivery_id: str, values: dict[str, Any], run: int | None = None) -> bool:
    """Change a waiting delivery; with `run` only while that attempt is the one that counts. Say whether it was changed."""
    wanted = and_(deliveries.c.id == delivery_id, deliveries.c.state == "waiting")
    if run is not None:
        wanted = and_(wanted, deliveries.c.run == run)
    return connection.execute(update(deliveries).where(wanted).values(values)).rowcount == 1


def restart_delivery(connection: Connection, delivery_id: str, now: str) -> bool:
    """Let a dead or delivered message wait again, as if it were new; say whether it was one of these."""
    wanted = and_(deliveries.c.id == delivery_id, deliveries.c.state.in_(("dead", "delivered")))
    fresh = {"state": "waiting", "attempts": 0, "started_at": now, "due_at": now, "updated_at": now}
    return connection.execute(update(deliveries).where(wanted).values(**fresh, run=deliveries.c.run + 1)).rowcount == 1


def remove_delivered(connection: Connection, before: str) -> int:
    """Remove what was delivered or cancelled before a moment; return how many."""
    over = and_(deliveries.c.state.in_(("delivered", "cancelled")), deliveries.c.updated_at < before)
    return connection.execute(delete(deliveries).where(over)).rowcount


def delivery_counts(connection: Connection) -> dict[DeliveryState, int]:
    """Return how many deliveries wait, and how many were given up."""
    query = select(deliveries.c.state, func.count()).where(deliveries.c.state.in_(("waiting", "dead"))).group_by(deliveries.c.state)
    counts = {cast("DeliveryState", row[0]): int(row[1]) for row in connection.execute(query)}
    return {"waiting": counts.get("waiting", 0), "dead": counts.get("dead", 0)}
