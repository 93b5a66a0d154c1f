"""The seam to the model: a submission in, an assessment out."""

from collections.abc import Callable
from typing import Protocol

from data.errors import InferenceFailed
from data.text import check_text
from model.assessment import Assessor, Request
from serve.capacity import Capacity
from serve.cases.case import Assessed, Submission
from serve.clock import Clock


class Assess(Protocol):
    """What the service needs to assess a submission."""

    @property
    def versions(self) -> tuple[str, str, str]:
        """What would answer now: release, taxonomy, control facts (empty when none are tested)."""
        ...

    def __call__(self, submission: Submission) -> Assessed:
        """Assess a submission; raises InputError, InferenceFailed or ServiceBusy."""
        ...


class AssessByControls:
    """Assesses with findings per control entry, waiting for its turn at the model. The lists of the present day apply."""

    def __init__(self, assessor: Callable[[], Assessor], capacity: Capacity, clock: Clock) -> None:
        self._assessor = assessor
        self._capacity = capacity
        self._clock = clock

    @property
    def versions(self) -> tuple[str, str, str]:
        """What would answer now: release, taxonomy, control facts with reader."""
        assessor = self._assessor()
        return assessor.classifier.release, assessor.classifier.taxonomy.hash, assessor.controls

    def __call__(self, submission: Submission) -> Assessed:
        """Classify the description and test the entries that concern it.

        Raises:
            InputError: the text, an answer or the destination cannot be used.
            InferenceFailed: the runtime failed.
            ServiceBusy: no slot became free in time.
        """
        check_text(submission.description, "description")
        request = Request(
            text=submission.description,
            day=self._clock().date(),
            answers=submission.answers,
            destination=submission.destination or None,
            diligence=submission.diligence,
        )
        with self._capacity.slot(len(submission.description)):
            assessment = self._assessor().assess(request)
        answer = assessment.classification
        content = assessment.as_json()
        return Assessed(
            outcome=answer.outcome,
            categories=tuple(score.id for score in answer.categories if score.predicted),
            review_required=answer.review.required,
            reasons=tuple(answer.review.reasons),
            release=answer.release,
            taxonomy=answer.taxonomy,
            controls=assessment.controls,
            body=content.pop("classification") | content,
        )


class NoAssess:
    """Stands where nothing is to be assessed, for commands that need no model."""

    versions = ("", "", "")

    def __call__(self, submission: Submission) -> Assessed:
        """Refuse.

        Raises:
            InferenceFailed: always.
        """
        raise InferenceFailed(reason=f"no model was loaded for {len(submission.description)} characters")
