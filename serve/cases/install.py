"""Cases into the application: the desk, the routes, and the queue's figures for the metrics."""

from pathlib import Path

from fastapi import FastAPI

from data.errors import StoreError
from data.taxonomy import Taxonomy
from serve.capacity import Capacity
from serve.cases import review_routes, routes
from serve.cases.assess import Assess
from serve.cases.desk import Desk
from serve.cases.policy import read_review_policy
from serve.cases.precedents import Precedents
from serve.classify import Classifier
from serve.clock import Clock, parse_stamp, stamp
from serve.operations.metrics import Metrics, QueueState
from serve.store.database import Database
from serve.store.queue import queue_figures


def desk_of(database: Database, taxonomy: Taxonomy, assess: Assess, policy: Path, clock: Clock) -> Desk:
    """Return what cases are worked on with.

    Raises:
        ConfigurationError: the review policy cannot be used.
    """
    return Desk(database, assess, read_review_policy(taxonomy, policy), taxonomy, clock)


def queue_state(desk: Desk) -> QueueState | None:
    """Return the queue at this moment; None when the database does not answer."""
    now = desk.clock()
    try:
        with desk.database.reading() as connection:
            figures = queue_figures(connection, stamp(now))
    except StoreError:
        return None
    oldest = figures.oldest_submitted_at
    age = max((now - parse_stamp(oldest)).total_seconds(), 0.0) if oldest else 0.0
    return QueueState(figures.waiting, figures.held, age, figures.overdue)


def install_cases(app: FastAPI, desk: Desk, classifier: Classifier, capacity: Capacity, metrics: Metrics) -> Precedents:
    """Add the routes of cases and review, and let the metrics watch the queue; return what finds like cases."""
    precedents = Precedents(desk.database, classifier, capacity, getattr(classifier, "embed", None))
    app.include_router(routes.router(desk))
    app.include_router(review_routes.router(desk, precedents))
    metrics.watch_queue(lambda: queue_state(desk))
    return precedents
