"""Webhooks made, shown, tested and ended; deliveries shown and sent again. What an asker may not see is not there."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from data.errors import NotFound, ReplayNotPossible, TooManyWebhooks, WebhooksOff
from serve.accounts.identity import Identity
from serve.clock import Clock, stamp
from serve.operations.request_ids import current_request_id
from serve.settings import Settings
from serve.store.accounts import organisation_by_id
from serve.store.audit import SYSTEM, Happened, append
from serve.store.database import Database
from serve.store.webhooks import (
    Delivery,
    Webhook,
    add_webhook,
    delete_webhook,
    delivery_by_id,
    list_deliveries,
    list_webhooks,
    restart_delivery,
    webhook_by_id,
)
from serve.webhooks.addresses import Network, check_url, networks
from serve.webhooks.events import announce_test
from serve.webhooks.signing import Seal, new_secret

LIMIT = 20
"""Webhooks of one organisation: every event is written once for each."""


@dataclass(frozen=True)
class Hooks:
    """What it takes; `seal` is None when webhooks are switched off."""

    database: Database
    clock: Clock
    seal: Seal | None
    internal: tuple[Network, ...]

    def now(self) -> str:
        """Return the time as a stamp."""
        return stamp(self.clock())


@dataclass(frozen=True)
class Owner:
    """Who asks.

    Attributes:
        user_id: for the audit.
        organisation_id: whose webhooks; None: all, for administrators and commands.
    """

    user_id: str = SYSTEM
    organisation_id: str | None = None

    @classmethod
    def of(cls, asker: Identity) -> "Owner":
        """Return an asker as the owner of webhooks."""
        return cls(asker.user_id, None if asker.sees_all else asker.organisation_id)


def hooks_of(settings: Settings, database: Database, clock: Clock) -> Hooks:
    """Return the webhooks as the settings have them.

    Raises:
        ConfigurationError: a setting cannot be used.
    """
    keys = settings.sealing_keys
    return Hooks(database, clock, Seal.of(keys) if keys else None, networks(settings.webhook_internal))


def _record(connection: Connection, hooks: Hooks, owner: Owner, organisation_id: str, event: str, new: dict[str, Any]) -> None:
    happened = Happened(organisation_id, event, owner.user_id, request_id=current_request_id() or "", new=new)
    append(connection, happened, hooks.now())


def _webhook(connection: Connection, owner: Owner, webhook_id: str) -> Webhook:
    found = webhook_by_id(connection, webhook_id, owner.organisation_id)
    if found is None:
        raise NotFound(what="webhook", id=webhook_id)
    return found


def make_webhook(hooks: Hooks, owner: Owner, organisation_id: str, url: str, events: Sequence[str]) -> tuple[Webhook, str]:
    """Return a new webhook and its secret, which is never shown again.

    Raises:
        WebhookUnusable: the address cannot be used.
        NotFound: there is no such organisation for the asker.
        WebhooksOff: the installation has no key.
        TooManyWebhooks: the organisation has enough of them.
    """
    check_url(url, hooks.internal)
    with hooks.database.writing() as connection:
        if owner.organisation_id not in (None, organisation_id) or organisation_by_id(connection, organisation_id) is None:
            raise NotFound(what="organisation", id=organisation_id)
        if hooks.seal is None:
            raise WebhooksOff()
        hooks.database.alone(connection, f"webhooks of {organisation_id}")
        if len(list_webhooks(connection, organisation_id, "", LIMIT)) == LIMIT:
            raise TooManyWebhooks(limit=LIMIT)
        secret = new_secret()
        ordered = tuple(sorted(set(events)))
        made = add_webhook(connection, organisation_id, url, ordered, hooks.seal.close(secret), hooks.now())
        _record(connection, hooks, owner, organisation_id, "webhook_added", {"webhook_id": made.id, "events": list(ordered)})
    return made, secret


def webhook_for(hooks: Hooks, owner: Owner, webhook_id: str) -> Webhook:
    """Return a webhook.

    Raises:
        NotFound: there is none for the asker.
    """
    with hooks.database.reading() as connection:
        return _webhook(connection, owner, webhook_id)


def webhooks_for(hooks: Hooks, owner: Owner, after: str, limit: int) -> list[Webhook]:
    """Return the webhooks an asker may see, by id."""
    with hooks.database.reading() as connection:
        return list_webhooks(connection, owner.organisation_id, after, limit)


def end_webhook(hooks: Hooks, owner: Owner, webhook_id: str) -> None:
    """Delete a webhook: its secret is forgotten, nothing more is sent to it.

    Raises:
        NotFound: there is none for the asker.
    """
    with hooks.database.writing() as connection:
        found = _webhook(connection, owner, webhook_id)
        delete_webhook(connection, webhook_id, hooks.now())
        _record(connection, hooks, owner, found.organisation_id, "webhook_deleted", {"webhook_id": webhook_id})


def try_webhook(hooks: Hooks, owner: Owner, webhook_id: str) -> Delivery:
    """Send a test message; what came of it shows in the delivery.

    Raises:
        NotFound: there is no such webhook for the asker.
        WebhooksOff: the installation has no key.
    """
    with hooks.database.writing() as connection:
        found = _webhook(connection, owner, webhook_id)
        if hooks.seal is None:
            raise WebhooksOff()
        made = announce_test(connection, webhook_id, found.organisation_id, hooks.now())
        _record(connection, hooks, owner, found.organisation_id, "webhook_tested", {"webhook_id": webhook_id, "delivery_id": made.id})
    return made


def deliveries_for(hooks: Hooks, owner: Owner, webhook_id: str, state: str, after: str, limit: int) -> list[Delivery]:
    """Return the deliveries an asker may see, the newest first; empty words filter nothing."""
    with hooks.database.reading() as connection:
        return list_deliveries(connection, owner.organisation_id, webhook_id, state, after, limit)


def replay(hooks: Hooks, owner: Owner, delivery_id: str) -> Delivery:
    """Send a message again that was given up or delivered, under the same id.

    Raises:
        NotFound: there is none for the asker.
        ReplayNotPossible: it waits, or its webhook was deleted.
        WebhooksOff: the installation has no key.
    """
    with hooks.database.writing() as connection:
        found = delivery_by_id(connection, delivery_id, owner.organisation_id)
        if found is None:
            raise NotFound(what="delivery", id=delivery_id)
        if webhook_by_id(connection, found.webhook_id) is None:
            raise ReplayNotPossible(reason="its webhook was deleted")
        if hooks.seal is None:
            raise WebhooksOff()
        if not restart_delivery(connection, delivery_id, hooks.now()):
            raise ReplayNotPossible(reason="it is still waiting")
        _record(connection, hooks, owner, found.organisation_id, "webhook_replayed", {"delivery_id": delivery_id})
        again = delivery_by_id(connection, delivery_id)
    return again or found
