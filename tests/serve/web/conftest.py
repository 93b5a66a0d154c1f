"""The web application on a real database with people in it, and a browser that keeps cookies and asks for pages."""

import html
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from serve.store.database import Database
from tests.serve.accounts.world import PASSWORD, World, make_world
from tests.serve.conftest import SteppingClock


class _Form(HTMLParser):
    """Collects the hidden fields of a page's forms, and what no page of ours may hold."""

    def __init__(self) -> None:
        super().__init__()
        self.hidden: dict[str, str] = {}
        self.inline: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "input" and found.get("type") == "hidden":
            self.hidden[str(found["name"])] = found.get("value") or ""
        if tag == "style" or (tag == "script" and "src" not in found):
            self.inline.append(tag)
        self.inline += [f"{tag} {name}" for name in found if name == "style" or name.startswith("on")]


@dataclass
class Browser:
    """Walks through the pages of a world."""

    world: World

    def get(self, path: str, **headers: str) -> Any:
        return self.world.client.get(path, headers={"accept": "text/html"} | headers)

    def post(self, path: str, data: dict[str, Any] | None = None, page: str | None = None, **options: Any) -> Any:
        """Send a form with the hidden fields of the page it stands on (`page`: another one than `path`)."""
        hidden = self.hidden(page or path) if page != "" else {}
        return self.world.client.post(path, data=hidden | (data or {}), headers={"accept": "text/html"}, **options)

    def hidden(self, path: str) -> dict[str, str]:
        parser = _Form()
        parser.feed(self.get(path).text)
        return parser.hidden

    def sign_in(self, name: str) -> "Browser":
        answer = self.world.client.post("/sign-in", data={"name": name, "password": PASSWORD}, headers={"accept": "text/html"})
        assert answer.status_code == 303, answer.text
        return self

    def save(self, description: str = "A bug in a plug.", **fields: str) -> str:
        """Save a case; return its id."""
        answer = self.post("/classify/save", {"description": description} | fields, page="/classify")
        assert answer.status_code == 303, answer.text
        return str(answer.headers["location"]).rpartition("/")[2]


def inline_parts(page: str) -> list[str]:
    """Return scripts, styles and handlers that stand in a page."""
    parser = _Form()
    parser.feed(page)
    return parser.inline


def words(page: str) -> str:
    """Return the text of a page's content on one line."""
    main = page[page.index("<main") : page.index("</main>")]
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main)))


def _world(template: Path, folder: Path) -> Iterator[World]:
    shutil.copy(template, folder / "catchall.db")
    database = Database.open(f"sqlite:///{folder / 'catchall.db'}")
    yield make_world(database, SteppingClock(), cases=True)
    database.close()


@pytest.fixture
def browser(sqlite_template: Path, tmp_path: Path) -> Iterator[Browser]:
    """A browser nobody is signed in with; the fake model always finds covert audio and asks for a look."""
    for world in _world(sqlite_template, tmp_path):
        yield Browser(world)


@pytest.fixture(scope="module")
def shared_world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One world for the tests of a module: building the application takes longer than most of them."""
    yield from _world(sqlite_template, tmp_path_factory.mktemp("shared"))


@pytest.fixture
def visitor(shared_world: World) -> Browser:
    """A browser without cookies in the world of the module."""
    shared_world.client.cookies.clear()
    return Browser(shared_world)
