"""Bodies of answers about cases."""

from typing import Any, Literal

from pydantic import BaseModel, Field

from serve.cases.states import State
from serve.schemas import PrecedentOut, Problem

Outcome = Literal["categories", "none", "review"]


class ReviewStateOut(BaseModel):
    """Where a case stands in the review; officers only."""

    reasons: list[str]
    likeliest: float = Field(description="Probability of the likeliest category.")
    stage: Literal["first", "second", "third"] | None = Field(description="Which reading comes next.")
    claimed_by: str | None
    lease_until: str | None


class CaseSummaryOut(BaseModel):
    """A case as a line of a listing."""

    id: str
    organisation_id: str
    submitter_id: str
    state: State
    version: int
    product_name: str
    model: str
    destination: str
    submitted_at: str
    updated_at: str
    outcome: Outcome = Field(description="Of the determination; without one, of the model.")
    categories: list[str] = Field(description="Likewise.")
    due_at: str | None
    overdue: bool
    review: ReviewStateOut | None = None


class CasesOut(BaseModel):
    """A page of cases."""

    items: list[CaseSummaryOut]
    next: str | None = Field(description="The `cursor` of the next page; null on the last.")


class AssessmentOut(BaseModel):
    """What the model said."""

    number: int
    outcome: Outcome
    categories: list[str]
    reasons: list[str]
    release: str
    taxonomy: str
    controls: str
    made_at: str
    body: dict[str, Any] = Field(description="The whole answer; empty after redaction.")


class DeterminationOut(BaseModel):
    """A person's signed answer."""

    round: int
    outcome: Outcome
    categories: list[str]
    reason_code: str
    comment: str
    release: str
    taxonomy: str
    controls: str
    made_at: str
    standing: bool
    officer_id: str | None = None


class QuestionOut(BaseModel):
    """A question to the exporter."""

    number: int
    question: str
    asked_at: str
    answer: str | None
    answered_at: str | None


class ReadingOut(BaseModel):
    """An officer's reading; officers only, and not before the round allows."""

    round: int
    number: int
    officer_id: str
    action: str
    outcome: Outcome
    categories: list[str]
    reason_code: str
    comment: str
    made_at: str


class CaseOut(CaseSummaryOut):
    """A case in full."""

    description: str | None
    declared: str
    consent: bool
    redacted_at: str | None
    difference: dict[str, Any] | None = Field(description="Why it was reopened and what differs.")
    parties: list[dict[str, str]]
    answers: dict[str, str]
    diligence: dict[str, str] = Field(description="Item of the human-rights checklist to the exporter's answer.")
    assessment: AssessmentOut
    determinations: list[DeterminationOut]
    questions: list[QuestionOut]
    readings: list[ReadingOut] | None = None


class EventOut(BaseModel):
    """Something that happened to a case."""

    sequence: int
    type: str
    actor_id: str
    at: str
    old: dict[str, Any]
    new: dict[str, Any]
    texts: dict[str, str]


class EventsOut(BaseModel):
    """What happened to a case, in order."""

    items: list[EventOut]


class CasePrecedentOut(BaseModel):
    """A determined case near in meaning."""

    case_id: str
    description: str | None
    outcome: Outcome
    categories: list[str]
    reason_code: str
    comment: str
    made_at: str
    likeness: float = Field(description="Cosine, -1 to 1.")


class CasePrecedentsOut(BaseModel):
    """Precedents, the most alike first."""

    cases: list[CasePrecedentOut]
    corpus: list[PrecedentOut]


class BulkResultOut(BaseModel):
    """One item's result: `case` when `status` is 200, else `error`."""

    case_id: str
    status: int
    case: CaseSummaryOut | None = None
    error: Problem | None = None


class BulkOut(BaseModel):
    """The results, in the order of the items."""

    items: list[BulkResultOut]
    failed: int


class ReviewPolicyOut(BaseModel):
    """The review policy."""

    queue: dict[str, float]
    four_eyes: dict[str, list[str]]
    retention_years: float
    reasons: dict[str, str] = Field(description="Sentence per reason code.")
