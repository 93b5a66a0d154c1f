"""Role × endpoint × own or foreign, generated from the OpenAPI document: a new route without a rule fails here."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import APIRouter

from serve.accounts.grants import make_key
from serve.accounts.identity import ROLES, SCOPES
from serve.accounts.rules import PAGES, RULES, Rule
from serve.accounts.tokens import csrf_token
from serve.app import create_app
from serve.clock import utc_now
from serve.settings import Settings
from serve.store.database import Database
from serve.store.webhooks import add_delivery, add_webhook
from tests.serve.accounts.world import PASSWORD, PEOPLE, World, make_world
from tests.serve.test_api import FakeClassifier

REFUSED = {"not-authenticated", "not-allowed", "csrf-failed", "rule-missing", "not-found", "case-not-found"}
ABSENT = {"not-found", "case-not-found"}
UNLISTED = {("GET", "/docs"), ("GET", "/docs/style.css"), *PAGES}
"""Routes outside the OpenAPI document; `tests.serve.web` has those of the pages."""
WITH_PROVIDER = {("GET", "/v1/oidc/login"), ("GET", "/v1/oidc/callback")}
"""Routes that exist with an identity provider only; `test_oidc` shows that they are public."""

BODIES: dict[tuple[str, str], dict[str, Any]] = {
    ("POST", "/v1/cases"): {"description": "A telephone with a long cord."},
    ("POST", "/v1/cases/{case_id}/request-review"): {"version": 1},
    ("POST", "/v1/cases/{case_id}/answer"): {"version": 1, "answer": "Yes."},
    ("POST", "/v1/cases/{case_id}/withdraw"): {"version": 1},
}
"""Bodies without which a foreign object would not even be looked for."""


def routes() -> list[tuple[str, str]]:
    database = Database.open("sqlite:////tmp/never-connected.db")
    document = create_app(Settings(), FakeClassifier(), database).openapi()
    return [(method.upper(), path) for path, item in document["paths"].items() for method in item]


ROUTES = routes()
GUARDED = [route for route in ROUTES if route in RULES and not RULES[route].public]
# Own and foreign make a difference only where the path names an object.
OBJECTS = [(route, foreign) for route in GUARDED for foreign in ((False, True) if "{" in route[1] else (False,))]


@pytest.fixture(scope="module")
def world(shared_url: str) -> Iterator[World]:
    """One world for all: every request makes the things it touches."""
    database = Database.open(shared_url)
    yield make_world(database, utc_now, cases=True)
    database.close()


def new_case(world: World, owner: str) -> str:
    answer = world.client.post("/v1/cases", json={"description": "A telephone with a long cord."}, headers=world.bearer(owner))
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def new_webhook(world: World, owner: str) -> str:
    with world.gate.database.writing() as connection:
        organisation = world.organisations[PEOPLE[owner][0]]
        return add_webhook(connection, organisation, "https://example.org/", ("case.determined",), "sealed", "2026").id


def new_delivery(world: World, owner: str) -> str:
    webhook_id = new_webhook(world, owner)
    with world.gate.database.writing() as connection:
        return add_delivery(connection, webhook_id, world.organisations[PEOPLE[owner][0]], "webhook.test", "{}", "2026").id


def filled(world: World, path: str, holder: str, asker: str) -> str:
    """Return the path with the ids of things that belong to `holder`; a key belongs to the asker itself when it is its own."""
    organisation = world.organisations[PEOPLE[holder][0]]
    makers = {
        "organisation_id": lambda: organisation,
        "user_id": lambda: world.users[holder],
        "case_id": lambda: new_case(world, holder),
        "webhook_id": lambda: new_webhook(world, holder),
        "delivery_id": lambda: new_delivery(world, holder),
        "key_id": lambda: make_key(world.gate, world.users[holder if holder == "rival" else asker], "spare", ["classify"], None)[0].id,
    }
    return re.sub(r"\{(\w+)\}", lambda found: makers[found[1]](), path)


def ask(world: World, route: tuple[str, str], holder: str, asker: str, headers: dict[str, str]) -> tuple[int, str]:
    """Return the status, and the name of the problem if there was one."""
    method, path = route
    body = None if method in ("GET", "DELETE") else BODIES.get(route, {})
    answer = world.client.request(method, filled(world, path, holder, asker), json=body, headers=headers)
    is_problem = answer.headers.get("content-type", "").startswith("application/problem+json")
    name = str(answer.json()["type"]).rpartition(":")[2] if is_problem else ""
    assert answer.status_code < 500, answer.text
    return answer.status_code, name


def expected(rule: Rule, role: str, foreign: bool) -> int | None:
    """Return the status of a refusal; None when the request must get through to the handler and find its object."""
    if role not in rule.roles:
        return 403
    hidden = (rule.own_only and role == "exporter") or (rule.personal and role != "admin")
    return 404 if foreign and hidden else None


class TestRules:
    """Every route has a rule, and every rule has a route."""

    def test_every_route_has_a_rule(self) -> None:
        assert [route for route in ROUTES if route not in RULES] == []

    def test_every_rule_has_a_route(self) -> None:
        assert set(RULES) - set(ROUTES) == UNLISTED | WITH_PROVIDER

    def test_a_route_without_a_rule_is_nobodys(self, world: World) -> None:
        forgotten = APIRouter()
        forgotten.add_api_route("/v1/forgotten", lambda: {"secret": 1})
        world.client.app.include_router(forgotten)  # type: ignore[attr-defined]
        answer = world.client.get("/v1/forgotten", headers=world.bearer("admin"))
        assert answer.status_code == 500
        assert answer.json()["type"] == "urn:catchall:problem:rule-missing"

    @pytest.mark.parametrize("route", GUARDED, ids=" ".join)
    def test_the_document_tells_the_rule(self, world: World, route: tuple[str, str]) -> None:
        operation = world.client.get("/openapi.json").json()["paths"][route[1]][route[0].lower()]
        assert operation["security"] == [{"key": []}, {"session": []}]
        assert {"401", "403"} <= set(operation["responses"])


class TestMatrix:
    """Each role gets what its rule says, on its own things and on foreign ones."""

    @pytest.mark.parametrize("role", ROLES)
    @pytest.mark.parametrize(
        ("route", "foreign"), OBJECTS, ids=lambda value: " ".join(value) if isinstance(value, tuple) else ("foreign" if value else "own")
    )
    def test_role(self, world: World, route: tuple[str, str], role: str, foreign: bool) -> None:
        status, name = ask(world, route, "rival" if foreign else "exporter", role, world.bearer(role))
        refusal = expected(RULES[route], role, foreign)
        if refusal is None:
            assert name not in REFUSED, f"{status} {name}"
            assert status != 401
        elif refusal == 404:
            assert (status, name in ABSENT) == (404, True), f"{status} {name}"
        else:
            assert (status, name) == (403, "not-allowed")

    @pytest.mark.parametrize("route", GUARDED, ids=" ".join)
    def test_nobody(self, world: World, route: tuple[str, str]) -> None:
        assert ask(world, route, "exporter", "exporter", {}) == (401, "not-authenticated")

    @pytest.mark.parametrize("route", [route for route in GUARDED if RULES[route].scope], ids=" ".join)
    def test_a_key_without_the_scope(self, world: World, route: tuple[str, str]) -> None:
        rule = RULES[route]
        role = min(rule.roles)
        others = [scope for scope in SCOPES if scope != rule.scope]
        headers = {"authorization": f"Bearer {world.key_for(role, *others)}"}
        assert ask(world, route, "exporter", role, headers) == (403, "not-allowed")

    @pytest.mark.parametrize("route", [route for route in GUARDED if route[0] != "GET"], ids=" ".join)
    def test_a_session_without_the_token_of_a_page(self, world: World, route: tuple[str, str]) -> None:
        role = min(RULES[route].roles)
        token = world.log_in(role, PASSWORD).cookies["catchall"]
        world.client.cookies.clear()
        path = filled(world, route[1], "exporter", role)
        for shown in ({}, {"x-csrf-token": "0" * 64}, {"x-csrf-token": csrf_token("another session")}):
            answer = world.client.request(route[0], path, json={}, headers={"cookie": f"catchall={token}"} | shown)
            assert answer.status_code == 403
            assert answer.json()["type"] == "urn:catchall:problem:csrf-failed"

    @pytest.mark.parametrize("route", [route for route in ROUTES if RULES[route].public], ids=" ".join)
    def test_public_routes_ask_for_nobody(self, world: World, route: tuple[str, str]) -> None:
        _, name = ask(world, route, "exporter", "exporter", {"authorization": "Bearer of bad news"})
        assert name not in REFUSED - {"not-authenticated"}
