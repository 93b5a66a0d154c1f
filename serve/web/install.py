"""The web application into the service: its pages, and the layer that shows errors as pages."""

from fastapi import FastAPI

from data.taxonomy import Taxonomy
from serve.settings import Settings
from serve.web import routes_site
from serve.web.pages import Pages


def pages_of(settings: Settings, taxonomy: Taxonomy, version: str) -> Pages:
    """Return what renders the pages."""
    return Pages(taxonomy, version, settings.oidc_issuer is not None, settings.development)


def install_web(app: FastAPI, pages: Pages) -> None:
    """Add the pages."""
    app.include_router(routes_site.router(pages))
