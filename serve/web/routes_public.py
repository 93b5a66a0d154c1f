"""The pages that everybody may see: what this is, the demo, categories, regimes, accessibility, legal notice."""

from collections.abc import Callable
from functools import lru_cache

from fastapi import APIRouter
from fastapi.responses import Response

from data.errors import NotFound
from model.assessment import Assessor
from serve.web.assessing import Answer, Assessing
from serve.web.draft import Draft
from serve.web.examples import EXAMPLES, example
from serve.web.pages import Pages
from serve.web.visitor import TheVisitor


def router(pages: Pages, assessing: Assessing, assessor: Callable[[], Assessor]) -> APIRouter:
    """Return the routes."""
    routes = APIRouter(include_in_schema=False)

    @lru_cache(maxsize=len(EXAMPLES) * 2)
    def assessed(name: str, _day: str) -> Answer:
        """Assess an example once a day: the demo costs nothing, however often it is asked for."""
        found = example(name)
        if found is None:
            raise NotFound(what="example", id=name[:60])
        return assessing(Draft(found.description, destination=found.destination))

    @routes.get("/")
    def home(visitor: TheVisitor) -> Response:
        """Show what this is."""
        return pages.show(visitor, "home.html.j2", examples=EXAMPLES)

    @routes.get("/demo/{example}")
    def demo(example: str, visitor: TheVisitor) -> Response:
        """Show the result for an example product."""
        answer = assessed(example, assessing.today())
        return pages.show(visitor, "result.html.j2", demo=True, **assessing.context(visitor, answer))

    @routes.get("/categories")
    def categories(visitor: TheVisitor) -> Response:
        """Explain the categories."""
        groups = [(family, [each for each in pages.taxonomy.categories if each.family == family.id]) for family in pages.taxonomy.families]
        return pages.show(visitor, "categories.html.j2", groups=groups)

    @routes.get("/regimes")
    def regimes(visitor: TheVisitor) -> Response:
        """Explain the regimes and list their entries."""
        return pages.show(visitor, "regimes.html.j2", facts=assessor().facts)

    @routes.get("/accessibility")
    def accessibility(visitor: TheVisitor) -> Response:
        """Show the accessibility statement."""
        return pages.show(visitor, "accessibility.html.j2")

    @routes.get("/legal")
    def legal(visitor: TheVisitor) -> Response:
        """Show the legal notice."""
        return pages.show(visitor, "legal.html.j2")

    return routes
