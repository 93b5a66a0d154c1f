"""A browser that a test looks through, with everything that goes wrong in it noted."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.serve.accounts.world import PASSWORD

TOOLS = Path(__file__).parent / "node_modules"
AXE = TOOLS / "axe-core" / "axe.min.js"
VALIDATOR = TOOLS / "html-validate" / "bin" / "html-validate.mjs"
PATIENCE = 120_000
"""Milliseconds for one step: the longest text takes its time on a busy machine."""
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 360, "height": 780}


def chromium() -> str | None:
    """Return the browser of this machine: `CATCHALL_CHROMIUM`, or the one on the path; None when there is none."""
    named = os.environ.get("CATCHALL_CHROMIUM")
    return named if named and Path(named).exists() else shutil.which("chromium") or shutil.which("chromium-browser")


def missing() -> str:
    """Return what browser tests lack on this machine; the empty string when they can run."""
    if chromium() is None:
        return "Chromium (apt install chromium, or name it in CATCHALL_CHROMIUM)"
    return ""


def missing_tools() -> str:
    """Return what the checks of accessibility and HTML lack besides a browser."""
    if shutil.which("node") is None:
        return "Node.js (apt install nodejs npm)"
    return "" if AXE.exists() and VALIDATOR.exists() else "axe-core and html-validate (make tools)"


@contextmanager
def browsers() -> Iterator[Browser]:
    """Start the browser of this machine, headless; none is ever downloaded."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox", "--disable-dev-shm-usage"])
        yield browser
        browser.close()


class Visit:
    """One person at one browser; `faults` collects what the console, the network and the policy of contents complain about."""

    def __init__(self, browser: Browser, address: str, **options: Any) -> None:
        wanted = {"viewport": WIDE, "locale": "en-GB", "timezone_id": "Europe/Zurich", "reduced_motion": "reduce"} | options
        self.context: BrowserContext = browser.new_context(base_url=address, **wanted)
        self.context.set_default_timeout(PATIENCE)
        self.address = address
        self.faults: list[str] = []
        self.page: Page = self.context.new_page()
        self.page.on("console", lambda message: message.type in ("error", "warning") and self.faults.append(f"console: {message.text}"))
        self.page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))
        self.page.on("dialog", self._dialog)
        self.page.on("request", self._request)

    def _dialog(self, dialog: Any) -> None:
        self.faults.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _request(self, request: Any) -> None:
        if not request.url.startswith((self.address, "data:", "blob:", "about:")):
            self.faults.append(f"loaded from elsewhere: {request.url}")

    def sign_in(self, name: str) -> Page:
        """Sign in by the form."""
        self.page.goto("/sign-in")
        self.page.locator("#name").fill(name)
        self.page.locator("#password").fill(PASSWORD)
        self.page.locator("main button").click()
        self.page.wait_for_url(lambda url: "/sign-in" not in url)
        return self.page

    def close(self) -> None:
        """Leave."""
        self.context.close()
