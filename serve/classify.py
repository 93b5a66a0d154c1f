"""The use cases behind `/v1/classify`: one function tells the whole story of a request."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any, Protocol

from data.errors import CatchallError, DuplicateId
from data.taxonomy import Taxonomy
from data.text import check_text
from model.classification import Classification
from model.precedents import Match
from serve.capacity import Capacity
from serve.problems import problem_of, status_of
from serve.schemas import BatchRequest, ClassifyRequest, SimilarRequest


class Classifier(Protocol):
    """What the service needs of a model; `model.predictor.Predictor` is one, tests pass a fake."""

    release: str
    taxonomy: Taxonomy

    def classify(self, text: str, every: bool = False) -> Classification:
        """Classify one description; raises InputError or InferenceFailed."""
        ...

    def similar(self, text: str, k: int = 5) -> list[Match]:
        """Return the nearest decided descriptions; raises InputError or InferenceFailed."""
        ...


@contextmanager
def _turn(capacity: Capacity, text: str) -> Iterator[None]:
    """Hold a slot for a usable text; an unusable one takes none."""
    check_text(text)
    with capacity.slot(len(text)):
        yield


def classify_one(classifier: Classifier, capacity: Capacity, request: ClassifyRequest) -> dict[str, Any]:
    """Classify one description.

    Raises:
        InputError: the text cannot be used.
        InferenceFailed: the runtime failed.
        ServiceBusy: no slot became free in time.
    """
    with _turn(capacity, request.text):
        return classifier.classify(request.text, every=request.all).as_json()


def find_similar(classifier: Classifier, capacity: Capacity, request: SimilarRequest) -> dict[str, Any]:
    """Return the decided descriptions nearest in meaning.

    Raises:
        InputError: the text cannot be used.
        InferenceFailed: the runtime failed.
        ServiceBusy: no slot became free in time.
    """
    with _turn(capacity, request.text):
        matches = classifier.similar(request.text, request.k)
    precedents = [asdict(match.precedent) | {"likeness": round(match.likeness, 4)} for match in matches]
    return {"precedents": precedents, "release": classifier.release}


def classify_batch(classifier: Classifier, capacity: Capacity, request: BatchRequest) -> dict[str, Any]:
    """Classify every item of a batch; an item that fails gets its own error and the others go on."""
    answers: list[dict[str, Any]] = []
    first: dict[str, int] = {}
    for row, item in enumerate(request.items, 1):
        try:
            if item.id in first:
                raise DuplicateId(row=row, id=item.id, first=first[item.id])
            first[item.id] = row
            classification = classify_one(classifier, capacity, ClassifyRequest(text=item.text, all=request.all))
            answers.append({"id": item.id, "status": 200, "classification": classification})
        except CatchallError as error:
            answers.append({"id": item.id, "status": status_of(error), "error": problem_of(error)})
    return {"items": answers, "failed": sum(answer["status"] != 200 for answer in answers)}
