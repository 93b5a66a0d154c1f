"""The FastAPI application: `create_app(settings, classifier)`; nothing global.

Handlers are plain functions in the thread pool: inference is CPU work and must not sit on the event loop.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import Any

from anyio.to_thread import current_default_thread_limiter
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from data.taxonomy import as_json
from serve.capacity import Admission, Capacity
from serve.classify import Classifier, classify_batch, classify_one, find_similar
from serve.limits import BodyLimit
from serve.problems import MEDIA_TYPE, install
from serve.schemas import BatchOut, BatchRequest, ClassificationOut, ClassifyRequest, Problem, SimilarOut, SimilarRequest
from serve.settings import Settings

SPARE_THREADS = 8

_DESCRIPTION = """Classifies product descriptions into surveillance-technology control categories, with calibrated
probabilities and the words they rest on. It assists; it does not replace a legal classification."""


def _problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    content = {MEDIA_TYPE: {"schema": Problem.model_json_schema(ref_template="#/components/schemas/{model}")}}
    return {status: {"description": "See `detail`.", "content": content} for status in statuses}


def create_app(settings: Settings, classifier: Classifier) -> FastAPI:
    """Return the application around a loaded classifier."""
    capacity = Capacity(settings.concurrency, settings.patience_seconds)
    most = capacity.concurrency + settings.queue

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        # A thread for every request that is let in, and a few for health checks, which must never wait behind them.
        current_default_thread_limiter().total_tokens = most + SPARE_THREADS
        yield

    app = FastAPI(title="Catchall", version=version("catchall"), description=_DESCRIPTION, redoc_url=None, lifespan=lifespan)
    install(app)
    app.add_middleware(BodyLimit, limit=settings.max_body_bytes)
    app.add_middleware(Admission, limit=most, paths=("/v1/classify", "/v1/similar"))

    @app.post("/v1/classify", response_model=ClassificationOut, responses=_problems(400, 413, 422, 500, 503), tags=["classify"])
    def classify(request: ClassifyRequest) -> dict[str, Any]:
        """Classify one product description."""
        return classify_one(classifier, capacity, request)

    @app.post(
        "/v1/classify/batch",
        response_model=BatchOut,
        response_model_exclude_none=True,
        responses=_problems(400, 413, 422, 503),
        tags=["classify"],
    )
    def batch(request: BatchRequest) -> dict[str, Any]:
        """Classify up to 256 descriptions; each item has its own status."""
        return classify_batch(classifier, capacity, request)

    @app.post("/v1/similar", response_model=SimilarOut, responses=_problems(400, 413, 422, 500, 503), tags=["classify"])
    def similar(request: SimilarRequest) -> dict[str, Any]:
        """Return the decided descriptions nearest in meaning, with their categories."""
        return find_similar(classifier, capacity, request)

    @app.get("/v1/taxonomy", tags=["reference"])
    def taxonomy() -> dict[str, Any]:
        """Return the categories and families, with definitions and the content hash."""
        return as_json(classifier.taxonomy)

    @app.get("/v1/release", tags=["reference"])
    def release() -> dict[str, Any]:
        """Return which model answers."""
        return {"release": classifier.release, "taxonomy": classifier.taxonomy.hash, "version": app.version}

    @app.get("/healthz", tags=["operations"])
    def healthz() -> dict[str, str]:
        """Say that the process is alive."""
        return {"status": "ok"}

    @app.get("/readyz", tags=["operations"], responses=_problems(503))
    def readyz(_: Request) -> JSONResponse:
        """Say whether the model answers: a short text is classified."""
        try:
            classifier.classify("ready")
        except Exception:
            return JSONResponse({"status": "not ready"}, status_code=503)
        return JSONResponse({"status": "ready", "release": classifier.release})

    return app
