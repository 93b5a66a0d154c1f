"""A world with a case in it, and people who work in a browser without scripts."""

import re
from dataclasses import dataclass
from html import unescape
from typing import Any

from fastapi.testclient import TestClient

from tests.serve.accounts.world import PASSWORD, World

TEXT = "Wireless microphone hidden in a mains plug."


@dataclass
class Browser:
    """Somebody signed in: asks for pages and sends forms with the token of the last page."""

    client: TestClient
    csrf: str

    @classmethod
    def of(cls, world: World, name: str) -> "Browser":
        client = TestClient(
            world.client.app, base_url="http://testserver", raise_server_exceptions=False, follow_redirects=False,
            headers={"accept": "text/html"},
        )  # fmt: skip
        answer = client.post("/v1/session", json={"name": name, "password": PASSWORD}, headers={"accept": "application/json"})
        return cls(client, str(answer.json()["csrf_token"]))

    def get(self, path: str) -> Any:
        return self.client.get(path)

    def page(self, path: str) -> str:
        """Return a page as text without mark-up, white space squeezed."""
        answer = self.get(path)
        assert answer.status_code == 200, answer.text
        return plain(answer.text)

    def send(self, path: str, **fields: Any) -> Any:
        return self.client.post(path, data=fields | {"csrf_token": self.csrf})


def plain(html: str) -> str:
    body = html.partition("<main")[2]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def new_case(world: World, text: str = TEXT, owner: str = "exporter", **more: Any) -> dict[str, Any]:
    answer = world.client.post("/v1/cases", json={"description": text} | more, headers=world.bearer(owner))
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found
