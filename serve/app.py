"""The FastAPI application: `create_app(settings, classifier, database)`; nothing global.

Handlers are plain functions in the thread pool: inference is CPU work and must not sit on the event loop.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version

from anyio.to_thread import current_default_thread_limiter, run_sync
from fastapi import Depends, FastAPI

from model.assessment import Assessor
from model.parameter_reader import ParameterReader
from serve.accounts.authenticate import enforce
from serve.accounts.documents import document_rules
from serve.accounts.gate import gate_of
from serve.accounts.passwords import Passwords
from serve.accounts.routes import router as accounts_router
from serve.assess_routes import Lazy
from serve.assess_routes import router as assess_router
from serve.capacity import Capacity
from serve.cases.assess import Assess, AssessByControls
from serve.cases.install import desk_of, install_cases
from serve.classify import Classifier
from serve.clock import Clock, utc_now
from serve.operations.health import Readiness, database_check
from serve.operations.layers import install_layers
from serve.operations.measured import Measured
from serve.operations.metrics import Metrics
from serve.operations.routes import router as operations_router
from serve.problems import install
from serve.routes import router as inference_router
from serve.schemas import documented
from serve.settings import Settings
from serve.store.database import Database
from serve.web.install import install_web, pages_of
from serve.web.install_staff import install_staff_pages
from serve.webhooks.install import delivering, install_webhooks

SPARE_THREADS = 8
STORE_THREADS = 32

EVERYWHERE = (400, 413, 422, 429, 500, 503)
"""What a layer in front of any route may answer."""

_DESCRIPTION = """Classifies product descriptions into surveillance-technology control categories, with calibrated
probabilities and the words they rest on. It assists; it does not replace a legal classification."""


def create_app(
    settings: Settings,
    classifier: Classifier,
    database: Database | None = None,
    clock: Clock = utc_now,
    passwords: Passwords | None = None,
    assess: Assess | None = None,
    reader: ParameterReader | None = None,
) -> FastAPI:
    """Return the application around a loaded classifier; accounts, cases and pages exist only with a database, which is closed at the end.

    Raises:
        ConfigurationError: a setting cannot be used.
    """
    capacity = Capacity(settings.concurrency, settings.patience_seconds)
    most = capacity.concurrency + settings.queue
    threads = most + SPARE_THREADS + (STORE_THREADS if database else 0)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        # A thread for every request that is let in, and a few for health checks, which must never wait behind them.
        current_default_thread_limiter().total_tokens = threads
        engine = delivering(settings, database, clock) if database else None
        yield
        if engine is not None:
            await run_sync(engine.stop)
        if database is not None:
            database.close()

    app = FastAPI(
        title="Catchall",
        version=version("catchall"),
        description=_DESCRIPTION,
        docs_url=None,  # FastAPI's pages load scripts from elsewhere; `serve.operations.documents` has ours
        redoc_url=None,
        lifespan=lifespan,
        responses=documented(*EVERYWHERE),
        dependencies=[Depends(enforce)] if database else None,
    )
    metrics = Metrics(classifier.release, classifier.taxonomy.hash, app.version)
    measured = Measured(classifier, metrics)
    checks = {"model": lambda: classifier.classify("ready")} | ({"database": database_check(database)} if database else {})
    install(app)
    pages = pages_of(settings, classifier.taxonomy, app.version) if database else None
    install_layers(app, settings, metrics, most, pages)
    assessor = Lazy(lambda: Assessor(measured, reader=reader))
    app.include_router(inference_router(measured, capacity, app.version))
    app.include_router(assess_router(assessor, capacity, clock))
    if database is not None and pages is not None:
        app.state.gate = gate_of(settings, database, clock, passwords)
        app.include_router(accounts_router())
        by_controls = assess or AssessByControls(assessor, capacity, clock)
        desk = desk_of(database, classifier.taxonomy, by_controls, settings.review_policy, clock)
        precedents = install_cases(app, desk, classifier, capacity, metrics)
        install_webhooks(app, settings, database, clock, metrics)
        if settings.oidc_issuer is not None:
            # Imported here: its libraries are large, and few installations need them.
            from serve.accounts.oidc import provider_of
            from serve.accounts.oidc_routes import router as oidc_router

            app.include_router(oidc_router(provider_of(settings, clock)))
        install_web(app, pages, desk, assessor, measured, capacity)
        install_staff_pages(app, pages, desk, precedents, settings, assessor)
        document_rules(app)
    app.include_router(operations_router(Readiness(checks), metrics, classifier.release, lambda: app.openapi()))
    return app
