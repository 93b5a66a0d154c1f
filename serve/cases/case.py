"""What a case is: its parts as frozen values, as the store hands them out."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from serve.cases.states import State


@dataclass(frozen=True)
class Submission:
    """What an exporter sends.

    Attributes:
        description: the text to classify, at most 100,000 code points.
        product_name, model: as the maker calls it; may be empty.
        destination: country of the end user; may be empty.
        parties: who takes part, each a name and a role.
        declared: the exporter's own classification; may be empty.
        answers: further facts, by name.
        diligence: answers to the human-rights checklist, by item.
        consent: whether the decided case may teach the model, de-identified.
    """

    description: str
    product_name: str = ""
    model: str = ""
    destination: str = ""
    parties: tuple[Mapping[str, str], ...] = ()
    declared: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)
    consent: bool = False
    diligence: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Assessed:
    """What the model says of a submission, in the words the case needs and in full.

    Attributes:
        outcome: `categories`, `none` or `review`.
        categories: the best guess, whatever the outcome.
        review_required: whether a person must look.
        reasons: why.
        release, taxonomy, controls: what answered, by name and hash; `controls` is empty when none were tested.
        body: the whole answer as JSON types.
    """

    outcome: str
    categories: tuple[str, ...]
    review_required: bool
    reasons: tuple[str, ...]
    release: str
    taxonomy: str
    controls: str
    body: dict[str, Any]

    @property
    def versions(self) -> tuple[str, str, str]:
        """What answered: release, taxonomy, control facts."""
        return self.release, self.taxonomy, self.controls

    @property
    def likeliest(self) -> float:
        """The highest probability of a category, 0..1; 0 when none is listed."""
        return max((float(each.get("probability", 0.0)) for each in self.body.get("categories", ())), default=0.0)

    @property
    def high_consequence(self) -> bool:
        """Whether a category that always gets a look is among the guesses."""
        return "high_consequence" in self.reasons


@dataclass(frozen=True)
class Case:
    """A stored case. Times are UTC stamps; see `serve.store.case_tables` for what may be absent and why."""

    id: str
    organisation_id: str
    submitter_id: str
    state: State
    version: int
    description: str | None
    text_salt: str | None
    text_hash: str | None
    product_name: str
    model: str
    destination: str
    parties: tuple[Mapping[str, str], ...]
    declared: str
    answers: Mapping[str, str]
    diligence: Mapping[str, str]
    consent: bool
    outcome: str
    categories: tuple[str, ...]
    reasons: tuple[str, ...]
    review_required: bool
    likeliest: float
    release: str
    taxonomy: str
    controls: str
    final_outcome: str | None
    final_categories: tuple[str, ...] | None
    difference: dict[str, Any] | None
    round: int
    readings: int
    claimed_by: str | None
    lease_until: str | None
    due_at: str | None
    rank_at: str | None
    submitted_at: str
    updated_at: str
    closed_at: str | None
    redacted_at: str | None

    def held_by_other(self, user_id: str, now: str) -> bool:
        """Whether somebody else has a claim that has not run out."""
        return self.claimed_by not in (None, user_id) and (self.lease_until or "") > now

    @property
    def versions(self) -> tuple[str, str, str]:
        """What the newest assessment rests on: release, taxonomy, control facts."""
        return self.release, self.taxonomy, self.controls


@dataclass(frozen=True)
class Assessment:
    """One assessment of a case, as kept."""

    case_id: str
    number: int
    outcome: str
    categories: tuple[str, ...]
    reasons: tuple[str, ...]
    release: str
    taxonomy: str
    controls: str
    body: dict[str, Any]
    made_at: str


@dataclass(frozen=True)
class SignedReading:
    """One officer's reading of a case, as kept."""

    case_id: str
    round: int
    number: int
    officer_id: str
    action: str
    outcome: str
    categories: tuple[str, ...]
    reason_code: str
    comment: str
    on_version: int
    made_at: str


@dataclass(frozen=True)
class Determination:
    """The signed answer that ended a round."""

    case_id: str
    round: int
    outcome: str
    categories: tuple[str, ...]
    reason_code: str
    comment: str
    officer_id: str
    release: str
    taxonomy: str
    controls: str
    made_at: str


@dataclass(frozen=True)
class Question:
    """A question to the exporter, with the answer once there is one."""

    case_id: str
    number: int
    question: str
    asked_by: str
    asked_at: str
    answer: str | None
    answered_by: str | None
    answered_at: str | None


def text_hash(description: str) -> str:
    """Return what identical descriptions share: the SHA-256 of the text with white space squeezed, in lower case."""
    return hashlib.sha256(" ".join(description.split()).lower().encode()).hexdigest()
