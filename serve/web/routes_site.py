"""The pages' own files, and how a visitor wants to see the pages."""

from fastapi import APIRouter
from fastapi.responses import Response

from serve.web.assets import asset
from serve.web.forms import Posted, text_in
from serve.web.languages import LANGUAGES
from serve.web.navigation import own_path
from serve.web.pages import Pages
from serve.web.visitor import LANGUAGE_COOKIE, THEME_COOKIE, THEMES, TheVisitor

_YEAR = 365 * 24 * 3600
_FOR_GOOD = "public, max-age=31536000, immutable"


def router(pages: Pages) -> APIRouter:
    """Return the routes."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/static/{name}")
    def file(name: str) -> Response:
        """Give a file. Its address changes with its content, so a browser may keep it."""
        found = asset(name)
        return Response(found.content, media_type=found.kind, headers={"cache-control": _FOR_GOOD, "etag": f'"{found.digest}"'})

    @routes.post("/preferences")
    def preferences(visitor: TheVisitor, form: Posted) -> Response:
        """Keep the language and the colours that the visitor wants."""
        response = pages.go(visitor, own_path(text_in(form, "next")))
        for cookie, name, known in ((LANGUAGE_COOKIE, "language", LANGUAGES), (THEME_COOKIE, "theme", THEMES)):
            if (value := text_in(form, name)) in known:
                response.set_cookie(cookie, value, max_age=_YEAR, path="/", secure=visitor.secure, httponly=True, samesite="lax")
        return response

    if pages.development:

        @routes.get("/styleguide")
        def styleguide(visitor: TheVisitor) -> Response:
            """Show every part that pages are made of."""
            return pages.show(visitor, "styleguide.html.j2")

    return routes
