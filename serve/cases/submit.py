"""Submission: assess, then store case, assessment, search words, key and audit event in one transaction."""

import hashlib
import secrets
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection

from data.errors import KeyReused, StoreConflict
from serve.cases.case import Assessed, Case, Submission, text_hash
from serve.cases.chain import canonical
from serve.cases.desk import Actor, Desk, into, placed
from serve.cases.priority import place
from serve.cases.states import QUEUED, first_state
from serve.store.audit import Happened, append
from serve.store.cases import find_case, insert_assessment, insert_case, keep_key, keyed_case
from serve.store.columns import new_id
from serve.store.search import index_case


def content_hash(submission: Submission) -> str:
    """Return what two requests with one idempotency key must share."""
    content = asdict(submission)
    if not submission.diligence:
        del content["diligence"]  # keys used before the checklist was part of a submission stay good
    return hashlib.sha256(canonical(content).encode()).hexdigest()


def description_digest(salt: str, description: str) -> str:
    """Return what the audit holds of a description; without the salt, nobody can guess the text from it."""
    return hashlib.sha256(f"{salt}:{description}".encode()).hexdigest()


def submit(desk: Desk, actor: Actor, submission: Submission, key: str = "") -> tuple[Case, bool]:
    """Assess and store a submission; return the case and whether it is new.

    Args:
        desk, actor: with what and who.
        submission: what was sent.
        key: idempotency key; the same key with the same content gives the same case.

    Raises:
        InputError: the description cannot be used.
        KeyReused: the key was used with other content.
        InferenceFailed, ServiceBusy: the model could not answer; nothing was stored.
        StoreUnavailable: nothing was stored.
    """
    digest = content_hash(submission)
    if key and (earlier := _earlier(desk, actor, key, digest)):
        return earlier, False
    assessed = desk.assess(submission)
    try:
        with desk.database.writing() as connection:
            case = _store(connection, desk, actor, submission, assessed)
            if key:
                keep_key(connection, actor.user_id, key, digest, case.id, case.submitted_at)
    except StoreConflict:
        # The same request came twice at once, and the other was faster.
        if key and (earlier := _earlier(desk, actor, key, digest)):
            return earlier, False
        raise
    return case, True


def _earlier(desk: Desk, actor: Actor, key: str, digest: str) -> Case | None:
    with desk.database.reading() as connection:
        found = keyed_case(connection, actor.user_id, key)
        if found is None:
            return None
        if found[0] != digest:
            raise KeyReused()
        return find_case(connection, found[1])


def _store(connection: Connection, desk: Desk, actor: Actor, submission: Submission, assessed: Assessed) -> Case:
    now = desk.now()
    state = first_state(assessed.outcome, assessed.review_required)
    waiting: dict[str, Any] = {"due_at": None, "rank_at": None}
    if state in QUEUED:
        waiting = placed(place(desk.policy.queue, desk.clock(), assessed.likeliest, assessed.high_consequence))
    salt = secrets.token_hex(16)
    case = Case(
        id=new_id(),
        organisation_id=actor.organisation_id,
        submitter_id=actor.user_id,
        version=1,
        text_salt=salt,
        text_hash=text_hash(submission.description),
        **vars(submission),
        **shown(assessed),
        final_outcome=None,
        final_categories=None,
        difference=None,
        round=1,
        readings=0,
        submitted_at=now,
        updated_at=now,
        redacted_at=None,
        **into(state, now),
        **waiting,
    )
    insert_case(connection, case)
    insert_assessment(connection, case.id, assessed, now)
    index_case(connection, case.id, submission.description, submission.product_name, submission.model)
    told = {"version": 1, "state": state} | {name: getattr(case, name) for name in _TOLD}
    told["description"] = description_digest(salt, submission.description)
    append(connection, Happened(case.organisation_id, "case_submitted", actor.user_id, case.id, actor.request_id, new=told), now)
    return case


_TOLD = ("outcome", "categories", "reasons", "release", "taxonomy", "controls", "consent")


def shown(assessed: Assessed) -> dict[str, Any]:
    """Return an assessment in short, as a case carries it."""
    names = ("outcome", "categories", "reasons", "review_required", "likeliest", "release", "taxonomy", "controls")
    return {name: getattr(assessed, name) for name in names}
