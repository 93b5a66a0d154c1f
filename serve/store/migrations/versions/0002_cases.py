"""Cases, assessments, readings, determinations, questions, the audit chain, and the full-text index."""

import sqlalchemy as sa
from alembic import op

from serve.store.columns import Id, Json, Name, Stamp, Word

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# The audit is append-only for the program itself too: only the text of an event may go.
_FIXED = (
    "organisation_id",
    "sequence",
    "type",
    "case_id",
    "actor_id",
    "at",
    "request_id",
    "old",
    "new",
    "private_digest",
    "previous",
    "hash",
)

_SEARCH = {
    "sqlite": "CREATE VIRTUAL TABLE case_search USING fts5(case_id, body, tokenize = 'unicode61 remove_diacritics 2')",
    "postgresql": """
        CREATE TABLE case_search (
            case_id VARCHAR(64) COLLATE "C" NOT NULL CONSTRAINT pk_case_search PRIMARY KEY,
            document TSVECTOR NOT NULL
        )
    """,
}


def _only_text_goes(connective: str) -> str:
    changed = " OR ".join(f"NEW.{name} {connective} OLD.{name}" for name in _FIXED)
    return f"NEW.private IS NOT NULL OR {changed}"


def _guard(dialect: str) -> None:
    if dialect == "sqlite":
        op.execute(
            "CREATE TRIGGER audit_events_kept BEFORE DELETE ON audit_events BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END"
        )
        op.execute(
            f"CREATE TRIGGER audit_events_fixed BEFORE UPDATE ON audit_events WHEN {_only_text_goes('IS NOT')} "
            "BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END"
        )
        return
    op.execute(
        "CREATE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the audit is append-only'; END $$"
    )
    op.execute("CREATE TRIGGER audit_events_kept BEFORE DELETE ON audit_events FOR EACH ROW EXECUTE FUNCTION audit_append_only()")
    op.execute(
        f"CREATE TRIGGER audit_events_fixed BEFORE UPDATE ON audit_events FOR EACH ROW "
        f"WHEN ({_only_text_goes('IS DISTINCT FROM')}) EXECUTE FUNCTION audit_append_only()"
    )


