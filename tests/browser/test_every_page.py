"""Every page: accessible in both themes, valid HTML, a strict policy of contents, and light enough to load at once."""

import json
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from serve.web.visitor import LANGUAGE_COOKIE
from tests.browser.browsing import AXE, NARROW, TOOLS, VALIDATOR, WIDE, Visit, missing_tools
from tests.browser.lived_in import live_in
from tests.browser.places import Place, forgotten, places
from tests.browser.service import Service

Open = Callable[..., Visit]
STANDARDS = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
PRINTED = ("/cases/{case_id}", "/queue/{case_id}", "/model/disagreements/{case_id}", "/demo/{example}", "/classify")
"""Pages that people print."""
MOST_BYTES = 50_000
"""Of the first page with all it needs, as it travels."""


@dataclass
class Survey:
    """What was seen on a tour of every page, by the name of the page.

    Attributes:
        light, dark: what axe-core finds in each theme; french: on the French page; printed: in the form for paper.
        wide: width in pixels on a narrow screen, where it is wider than the screen, by page and language.
        scrolled: tables that are a page's main content and have to be scrolled sideways on a narrow screen.
        stacked: how many of these tables a page has.
        sources: the HTML as it was sent.
        faults: what the browser complained about.
    """

    known: list[Place]
    light: dict[str, list[str]] = field(default_factory=dict)
    dark: dict[str, list[str]] = field(default_factory=dict)
    french: dict[str, list[str]] = field(default_factory=dict)
    printed: dict[str, list[str]] = field(default_factory=dict)
    wide: dict[str, int] = field(default_factory=dict)
    scrolled: dict[str, list[str]] = field(default_factory=dict)
    stacked: dict[str, int] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)
    faults: dict[str, list[str]] = field(default_factory=dict)

    def look(self, place: Place, window: Visit) -> None:
        """Look at one page, once loaded in every way."""
        window.page.set_viewport_size(WIDE)
        window.page.emulate_media(color_scheme="light")
        window.faults.clear()
        place.open(window.page)
        if not missing_tools():
            self.sources[place.name] = _source(place, window)
            unfold(window)
            self.light[place.name] = violations(window)
            window.page.emulate_media(color_scheme="dark")
            self.dark[place.name] = violations(window)
            if place.template in PRINTED:
                window.page.emulate_media(color_scheme="light", media="print")
                self.printed[place.name] = violations(window)
                window.page.emulate_media(media="screen")
        self.narrow(place.name, window)
        self.stacked[place.name] = window.page.locator("table.stack, table.queue").count()
        # The browser notes in its console that an error page is an error; that is what it is.
        expected = "Failed to load resource" if place.name in ("not-found", "no-permission") else "\0"
        self.faults[place.name] = [fault for fault in window.faults if expected not in fault]

    def narrow(self, name: str, window: Visit) -> None:
        """Make the screen narrow and see whether anything is too wide for it."""
        window.page.set_viewport_size(NARROW)
        if (width := window.page.evaluate("document.documentElement.scrollWidth")) > NARROW["width"]:
            self.wide[name] = width
        self.scrolled[name] = window.page.evaluate(_SCROLLED)

    def look_in_french(self, place: Place, window: Visit) -> None:
        """Look at the same page in French."""
        window.page.set_viewport_size(WIDE)
        window.page.emulate_media(color_scheme="light")
        place.open(window.page)
        unfold(window)
        self.french[place.name] = violations(window)
        self.narrow(f"{place.name} (fr)", window)


@pytest.fixture(scope="module")
def survey(browser: Browser, service: Service) -> Survey:
    """A tour of every page of a service that is lived in, as the people who look at them."""
    survey = Survey(places(service, live_in(service)))
    for who in dict.fromkeys(each.who for each in survey.known):
        window = Visit(browser, service.address)
        if who:
            window.sign_in(who)
        for place in (each for each in survey.known if each.who == who):
            survey.look(place, window)
        if not missing_tools():
            window.context.add_cookies([{"name": LANGUAGE_COOKIE, "value": "fr", "url": service.address}])
            for place in (each for each in survey.known if each.who == who):
                survey.look_in_french(place, window)
        window.close()
    return survey


def unfold(window: Visit) -> None:
    """Fold out everything on a page, and bring the checker in."""
    window.page.evaluate("for (const each of document.querySelectorAll('main details')) each.open = true")
    window.page.evaluate(AXE.read_text(encoding="utf-8"))


def violations(window: Visit) -> list[str]:
    """Return what axe-core finds on the page that is shown."""
    found = window.page.evaluate("only => axe.run(document, {runOnly: only, resultTypes: ['violations']})", STANDARDS)
    return [f"{each['id']}: {node['html'][:160]}" for each in found["violations"] for node in each["nodes"][:3]]


def faulty(seen: dict[str, list[str]]) -> dict[str, list[str]]:
    """Return the pages with faults."""
    return {name: faults for name, faults in seen.items() if faults}


needs_tools = pytest.mark.skipif(bool(missing_tools()), reason=f"lacks {missing_tools()}")


