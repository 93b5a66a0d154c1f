"""A running service and a browser for each module of tests; without Chromium they are skipped, and the summary says so loudly."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from model.predictor import Predictor
from tests.browser.browsing import missing, missing_tools

if not missing():
    from playwright.sync_api import Browser

    from tests.browser.browsing import Visit, browsers
    from tests.browser.service import Service, running


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say what was not tested."""
    for lacking, what in ((missing(), "NO PAGE WAS TESTED IN A BROWSER"), (missing_tools(), "ACCESSIBILITY AND HTML WERE NOT CHECKED")):
        if lacking:
            terminalreporter.write_sep("!", f"{what}: this machine lacks {lacking}", red=True, bold=True)


@pytest.fixture(scope="module")
def service(predictor: Predictor, tmp_path_factory: pytest.TempPathFactory) -> "Iterator[Service]":
    """The service, with its people and no cases."""
    if lacking := missing():
        pytest.skip(f"lacks {lacking}")
    with running(tmp_path_factory.mktemp("service"), predictor) as service:
        yield service


@pytest.fixture(scope="module")
def browser(service: "Service") -> "Iterator[Browser]":
    """A browser. It ends with the module: Playwright leaves an event loop in the main thread as long as it runs."""
    with browsers() as browser:
        yield browser


@pytest.fixture
def visit(browser: "Browser", service: "Service") -> "Iterator[Callable[..., Visit]]":
    """Open a browser window for a person. Whatever a test does, no window may complain about anything."""
    visits: list[Visit] = []

    def open_one(**options: Any) -> Visit:
        visits.append(Visit(browser, service.address, **options))
        return visits[-1]

    yield open_one
    for each in visits:
        each.close()
    assert [fault for each in visits for fault in each.faults] == []