def upgrade() -> None:
    """Make the tables of cases."""
    op.create_table(
        "cases",
        sa.Column("id", Id, nullable=False),
        sa.Column("organisation_id", Id, nullable=False),
        sa.Column("submitter_id", Id, nullable=False),
        sa.Column("state", Word, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("description", sa.Text, nullable=True),
        sa.Column("text_salt", Id, nullable=True),
        sa.Column("text_hash", Id, nullable=True),
        sa.Column("product_name", sa.Text, nullable=False),
        sa.Column("model", sa.Text, nullable=False),
        sa.Column("destination", Name, nullable=False),
        sa.Column("parties", Json, nullable=False),
        sa.Column("declared", sa.Text, nullable=False),
        sa.Column("answers", Json, nullable=False),
        sa.Column("consent", sa.Integer, nullable=False),
        sa.Column("outcome", Word, nullable=False),
        sa.Column("categories", Json, nullable=False),
        sa.Column("reasons", Json, nullable=False),
        sa.Column("review_required", sa.Integer, nullable=False),
        sa.Column("likeliest", sa.Float, nullable=False),
        sa.Column("release", Name, nullable=False),
        sa.Column("taxonomy", Word, nullable=False),
        sa.Column("controls", Name, nullable=False),
        sa.Column("final_outcome", Word, nullable=True),
        sa.Column("final_categories", Json, nullable=True),
        sa.Column("difference", Json, nullable=True),
        sa.Column("round", sa.Integer, nullable=False),
        sa.Column("readings", sa.Integer, nullable=False),
        sa.Column("claimed_by", Id, nullable=True),
        sa.Column("lease_until", Stamp, nullable=True),
        sa.Column("due_at", Stamp, nullable=True),
        sa.Column("rank_at", Stamp, nullable=True),
        sa.Column("submitted_at", Stamp, nullable=False),
        sa.Column("updated_at", Stamp, nullable=False),
        sa.Column("closed_at", Stamp, nullable=True),
        sa.Column("redacted_at", Stamp, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_cases"),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name="fk_cases_organisation_id_organisations"),
        sa.ForeignKeyConstraint(["submitter_id"], ["users.id"], name="fk_cases_submitter_id_users"),
        sa.ForeignKeyConstraint(["claimed_by"], ["users.id"], name="fk_cases_claimed_by_users"),
    )
    op.create_index("ix_cases_organisation_id", "cases", ["organisation_id", "submitted_at", "id"])
    op.create_index("ix_cases_state", "cases", ["state", "rank_at", "id"])
    op.create_index("ix_cases_submitted_at", "cases", ["submitted_at", "id"])
    op.create_index("ix_cases_text_hash", "cases", ["text_hash"])
    op.create_table(
        "assessments",
        sa.Column("case_id", Id, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("outcome", Word, nullable=False),
        sa.Column("categories", Json, nullable=False),
        sa.Column("reasons", Json, nullable=False),
        sa.Column("release", Name, nullable=False),
        sa.Column("taxonomy", Word, nullable=False),
        sa.Column("controls", Name, nullable=False),
        sa.Column("body", Json, nullable=False),
        sa.Column("made_at", Stamp, nullable=False),
        sa.PrimaryKeyConstraint("case_id", "number", name="pk_assessments"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_assessments_case_id_cases"),
    )
    op.create_table(
        "readings",
        sa.Column("case_id", Id, nullable=False),
        sa.Column("round", sa.Integer, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("officer_id", Id, nullable=False),
        sa.Column("action", Word, nullable=False),
        sa.Column("outcome", Word, nullable=False),
        sa.Column("categories", Json, nullable=False),
        sa.Column("reason_code", Word, nullable=False),
        sa.Column("comment", sa.Text, nullable=False),
        sa.Column("on_version", sa.Integer, nullable=False),
        sa.Column("made_at", Stamp, nullable=False),
        sa.PrimaryKeyConstraint("case_id", "round", "number", name="pk_readings"),
        sa.UniqueConstraint("case_id", "round", "officer_id", name="uq_readings_officer_id"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_readings_case_id_cases"),
        sa.ForeignKeyConstraint(["officer_id"], ["users.id"], name="fk_readings_officer_id_users"),
    )
    op.create_table(
        "determinations",
        sa.Column("case_id", Id, nullable=False),
        sa.Column("round", sa.Integer, nullable=False),
        sa.Column("outcome", Word, nullable=False),
        sa.Column("categories", Json, nullable=False),
        sa.Column("reason_code", Word, nullable=False),
        sa.Column("comment", sa.Text, nullable=False),
        sa.Column("officer_id", Id, nullable=False),
        sa.Column("release", Name, nullable=False),
        sa.Column("taxonomy", Word, nullable=False),
        sa.Column("controls", Name, nullable=False),
        sa.Column("made_at", Stamp, nullable=False),
        sa.PrimaryKeyConstraint("case_id", "round", name="pk_determinations"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_determinations_case_id_cases"),
        sa.ForeignKeyConstraint(["officer_id"], ["users.id"], name="fk_determinations_officer_id_users"),
    )
    op.create_index("ix_determinations_made_at", "determinations", ["made_at"])
    op.create_table(
        "questions",
        sa.Column("case_id", Id, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("asked_by", Id, nullable=False),
        sa.Column("asked_at", Stamp, nullable=False),
        sa.Column("answer", sa.Text, nullable=True),
        sa.Column("answered_by", Id, nullable=True),
        sa.Column("answered_at", Stamp, nullable=True),
        sa.PrimaryKeyConstraint("case_id", "number", name="pk_questions"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_questions_case_id_cases"),
        sa.ForeignKeyConstraint(["asked_by"], ["users.id"], name="fk_questions_asked_by_users"),
        sa.ForeignKeyConstraint(["answered_by"], ["users.id"], name="fk_questions_answered_by_users"),
    )
    op.create_table(
        "idempotency_keys",
        sa.Column("user_id", Id, nullable=False),
        sa.Column("key", Name, nullable=False),
        sa.Column("content_hash", Id, nullable=False),
        sa.Column("case_id", Id, nullable=False),
        sa.Column("created_at", Stamp, nullable=False),
        sa.PrimaryKeyConstraint("user_id", "key", name="pk_idempotency_keys"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_idempotency_keys_user_id_users"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_idempotency_keys_case_id_cases"),
    )
    op.create_index("ix_idempotency_keys_created_at", "idempotency_keys", ["created_at"])
    op.create_table(
        "case_vectors",
        sa.Column("case_id", Id, nullable=False),
        sa.Column("release", Name, nullable=False),
        sa.Column("vector", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("case_id", "release", name="pk_case_vectors"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_case_vectors_case_id_cases"),
    )
    op.create_table(
        "audit_events",
        sa.Column("organisation_id", Id, nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("type", Word, nullable=False),
        sa.Column("case_id", Id, nullable=False),
        sa.Column("actor_id", Id, nullable=False),
        sa.Column("at", Stamp, nullable=False),
        sa.Column("request_id", Name, nullable=False),
        sa.Column("old", Json, nullable=False),
        sa.Column("new", Json, nullable=False),
        sa.Column("private", Json, nullable=True),
        sa.Column("private_digest", Id, nullable=False),
        sa.Column("previous", Id, nullable=False),
        sa.Column("hash", Id, nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "sequence", name="pk_audit_events"),
    )
    op.create_index("ix_audit_events_case_id", "audit_events", ["case_id", "sequence"])
    op.create_table(
        "audit_heads",
        sa.Column("organisation_id", Id, nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("hash", Id, nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", name="pk_audit_heads"),
    )
    dialect = op.get_bind().dialect.name
    op.execute(_SEARCH[dialect])
    if dialect == "postgresql":
        op.execute("CREATE INDEX ix_case_search_document ON case_search USING gin (document)")
    _guard(dialect)


def downgrade() -> None:
    """Drop the tables of cases, in the order their references allow."""
    op.execute("DROP TABLE case_search")
    for table in (
        "audit_heads",
        "audit_events",
        "case_vectors",
        "idempotency_keys",
        "questions",
        "determinations",
        "readings",
        "assessments",
        "cases",
    ):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_append_only()")
