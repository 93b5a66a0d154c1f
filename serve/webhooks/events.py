"""What webhooks are told of, and in which words: no text that anybody wrote is ever in a message."""

import json
from typing import Literal, get_args

from sqlalchemy import Connection

from serve.cases.case import Case
from serve.store.webhooks import Delivery, add_delivery, subscribers

EventType = Literal["case.determined", "case.information_requested"]
EVENTS: tuple[EventType, ...] = get_args(EventType)
TEST = "webhook.test"
"""Sent on request, to see whether a webhook works."""

_OF_AUDIT: dict[str, EventType] = {"case_determined": "case.determined", "information_requested": "case.information_requested"}


def _body(event: str, now: str, data: dict[str, object]) -> str:
    return json.dumps({"type": event, "timestamp": now, "data": data}, separators=(",", ":"))


def announce(connection: Connection, case: Case, event: str, now: str) -> None:
    """Write down whom a change of a case is to be told, in the transaction of the change.

    Args:
        connection: of that transaction.
        case: after the change.
        event: type of the audit event; most are nobody's business.
        now: the time of the change, as a stamp.
    """
    told = _OF_AUDIT.get(event)
    if told is None:
        return
    data = {
        "case_id": case.id,
        "state": case.state,
        "outcome": case.final_outcome or case.outcome,
        "categories": list(case.categories if case.final_categories is None else case.final_categories),
        "at": now,
        "version": case.version,
    }
    for webhook_id in subscribers(connection, case.organisation_id, told):
        add_delivery(connection, webhook_id, case.organisation_id, told, _body(told, now, data), now, case.id)


def announce_test(connection: Connection, webhook_id: str, organisation_id: str, now: str) -> Delivery:
    """Write down that a test is to be sent to a webhook."""
    return add_delivery(connection, webhook_id, organisation_id, TEST, _body(TEST, now, {"webhook_id": webhook_id}), now)
