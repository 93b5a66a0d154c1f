"""The seam to the model: a submission in, an assessment out. Whoever adds control findings passes another `Assess`."""

from typing import Protocol

from data.errors import InferenceFailed
from data.text import check_text
from serve.capacity import Capacity
from serve.cases.case import Assessed, Submission
from serve.classify import Classifier


class Assess(Protocol):
    """What the service needs to assess a submission."""

    @property
    def versions(self) -> tuple[str, str, str]:
        """What would answer now: release, taxonomy, control facts (empty when none are tested)."""
        ...

    def __call__(self, submission: Submission) -> Assessed:
        """Assess a submission; raises InputError, InferenceFailed or ServiceBusy."""
        ...


class AssessByModel:
    """Assesses by the classification alone, waiting for its turn at the model."""

    def __init__(self, classifier: Classifier, capacity: Capacity) -> None:
        self._classifier = classifier
        self._capacity = capacity

    @property
    def versions(self) -> tuple[str, str, str]:
        """What would answer now: release, taxonomy, no control facts."""
        return self._classifier.release, self._classifier.taxonomy.hash, ""

    def __call__(self, submission: Submission) -> Assessed:
        """Classify the description.

        Raises:
            InputError: the text cannot be used.
            InferenceFailed: the runtime failed.
            ServiceBusy: no slot became free in time.
        """
        check_text(submission.description, "description")
        with self._capacity.slot(len(submission.description)):
            answer = self._classifier.classify(submission.description)
        return Assessed(
            outcome=answer.outcome,
            categories=tuple(score.id for score in answer.categories if score.predicted),
            review_required=answer.review.required,
            reasons=tuple(answer.review.reasons),
            release=answer.release,
            taxonomy=answer.taxonomy,
            controls="",
            body=answer.as_json(),
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
