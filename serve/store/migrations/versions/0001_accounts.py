"""Organisations, users, keys, sessions, failed logins, subjects of identity providers, setup tokens."""

import sqlalchemy as sa
from alembic import op

from serve.store.columns import Id, Json, Name, Stamp, Word

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of accounts."""
    op.create_table(
        "organisations",
        sa.Column("id", Id, nullable=False),
        sa.Column("name", Name, nullable=False),
        sa.Column("name_key", Name, nullable=False),
        sa.Column("created_at", Stamp, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_organisations"),
        sa.UniqueConstraint("name_key", name="uq_organisations_name_key"),
    )
    op.create_table(
        "users",
        sa.Column("id", Id, nullable=False),
        sa.Column("organisation_id", Id, nullable=False),
        sa.Column("name", Name, nullable=False),
        sa.Column("name_key", Name, nullable=False),
        sa.Column("role", Word, nullable=False),
        sa.Column("password_hash", Name, nullable=True),
        sa.Column("created_at", Stamp, nullable=False),
        sa.Column("disabled_at", Stamp, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_users"),
        sa.UniqueConstraint("name_key", name="uq_users_name_key"),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name="fk_users_organisation_id_organisations"),
        sa.CheckConstraint("role IN ('exporter', 'officer', 'scientist', 'admin')", name="ck_users_role"),
    )
    op.create_index("ix_users_organisation_id", "users", ["organisation_id"])
    op.create_table(
        "api_keys",
        sa.Column("id", Id, nullable=False),
        sa.Column("user_id", Id, nullable=False),
        sa.Column("name", Name, nullable=False),
        sa.Column("secret_hash", Id, nullable=False),
        sa.Column("scopes", Json, nullable=False),
        sa.Column("created_at", Stamp, nullable=False),
        sa.Column("expires_at", Stamp, nullable=True),
        sa.Column("revoked_at", Stamp, nullable=True),
        sa.Column("last_used_at", Stamp, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_api_keys"),
        sa.UniqueConstraint("secret_hash", name="uq_api_keys_secret_hash"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_api_keys_user_id_users"),
    )
    op.create_index("ix_api_keys_user_id", "api_keys", ["user_id"])
    op.create_table(
        "sessions",
        sa.Column("token_hash", Id, nullable=False),
        sa.Column("user_id", Id, nullable=False),
        sa.Column("created_at", Stamp, nullable=False),
        sa.Column("seen_at", Stamp, nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name="pk_sessions"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_sessions_user_id_users"),
    )
    op.create_index("ix_sessions_user_id", "sessions", ["user_id"])
    op.create_index("ix_sessions_created_at", "sessions", ["created_at"])
    op.create_table(
        "login_failures",
        sa.Column("name_hash", Id, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("last_at", Stamp, nullable=False),
        sa.Column("locked_until", Stamp, nullable=False),
        sa.PrimaryKeyConstraint("name_hash", name="pk_login_failures"),
    )
    op.create_table(
        "subjects",
        sa.Column("issuer", Name, nullable=False),
        sa.Column("subject", Name, nullable=False),
        sa.Column("user_id", Id, nullable=False),
        sa.Column("created_at", Stamp, nullable=False),
        sa.PrimaryKeyConstraint("issuer", "subject", name="pk_subjects"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_subjects_user_id_users"),
    )
    op.create_table(
        "setup_tokens",
        sa.Column("token_hash", Id, nullable=False),
        sa.Column("created_at", Stamp, nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name="pk_setup_tokens"),
    )


def downgrade() -> None:
    """Drop the tables of accounts, in the order their references allow."""
    for table in ("setup_tokens", "subjects", "login_failures", "sessions", "api_keys", "users", "organisations"):
        op.drop_table(table)
