"""Webhooks and what is to be sent to them."""

import sqlalchemy as sa
from alembic import op

from serve.store.columns import Id, Json, Stamp, Word

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of webhooks."""
    op.create_table(
        "webhooks",
        sa.Column("id", Id, nullable=False),
        sa.Column("organisation_id", Id, nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("events", Json, nullable=False),
        sa.Column("secret", sa.Text, nullable=True),
        sa.Column("created_at", Stamp, nullable=False),
        sa.Column("deleted_at", Stamp, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_webhooks"),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name="fk_webhooks_organisation_id_organisations"),
    )
    op.create_index("ix_webhooks_organisation_id", "webhooks", ["organisation_id"])
    op.create_table(
        "webhook_deliveries",
        sa.Column("id", Id, nullable=False),
        sa.Column("webhook_id", Id, nullable=False),
        sa.Column("organisation_id", Id, nullable=False),
        sa.Column("type", Word, nullable=False),
        sa.Column("case_id", Id, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("state", Word, nullable=False),
        sa.Column("run", sa.Integer, nullable=False),
        sa.Column("queued", sa.Integer, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("started_at", Stamp, nullable=False),
        sa.Column("due_at", Stamp, nullable=False),
        sa.Column("status", sa.Integer, nullable=True),
        sa.Column("error", Word, nullable=False),
        sa.Column("created_at", Stamp, nullable=False),
        sa.Column("updated_at", Stamp, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_webhook_deliveries"),
        sa.ForeignKeyConstraint(["webhook_id"], ["webhooks.id"], name="fk_webhook_deliveries_webhook_id_webhooks"),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name="fk_webhook_deliveries_organisation_id_organisations"),
    )
    op.create_index("ix_webhook_deliveries_state", "webhook_deliveries", ["state", "due_at"])
    op.create_index("ix_webhook_deliveries_organisation_id", "webhook_deliveries", ["organisation_id", "created_at", "id"])
    op.create_index("ix_webhook_deliveries_webhook_id", "webhook_deliveries", ["webhook_id", "created_at", "id"])


def downgrade() -> None:
    """Drop them."""
    op.drop_table("webhook_deliveries")
    op.drop_table("webhooks")
