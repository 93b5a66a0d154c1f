"""From a draft to what the result page shows: assessment, similar products, and answers that could not be used."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from data.errors import AnswerInvalid
from model.assessment import Assessor
from serve.assess import assess_one
from serve.capacity import Capacity
from serve.classify import Classifier, find_similar
from serve.clock import Clock
from serve.schemas import SimilarRequest
from serve.web.complaints import complaint
from serve.web.countries import destinations
from serve.web.draft import Draft
from serve.web.result import result_of
from serve.web.visitor import Visitor

SIMILAR = 5


@dataclass(frozen=True)
class Answer:
    """What came of a draft.

    Attributes:
        draft: with the answers that could be used.
        assessment: as JSON.
        similar: decided products near in meaning.
        typed, wrong: answers that could not be used, and why, by parameter.
    """

    draft: Draft
    assessment: Mapping[str, Any]
    similar: tuple[Mapping[str, Any], ...]
    typed: Mapping[str, str]
    wrong: Mapping[str, AnswerInvalid]


@dataclass(frozen=True)
class Assessing:
    """What drafts are assessed with."""

    assessor: Callable[[], Assessor]
    classifier: Classifier
    capacity: Capacity
    clock: Clock

    def today(self) -> str:
        """Return the day whose lists apply."""
        return self.clock().date().isoformat()

    def assess(self, draft: Draft) -> Mapping[str, Any]:
        """Return the assessment of a draft as JSON.

        Raises:
            InputError, InferenceFailed, ServiceBusy: see `assess_one`.
        """
        return assess_one(self.assessor(), self.capacity, draft.as_request(), self.clock().date())

    def __call__(self, draft: Draft) -> Answer:
        """Assess a draft; an answer that cannot be used is set aside and told, and the rest is assessed.

        Raises:
            InputError, InferenceFailed, ServiceBusy: see `assess_one`.
        """
        wrong: dict[str, AnswerInvalid] = {}
        used = draft
        while True:
            try:
                assessment = self.assess(used)
                break
            except AnswerInvalid as error:
                name = str(error.data.get("parameter", ""))
                if name not in used.answers:
                    raise
                wrong[name] = error
                used = replace(used, answers={each: value for each, value in used.answers.items() if each != name})
        similar = find_similar(self.classifier, self.capacity, SimilarRequest(text=draft.description, k=SIMILAR))["precedents"]
        return Answer(used, assessment, tuple(similar), {name: draft.answers[name] for name in wrong}, wrong)

    def context(self, visitor: Visitor, answer: Answer) -> dict[str, Any]:
        """Return what the result page is made from."""
        return {
            "answer": answer,
            "wrong": {name: complaint(visitor.language, error) for name, error in answer.wrong.items()},
            "draft": answer.draft,
            "result": result_of(answer.assessment, answer.draft.description),
            "destinations": destinations(visitor.language),
        }
