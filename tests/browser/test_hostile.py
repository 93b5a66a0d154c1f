"""Descriptions are hostile: whatever they hold is shown as text, inert and legible."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.browsing import NARROW, Visit
from tests.browser.service import EXPORTER, OFFICER

Open = Callable[..., Visit]

SCRIPT = (
    "Handheld jammer </textarea><script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">"
    "<svg onload=document.title='owned'> {{ 7*7 }} {% raw %} <style>*{display:none}</style> blocks GNSS."
)
TURNED = "Camera \u202egpj.exe\u202c with \u2066\u2067hidden\u2069\u2069 words and \u200b zero width, \u0007 a bell, \u061c a mark."
LONG = "x" * 3_000 + " thermal camera core with 640 x 512 pixels. " + "The sensor sees persons at night. " * 2_850
NAME = "<b onmouseover=document.title='owned'>\u202eeman\u202c"


def shown(page: Page) -> str:
    """Return the text of the description that a page shows."""
    return page.locator(".source").first.inner_text()


def harmless(page: Page) -> None:
    """Assert that nothing in a page came alive."""
    assert "owned" not in page.title() or "<" in page.title()
    assert page.locator("main script, main img[src=x], main style, main b[onmouseover]").count() == 0
    assert page.locator("h1").first.is_visible()


@pytest.mark.parametrize("text", [SCRIPT, TURNED, LONG[:100_000]], ids=["script", "turned", "long"])
class TestHostileDescriptions:
    """Every page that shows a description shows it as it is, at every width, to everybody."""

    def test_result_case_queue_and_review(self, visit: Open, text: str) -> None:
        exporter = visit(viewport=NARROW)
        page = exporter.sign_in(EXPORTER)
        page.goto("/classify")
        page.locator("#description").fill(text)
        page.locator("#product_name").fill(NAME)
        page.locator("#classify-button").click()
        page.locator("#follow-up").wait_for(state="attached")
        harmless(page)
        self._legible(page, text)
        page.locator("[formaction='/classify/save']").click()
        page.wait_for_url("**/cases/*")
        harmless(page)
        self._legible(page, text)
        case_id = page.url.rsplit("/", 1)[-1]
        if page.locator("#review-comment").count():
            page.locator("summary", has_text="Ask for a review").click()
            page.locator("#review-comment").fill(text[:2_000])
            page.locator("form[action$='/request-review'] button").click()
            page.locator(".chip", has_text="In review").first.wait_for()
        harmless(page)
        page.goto("/cases")
        harmless(page)
        officer = visit()
        desk = officer.sign_in(OFFICER)
        for path in ("/queue", f"/queue/{case_id}", f"/queue/{case_id}?hide=1", f"/queue/{case_id}/identical"):
            desk.goto(path)
            harmless(desk)
            assert desk.evaluate("document.documentElement.scrollWidth") <= 1280
        desk.goto(f"/queue/{case_id}")
        self._legible(desk, text)

    @staticmethod
    def _legible(page: Page, text: str) -> None:
        """Assert that a description is shown whole, in the order it was written, without widening the page."""
        width = page.viewport_size["width"] if page.viewport_size else 0
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        seen = shown(page)
        if text is SCRIPT:
            assert "<script>document.title='owned'</script>" in seen
            assert "{{ 7*7 }}" in seen
        elif text is TURNED:
            assert not set("\u202e\u202c\u2066\u2067\u2069\u200b\u061c\u0007") & set(page.locator(".source").first.text_content() or "")
            assert "U+202E" in seen or "RLO" in seen or "RIGHT-TO-LEFT OVERRIDE" in seen.upper()
        else:
            assert "thermal camera core" in seen
            box = page.locator(".source").first.bounding_box()
            assert box is not None and box["height"] < 2_000  # it scrolls in itself
