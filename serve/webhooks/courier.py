"""One attempt to deliver: read what is to be sent, send it, write down what came of it."""

import random
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from data.errors import SecretSealed
from serve.clock import Clock, parse_stamp, stamp
from serve.settings import Settings
from serve.store.audit import SYSTEM, Happened, append
from serve.store.database import Database
from serve.store.webhooks import Delivery, change_delivery, delivery_by_id, webhook_by_id
from serve.webhooks.addresses import Network, networks
from serve.webhooks.schedule import Chance, Schedule
from serve.webhooks.sending import Sent, send
from serve.webhooks.signing import Seal, signed_headers


@dataclass(frozen=True)
class Courier:
    """What an attempt needs.

    Attributes:
        internal: networks that webhooks may lead to although they are internal.
        chance: spreads the waits; nothing secret.
    """

    database: Database
    clock: Clock
    seal: Seal
    schedule: Schedule
    timeout_seconds: float
    internal: tuple[Network, ...]
    chance: Chance = field(default_factory=random.SystemRandom)

    def send(self, delivery_id: str, run: int) -> Sent | None:
        """Make an attempt; None when it is not wanted any more: cancelled, delivered, or another attempt took its place."""
        with self.database.reading() as connection:
            delivery = delivery_by_id(connection, delivery_id)
            if delivery is None or delivery.state != "waiting" or delivery.run != run:
                return None
            webhook = webhook_by_id(connection, delivery.webhook_id)
        if webhook is None or webhook.secret is None:
            return None
        try:
            secret = self.seal.open(webhook.secret)
        except SecretSealed:
            return Sent(None, "secret_sealed")
        headers = signed_headers(secret, delivery.id, delivery.body, self.clock())
        return send(webhook.url, headers, delivery.body, self.timeout_seconds, self.internal)

    def settle(self, delivery_id: str, run: int, sent: Sent) -> None:
        """Write down what came of an attempt: delivered, to be tried again, or given up, which the audit tells."""
        now = self.clock()
        with self.database.writing() as connection:
            delivery = delivery_by_id(connection, delivery_id)
            if delivery is None:
                return
            values: dict[str, Any] = {
                "attempts": delivery.attempts + 1,
                "status": sent.status,
                "error": sent.error,
                "updated_at": stamp(now),
            }
            if sent.accepted:
                # Whatever attempt it was: the receiver has it.
                change_delivery(connection, delivery_id, values | {"state": "delivered"})
                return
            due = self.schedule.next(delivery.attempts + 1, parse_stamp(delivery.started_at), now, self.chance)
            if due is not None and not sent.hopeless:
                change_delivery(connection, delivery_id, values | {"run": run + 1, "due_at": stamp(due)}, run)
            elif change_delivery(connection, delivery_id, values | {"state": "dead"}, run):
                append(connection, _given_up(delivery, sent), stamp(now))


def _given_up(delivery: Delivery, sent: Sent) -> Happened:
    told = {"delivery_id": delivery.id, "webhook_id": delivery.webhook_id, "status": sent.status, "error": sent.error}
    return Happened(delivery.organisation_id, "webhook_delivery_given_up", SYSTEM, new=told)


def courier_of(settings: Settings, database: Database, clock: Clock) -> Courier:
    """Return the courier as the settings have it.

    Raises:
        ConfigurationError: a setting cannot be used, or there is no key.
    """
    internal = networks(settings.webhook_internal)
    schedule = Schedule(timedelta(seconds=settings.webhook_retry_seconds), timedelta(hours=settings.webhook_hours))
    return Courier(database, clock, Seal.of(settings.sealing_keys), schedule, settings.webhook_timeout_seconds, internal)
