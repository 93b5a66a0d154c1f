"""The use cases behind `/v1/classify`: one function tells the whole story of a request."""

from typing import Any, Protocol

from data.errors import CatchallError, DuplicateId
from data.taxonomy import Taxonomy
from model.classification import Classification
from serve.problems import problem_of, status_of
from serve.schemas import BatchRequest, ClassifyRequest


class Classifier(Protocol):
    """What the service needs of a model; `model.predictor.Predictor` is one, tests pass a fake."""

    release: str
    taxonomy: Taxonomy

    def classify(self, text: str, every: bool = False) -> Classification:
        """Classify one description; raises InputError or InferenceFailed."""
        ...


def classify_one(classifier: Classifier, request: ClassifyRequest) -> dict[str, Any]:
    """Classify one description.

    Raises:
        InputError: the text cannot be used.
        InferenceFailed: the runtime failed.
    """
    return classifier.classify(request.text, every=request.all).as_json()


def classify_batch(classifier: Classifier, request: BatchRequest) -> dict[str, Any]:
    """Classify every item of a batch; an item that fails gets its own error and the others go on."""
    answers: list[dict[str, Any]] = []
    first: dict[str, int] = {}
    for row, item in enumerate(request.items, 1):
        try:
            if item.id in first:
                raise DuplicateId(row=row, id=item.id, first=first[item.id])
            first[item.id] = row
            classification = classifier.classify(item.text, every=request.all).as_json()
            answers.append({"id": item.id, "status": 200, "classification": classification})
        except CatchallError as error:
            answers.append({"id": item.id, "status": status_of(error), "error": problem_of(error)})
    return {"items": answers, "failed": sum(answer["status"] != 200 for answer in answers)}