class TestEveryPage:
    """What holds for one page holds for all, and none is forgotten. Everything that can be folded out is."""

    def test_no_page_is_forgotten(self, survey: Survey) -> None:
        assert list(forgotten(survey.known)) == []

    def test_no_page_makes_the_browser_complain(self, survey: Survey) -> None:
        assert faulty(survey.faults) == {}

    @needs_tools
    def test_axe_finds_nothing_in_the_light_theme(self, survey: Survey) -> None:
        assert len(survey.light) == len(survey.known)
        assert faulty(survey.light) == {}

    @needs_tools
    def test_axe_finds_nothing_in_the_dark_theme(self, survey: Survey) -> None:
        assert len(survey.dark) == len(survey.known)
        assert faulty(survey.dark) == {}

    @needs_tools
    def test_axe_finds_nothing_in_french(self, survey: Survey) -> None:
        assert len(survey.french) == len(survey.known)
        assert faulty(survey.french) == {}

    @needs_tools
    def test_axe_finds_nothing_on_paper(self, survey: Survey) -> None:
        assert len(survey.printed) >= 8
        assert faulty(survey.printed) == {}

    @needs_tools
    def test_html_is_valid(self, survey: Survey, tmp_path: Path) -> None:
        for name, source in survey.sources.items():
            (tmp_path / f"{name}.html").write_text(source, encoding="utf-8")
        # Of buttons and tables it may not complain: a button sends unless told otherwise, and the roles of tables that are shown as blocks
        # on a narrow screen have to be said.
        config = Path(__file__).with_name(".htmlvalidate.json")
        command = ["node", str(VALIDATOR), "--config", str(config), "--formatter", "json", *map(str, sorted(tmp_path.glob("*.html")))]
        report = tmp_path / "report.json"  # a pipe would cut it
        with report.open("w", encoding="utf-8") as out:
            subprocess.run(command, stdout=out, cwd=TOOLS.parent, check=False, timeout=240)
        faults = [
            f"{Path(each['filePath']).stem}:{message['line']}: {message['ruleId']}: {message['message']}"
            for each in json.loads(report.read_text(encoding="utf-8"))
            for message in each["messages"]
        ]
        assert faults == []
        assert len(survey.sources) == len(survey.known)

    def test_nothing_is_wider_than_a_narrow_screen(self, survey: Survey) -> None:
        assert survey.wide == {}

    def test_main_tables_are_stacked_on_a_narrow_screen(self, survey: Survey) -> None:
        stacked = {name for name, count in survey.stacked.items() if count}
        assert stacked >= {"result", "cases", "case", "queue", "review", "identical", "users", "keys", "model", "controls"}
        assert faulty(survey.scrolled) == {}


class TestTheChecker:
    """A checker that finds nothing must be one that could."""

    @needs_tools
    @pytest.mark.parametrize("media", [{"color_scheme": "light"}, {"color_scheme": "dark"}, {"media": "print"}])
    def test_it_sees_what_is_wrong(self, visit: Open, media: dict[str, Any]) -> None:
        window = visit()
        window.page.emulate_media(**media)
        window.page.goto("/legal")
        unfold(window)
        assert violations(window) == []
        window.page.evaluate("document.querySelector('main h2').style.color = 'color-mix(in srgb, currentColor 20%, canvas)'")
        window.page.evaluate("document.querySelector('main').append(document.createElement('input'))")
        assert {each.partition(":")[0] for each in violations(window)} >= {"color-contrast", "label"}


class TestPolicyOfContents:
    """A browser runs and loads nothing but our own files."""

    def test_it_is_strict(self, visit: Open) -> None:
        window = visit()
        response = window.page.goto("/")
        assert response is not None
        policy = response.headers["content-security-policy"]
        assert "unsafe" not in policy
        assert "default-src 'none'" in policy or "default-src 'self'" in policy

    def test_inline_script_is_refused(self, visit: Open) -> None:
        window = visit()
        window.page.goto("/")
        window.page.evaluate("document.body.append(Object.assign(document.createElement('script'), {textContent: 'document.title = 1'}))")
        assert window.page.title() != "1"
        assert any("Content Security Policy" in fault for fault in window.faults)
        window.faults.clear()

    def test_first_page_is_light(self, visit: Open) -> None:
        window = visit()
        sizes: list[int] = []
        window.page.on("requestfinished", lambda request: sizes.append(sum(request.sizes()[each] for each in _TRAVELS)))
        window.page.goto("/", wait_until="networkidle")
        assert 0 < sum(sizes) < MOST_BYTES


_SCROLLED = """[...document.querySelectorAll(".scroll:has(> table.stack, > table.queue)")]
    .filter(each => each.scrollWidth > each.clientWidth + 1).map(each => each.getAttribute("aria-label"))"""
_TRAVELS = ("responseHeadersSize", "responseBodySize")


def _source(place: Place, window: Visit) -> str:
    """Return the HTML as the service sent it."""
    if place.classified:
        # The answer to a form cannot be asked for again; the browser's own writing of it has the same elements.
        return "<!doctype html>" + str(window.page.locator("html").evaluate("element => element.outerHTML"))
    response = window.context.request.get(place.path, headers={"accept": "text/html"})
    return response.text()
