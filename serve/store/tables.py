"""The tables of accounts, and the metadata all tables share. The migrations build them; a test keeps both alike."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, MetaData, Table

from serve.store.columns import Id, Json, Name, Stamp, Word

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

organisations = Table(
    "organisations",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", Name, nullable=False),
    # The name as it is compared: two organisations never differ in letter case alone.
    Column("name_key", Name, nullable=False, unique=True),
    Column("created_at", Stamp, nullable=False),
)

users = Table(
    "users",
    metadata,
    Column("id", Id, primary_key=True),
    Column("organisation_id", Id, ForeignKey("organisations.id"), nullable=False),
    Column("name", Name, nullable=False),
    Column("name_key", Name, nullable=False, unique=True),
    Column("role", Word, nullable=False),
    # Null: this person logs in through the identity provider only.
    Column("password_hash", Name, nullable=True),
    Column("created_at", Stamp, nullable=False),
    Column("disabled_at", Stamp, nullable=True),
    CheckConstraint("role IN ('exporter', 'officer', 'scientist', 'admin')", name="role"),
    Index(None, "organisation_id"),
)

api_keys = Table(
    "api_keys",
    metadata,
    Column("id", Id, primary_key=True),
    Column("user_id", Id, ForeignKey("users.id"), nullable=False),
    Column("name", Name, nullable=False),
    Column("secret_hash", Id, nullable=False, unique=True),
    Column("scopes", Json, nullable=False),
    Column("created_at", Stamp, nullable=False),
    Column("expires_at", Stamp, nullable=True),
    Column("revoked_at", Stamp, nullable=True),
    Column("last_used_at", Stamp, nullable=True),
    Index(None, "user_id"),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token_hash", Id, primary_key=True),
    Column("user_id", Id, ForeignKey("users.id"), nullable=False),
    Column("created_at", Stamp, nullable=False),
    Column("seen_at", Stamp, nullable=False),
    Index(None, "user_id"),
    Index(None, "created_at"),
)

login_failures = Table(
    "login_failures",
    metadata,
    # The hash of the name that was tried, whether or not somebody has it.
    Column("name_hash", Id, primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("last_at", Stamp, nullable=False),
    Column("locked_until", Stamp, nullable=False),
)

subjects = Table(
    "subjects",
    metadata,
    # Who an identity provider says somebody is: `iss` and `sub` of its tokens.
    Column("issuer", Name, primary_key=True),
    Column("subject", Name, primary_key=True),
    Column("user_id", Id, ForeignKey("users.id"), nullable=False),
    Column("created_at", Stamp, nullable=False),
)

setup_tokens = Table(
    "setup_tokens",
    metadata,
    # The one-time tokens with which the first administrator is made.
    Column("token_hash", Id, primary_key=True),
    Column("created_at", Stamp, nullable=False),
)
