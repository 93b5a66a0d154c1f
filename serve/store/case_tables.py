"""The tables of cases, their review and the audit chain. The migrations build them; a test keeps both alike.

The full-text index `case_search` is not here: SQLite and PostgreSQL have different kinds of it (see the migration).
"""

from sqlalchemy import Column, Float, ForeignKey, Index, Integer, LargeBinary, Table, Text, UniqueConstraint

from serve.store.columns import Id, Json, Name, Stamp, Word
from serve.store.tables import metadata

cases = Table(
    "cases",
    metadata,
    Column("id", Id, primary_key=True),
    Column("organisation_id", Id, ForeignKey("organisations.id"), nullable=False),
    Column("submitter_id", Id, ForeignKey("users.id"), nullable=False),
    Column("state", Word, nullable=False),
    Column("version", Integer, nullable=False),
    # What the exporter sent. Null or empty after redaction; the salt goes with the text.
    Column("description", Text, nullable=True),
    Column("text_salt", Id, nullable=True),
    Column("text_hash", Id, nullable=True),
    Column("product_name", Text, nullable=False),
    Column("model", Text, nullable=False),
    Column("destination", Name, nullable=False),
    Column("parties", Json, nullable=False),
    Column("declared", Text, nullable=False),
    Column("answers", Json, nullable=False),
    Column("diligence", Json, nullable=False, server_default="{}"),
    Column("consent", Integer, nullable=False),
    # The newest assessment, in short.
    Column("outcome", Word, nullable=False),
    Column("categories", Json, nullable=False),
    Column("reasons", Json, nullable=False),
    Column("review_required", Integer, nullable=False),
    Column("likeliest", Float, nullable=False),
    Column("release", Name, nullable=False),
    Column("taxonomy", Word, nullable=False),
    Column("controls", Name, nullable=False),
    # The standing determination; null when there is none, or none any more.
    Column("final_outcome", Word, nullable=True),
    Column("final_categories", Json, nullable=True),
    # Why it was reopened and what differs; null when it never was.
    Column("difference", Json, nullable=True),
    # Review: the round, how many readings it has, who holds the case until when.
    Column("round", Integer, nullable=False),
    Column("readings", Integer, nullable=False),
    Column("claimed_by", Id, ForeignKey("users.id"), nullable=True),
    Column("lease_until", Stamp, nullable=True),
    Column("due_at", Stamp, nullable=True),
    Column("rank_at", Stamp, nullable=True),
    Column("submitted_at", Stamp, nullable=False),
    Column("updated_at", Stamp, nullable=False),
    Column("closed_at", Stamp, nullable=True),
    Column("redacted_at", Stamp, nullable=True),
    Index("ix_cases_submitted_at", "submitted_at", "id"),
    Index("ix_cases_organisation_id", "organisation_id", "submitted_at", "id"),
    Index("ix_cases_state", "state", "rank_at", "id"),
    Index("ix_cases_text_hash", "text_hash"),
)

assessments = Table(
    "assessments",
    metadata,
    Column("case_id", Id, ForeignKey("cases.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("outcome", Word, nullable=False),
    Column("categories", Json, nullable=False),
    Column("reasons", Json, nullable=False),
    Column("release", Name, nullable=False),
    Column("taxonomy", Word, nullable=False),
    Column("controls", Name, nullable=False),
    # The whole answer; its evidence quotes the description, so it is emptied by redaction.
    Column("body", Json, nullable=False),
    Column("made_at", Stamp, nullable=False),
)

readings = Table(
    "readings",
    metadata,
    Column("case_id", Id, ForeignKey("cases.id"), primary_key=True),
    Column("round", Integer, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("officer_id", Id, ForeignKey("users.id"), nullable=False),
    Column("action", Word, nullable=False),
    Column("outcome", Word, nullable=False),
    Column("categories", Json, nullable=False),
    Column("reason_code", Word, nullable=False),
    Column("comment", Text, nullable=False),
    # The version the officer had before him: a repeated request is known by it.
    Column("on_version", Integer, nullable=False),
    Column("made_at", Stamp, nullable=False),
    UniqueConstraint("case_id", "round", "officer_id", name="uq_readings_officer_id"),
)

determinations = Table(
    "determinations",
    metadata,
    Column("case_id", Id, ForeignKey("cases.id"), primary_key=True),
    Column("round", Integer, primary_key=True),
    Column("outcome", Word, nullable=False),
    Column("categories", Json, nullable=False),
    Column("reason_code", Word, nullable=False),
    Column("comment", Text, nullable=False),
    Column("officer_id", Id, ForeignKey("users.id"), nullable=False),
    Column("release", Name, nullable=False),
    Column("taxonomy", Word, nullable=False),
    Column("controls", Name, nullable=False),
    Column("made_at", Stamp, nullable=False),
    Index("ix_determinations_made_at", "made_at"),
)

questions = Table(
    "questions",
    metadata,
    Column("case_id", Id, ForeignKey("cases.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("question", Text, nullable=False),
    Column("asked_by", Id, ForeignKey("users.id"), nullable=False),
    Column("asked_at", Stamp, nullable=False),
    Column("answer", Text, nullable=True),
    Column("answered_by", Id, ForeignKey("users.id"), nullable=True),
    Column("answered_at", Stamp, nullable=True),
)

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    Column("user_id", Id, ForeignKey("users.id"), primary_key=True),
    Column("key", Name, primary_key=True),
    Column("content_hash", Id, nullable=False),
    Column("case_id", Id, ForeignKey("cases.id"), nullable=False),
    Column("created_at", Stamp, nullable=False),
    Index("ix_idempotency_keys_created_at", "created_at"),
)

case_vectors = Table(
    "case_vectors",
    metadata,
    Column("case_id", Id, ForeignKey("cases.id"), primary_key=True),
    # A vector means something beside others of the same release only.
    Column("release", Name, primary_key=True),
    Column("vector", LargeBinary, nullable=False),
)

audit_events = Table(
    "audit_events",
    metadata,
    # No foreign keys: the chain outlives what it speaks of.
    Column("organisation_id", Id, primary_key=True),
    Column("sequence", Integer, primary_key=True),
    Column("type", Word, nullable=False),
    Column("case_id", Id, nullable=False),
    Column("actor_id", Id, nullable=False),
    Column("at", Stamp, nullable=False),
    Column("request_id", Name, nullable=False),
    Column("old", Json, nullable=False),
    Column("new", Json, nullable=False),
    Column("private", Json, nullable=True),
    Column("private_digest", Id, nullable=False),
    Column("previous", Id, nullable=False),
    Column("hash", Id, nullable=False),
    Index("ix_audit_events_case_id", "case_id", "sequence"),
)

audit_heads = Table(
    "audit_heads",
    metadata,
    Column("organisation_id", Id, primary_key=True),
    Column("sequence", Integer, nullable=False),
    Column("hash", Id, nullable=False),
)
