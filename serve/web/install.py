"""The web application into the service: its pages, and the layer that shows errors as pages."""

from collections.abc import Callable

from fastapi import FastAPI

from data.taxonomy import Taxonomy
from model.assessment import Assessor
from serve.capacity import Capacity
from serve.cases.desk import Desk
from serve.classify import Classifier
from serve.settings import Settings
from serve.web import routes_account, routes_cases, routes_classify, routes_public, routes_site
from serve.web.assessing import Assessing
from serve.web.pages import Pages


def pages_of(settings: Settings, taxonomy: Taxonomy, version: str) -> Pages:
    """Return what renders the pages."""
    return Pages(taxonomy, version, settings.oidc_issuer is not None, settings.development)


def install_web(
    app: FastAPI, pages: Pages, desk: Desk, assessor: Callable[[], Assessor], classifier: Classifier, capacity: Capacity
) -> None:
    """Add the pages."""
    assessing = Assessing(assessor, classifier, capacity, desk.clock)
    app.include_router(routes_site.router(pages))
    app.include_router(routes_account.router(pages))
    app.include_router(routes_public.router(pages, assessing, assessor))
    app.include_router(routes_classify.router(pages, assessing, desk))
    app.include_router(routes_cases.router(pages, desk))
