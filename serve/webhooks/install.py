"""Webhooks into the application: the routes, the figures for the metrics, and the delivery that runs beside it."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from fastapi import FastAPI

from data.errors import StoreError
from serve.clock import Clock
from serve.operations.metrics import Metrics
from serve.settings import Settings
from serve.store.database import Database
from serve.store.webhooks import delivery_counts
from serve.webhooks.routes import router
from serve.webhooks.subscriptions import hooks_of

if TYPE_CHECKING:
    from serve.webhooks.engine import Engine


def _counts(database: Database) -> Mapping[str, int] | None:
    try:
        with database.reading() as connection:
            return {str(state): count for state, count in delivery_counts(connection).items()}
    except StoreError:
        return None


def install_webhooks(app: FastAPI, settings: Settings, database: Database, clock: Clock, metrics: Metrics) -> None:
    """Add the routes of webhooks, and let the metrics count deliveries.

    Raises:
        ConfigurationError: a setting cannot be used.
    """
    app.include_router(router(hooks_of(settings, database, clock)))
    metrics.watch_deliveries(lambda: _counts(database))


def delivering(settings: Settings, database: Database, clock: Clock) -> "Engine | None":
    """Begin to deliver; None when webhooks are switched off.

    Raises:
        ConfigurationError: a setting cannot be used.
    """
    if not settings.sealing_keys:
        return None
    # Imported here: DBOS takes a second, what sends a tenth of one, and only installations with webhooks need them.
    from serve.webhooks.courier import courier_of
    from serve.webhooks.engine import Engine

    engine = Engine(courier_of(settings, database, clock))
    engine.start()
    return engine
