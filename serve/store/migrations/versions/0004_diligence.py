"""The exporter's answers to the human-rights checklist, kept with the case."""

import sqlalchemy as sa
from alembic import op

from serve.store.columns import Json

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; cases from before have no answers."""
    op.add_column("cases", sa.Column("diligence", Json, nullable=False, server_default="{}"))


def downgrade() -> None:
    """Drop it."""
    op.drop_column("cases", "diligence")
