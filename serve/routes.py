"""The routes that need no account and no database: classify, similar, and what the answers refer to."""

from typing import Any

from fastapi import APIRouter, Response

from data.taxonomy import as_json
from serve.capacity import Capacity
from serve.classify import Classifier, classify_batch, classify_one, find_similar
from serve.schemas import BatchOut, BatchRequest, ClassificationOut, ClassifyRequest, SimilarOut, SimilarRequest


def router(classifier: Classifier, capacity: Capacity, version: str) -> APIRouter:
    """Return the routes around a classifier; `version` is the program's."""
    routes = APIRouter(prefix="/v1")

    @routes.post("/classify", response_model=ClassificationOut, tags=["classify"])
    def classify(request: ClassifyRequest) -> Response:
        """Classify one product description."""
        answer = ClassificationOut.model_validate(classify_one(classifier, capacity, request))
        # Written here: FastAPI would take a second thread from the pool for it.
        return Response(answer.model_dump_json(), media_type="application/json")

    @routes.post("/classify/batch", response_model=BatchOut, response_model_exclude_unset=True, tags=["classify"])
    def batch(request: BatchRequest) -> dict[str, Any]:
        """Classify up to 256 descriptions; each item has its own status."""
        return classify_batch(classifier, capacity, request)

    @routes.post("/similar", response_model=SimilarOut, tags=["classify"])
    def similar(request: SimilarRequest) -> dict[str, Any]:
        """Return the decided descriptions nearest in meaning, with their categories."""
        return find_similar(classifier, capacity, request)

    @routes.get("/taxonomy", tags=["reference"])
    def taxonomy() -> dict[str, Any]:
        """Return the categories and families, with definitions and the content hash."""
        return as_json(classifier.taxonomy)

    @routes.get("/release", tags=["reference"])
    def release() -> dict[str, Any]:
        """Return which model answers."""
        return {"release": classifier.release, "taxonomy": classifier.taxonomy.hash, "version": version}

    return routes
