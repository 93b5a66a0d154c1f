"""Showing a page and going to another one: what every handler ends with."""

from dataclasses import dataclass
from typing import Any

from fastapi.responses import HTMLResponse, RedirectResponse

from data.taxonomy import Taxonomy
from serve.web.environment import environment
from serve.web.flash import COOKIE, message_of
from serve.web.languages import translations
from serve.web.navigation import entries_for, own_path
from serve.web.visitor import THEMES, Visitor


@dataclass(frozen=True)
class Pages:
    """Renders pages.

    Attributes:
        version: of the program.
        single_sign_on: whether an identity provider is set up.
        development: whether the component page exists.
    """

    taxonomy: Taxonomy
    version: str
    single_sign_on: bool = False
    development: bool = False

    def html(self, visitor: Visitor, template: str, **context: Any) -> str:
        """Return a rendered page."""
        shared = {
            "visitor": visitor,
            "taxonomy": self.taxonomy,
            "version": self.version,
            "navigation": entries_for(visitor.role),
            "themes": THEMES,
            "flash": message_of(visitor.flash),
        }
        return environment(visitor.language).get_template(template).render(shared | context)

    def show(self, visitor: Visitor, template: str, status: int = 200, **context: Any) -> HTMLResponse:
        """Return the answer that shows a page."""
        response = HTMLResponse(self.html(visitor, template, **context), status)
        response.headers["content-language"] = visitor.language
        if visitor.flash is not None:
            response.delete_cookie(COOKIE, path="/", secure=visitor.secure, httponly=True, samesite="lax")
        return response

    def go(self, visitor: Visitor, path: str, flash: str | None = None) -> RedirectResponse:
        """Return the answer that sends the browser to another page of ours, with a message if there is one to show there."""
        response = RedirectResponse(own_path(path), 303)
        if flash is not None:
            response.set_cookie(COOKIE, flash, max_age=60, path="/", secure=visitor.secure, httponly=True, samesite="lax")
        return response

    def words(self, visitor: Visitor, text: str) -> str:
        """Return a text in the visitor's language."""
        return translations(visitor.language).gettext(text)
