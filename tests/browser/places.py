"""Every page there is, and who looks at it: what is checked for accessibility and shown in the screenshots."""

from collections.abc import Iterator
from dataclasses import dataclass

from playwright.sync_api import Page

from serve.accounts.rules import PAGES
from tests.browser.lived_in import THERMAL
from tests.browser.service import ADMIN, EXPORTER, OFFICER, SCIENTIST, SECOND, Service

NOT_PAGES = {"/static/{name}", "/cases/{case_id}/memo"}
"""Addresses that give a file."""


@dataclass(frozen=True)
class Place:
    """A page as somebody sees it.

    Attributes:
        template: its path in the access rules.
        who: name of the person; empty: not signed in.
        classified: the form at the path is filled in and sent first.
    """

    name: str
    template: str
    path: str
    who: str = ""
    classified: bool = False

    def open(self, page: Page) -> None:
        """Go there."""
        page.goto(self.path)
        if self.classified:
            page.locator("#description").fill(THERMAL.description)
            page.locator("#destination").select_option("IN")
            page.locator("#classify-button").click()
            page.locator(".outcome").wait_for()


def places(service: Service, ids: dict[str, str]) -> list[Place]:
    """Return every page of a service that is lived in."""
    public = ["categories", "regimes", "accessibility", "legal", "sign-in", "styleguide"]
    return [
        Place("home", "/", "/"),
        *(Place(name, f"/{name}", f"/{name}") for name in public),
        Place("demo", "/demo/{example}", "/demo/cell-simulator"),
        Place("not-found", "", "/no-such-page"),
        Place("classify", "/classify", "/classify", EXPORTER),
        Place("result", "/classify", "/classify", EXPORTER, classified=True),
        Place("cases", "/cases", "/cases", EXPORTER),
        Place("cases-none", "/cases", "/cases?q=nothing-of-that-name", EXPORTER),
        Place("case", "/cases/{case_id}", f"/cases/{ids['determined']}", EXPORTER),
        Place("case-waiting", "/cases/{case_id}", f"/cases/{ids['thermal']}", EXPORTER),
        Place("no-permission", "", "/queue", EXPORTER),
        Place("password", "/password", "/password", EXPORTER),
        Place("keys", "/keys", "/keys", EXPORTER),
        Place("queue", "/queue", "/queue", OFFICER),
        Place("queue-none", "/queue", "/queue?category=cryptanalysis", OFFICER),
        Place("review", "/queue/{case_id}", f"/queue/{ids['mine']}", OFFICER),
        Place("review-thermal", "/queue/{case_id}", f"/queue/{ids['thermal']}", OFFICER),
        Place("review-second", "/queue/{case_id}", f"/queue/{ids['second']}", SECOND),
        Place("review-determined", "/queue/{case_id}", f"/queue/{ids['determined']}", OFFICER),
        Place("identical", "/queue/{case_id}/identical", f"/queue/{ids['mine']}/identical", OFFICER),
        Place("dashboard", "/dashboard", "/dashboard", OFFICER),
        Place("model", "/model", "/model", SCIENTIST),
        Place("disagreement", "/model/disagreements/{case_id}", f"/model/disagreements/{ids['determined']}", SCIENTIST),
        Place("policy", "/policy", "/policy", OFFICER),
        Place("controls", "/controls", "/controls", SCIENTIST),
        Place("users", "/users", "/users", ADMIN),
        Place("user", "/users/{user_id}", f"/users/{service.users[EXPORTER]}", ADMIN),
        Place("audit", "/audit", "/audit", ADMIN),
    ]


def forgotten(known: list[Place]) -> Iterator[str]:
    """Return the pages of the access rules that are not among those known."""
    return (path for method, path in PAGES if method == "GET" and path not in {each.template for each in known} | NOT_PAGES)
