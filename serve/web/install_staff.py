"""The pages of officers, scientists and administrators into the application."""

from collections.abc import Callable

from fastapi import FastAPI

from model.assessment import Assessor
from serve.cases.desk import Desk
from serve.cases.precedents import Precedents
from serve.settings import Settings
from serve.web import routes_figures, routes_identical, routes_keys, routes_policy, routes_queue, routes_users
from serve.web.pages import Pages


def install_staff_pages(
    app: FastAPI, pages: Pages, desk: Desk, precedents: Precedents, settings: Settings, assessor: Callable[[], Assessor]
) -> None:
    """Add the pages."""
    app.include_router(routes_queue.router(pages, desk, precedents))
    app.include_router(routes_identical.router(pages, desk))
    app.include_router(routes_figures.router(pages, desk, settings.release_folder))
    app.include_router(routes_users.router(pages))
    app.include_router(routes_keys.router(pages))
    app.include_router(routes_policy.router(pages, desk, settings.release_folder, assessor))
