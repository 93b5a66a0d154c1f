"""The tables of webhooks. What is to be sent is written beside what happened, in the same transaction."""

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, Text

from serve.store.columns import Id, Json, Stamp, Word
from serve.store.tables import metadata

webhooks = Table(
    "webhooks",
    metadata,
    Column("id", Id, primary_key=True),
    Column("organisation_id", Id, ForeignKey("organisations.id"), nullable=False),
    Column("url", Text, nullable=False),
    Column("events", Json, nullable=False),
    # Sealed with the key of the installation; null once the webhook is deleted.
    Column("secret", Text, nullable=True),
    Column("created_at", Stamp, nullable=False),
    Column("deleted_at", Stamp, nullable=True),
    Index("ix_webhooks_organisation_id", "organisation_id"),
)

webhook_deliveries = Table(
    "webhook_deliveries",
    metadata,
    Column("id", Id, primary_key=True),
    Column("webhook_id", Id, ForeignKey("webhooks.id"), nullable=False),
    Column("organisation_id", Id, ForeignKey("organisations.id"), nullable=False),
    Column("type", Word, nullable=False),
    # Empty for a test. No foreign key: nothing here holds a case back.
    Column("case_id", Id, nullable=False),
    # The very bytes that are signed and sent, every time alike.
    Column("body", Text, nullable=False),
    Column("state", Word, nullable=False),
    # The attempt that comes next, and the last one that was handed to the queue.
    Column("run", Integer, nullable=False),
    Column("queued", Integer, nullable=False),
    Column("attempts", Integer, nullable=False),
    # The first attempt since it was made or replayed; tells when to give up.
    Column("started_at", Stamp, nullable=False),
    Column("due_at", Stamp, nullable=False),
    # What came back last: an HTTP status, or why there was none.
    Column("status", Integer, nullable=True),
    Column("error", Word, nullable=False),
    Column("created_at", Stamp, nullable=False),
    Column("updated_at", Stamp, nullable=False),
    Index("ix_webhook_deliveries_state", "state", "due_at"),
    Index("ix_webhook_deliveries_organisation_id", "organisation_id", "created_at", "id"),
    Index("ix_webhook_deliveries_webhook_id", "webhook_id", "created_at", "id"),
)
