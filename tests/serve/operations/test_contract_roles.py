"""The whole API keeps its OpenAPI document for every role, on both databases: whatever is sent, no 5xx, nothing undocumented."""

import os
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from serve.accounts.grants import make_key
from serve.accounts.identity import ROLES
from serve.accounts.rules import RULES
from serve.clock import utc_now
from serve.store.database import Database
from tests.serve.accounts.test_matrix import ROUTES, new_case, new_delivery, new_webhook
from tests.serve.accounts.world import World, make_world
from tests.serve.operations.test_contract import CHECKS

EXAMPLES = int(os.environ.get("CATCHALL_TEST_EXAMPLES", "6"))
"""Requests for each role and route; more of them where time allows."""

ALLOWED = [(role, route) for route in ROUTES for role in ROLES if not RULES[route].public and role in RULES[route].roles]


@pytest.fixture(scope="module")
def world(shared_url: str) -> Iterator[World]:
    database = Database.open(shared_url)
    yield make_world(database, utc_now, cases=True)
    database.close()


@pytest.fixture(scope="module")
def schema(world: World) -> Any:
    return schemathesis.openapi.from_asgi("/openapi.json", world.client.app)


def things(world: World, role: str) -> dict[str, str]:
    """Return ids of things that are there; none of them is what the world itself lives on."""
    return {
        "case_id": new_case(world, "exporter"),
        "webhook_id": new_webhook(world, "exporter"),
        "delivery_id": new_delivery(world, "exporter"),
        "user_id": world.users["rival"],
        "organisation_id": world.organisations["south"],
        "key_id": make_key(world.gate, world.users[role], "spare", ["classify"], None)[0].id,
    }


class TestContract:
    """Half of the requests name things that exist, half name whatever the document allows."""

    @pytest.mark.parametrize(("role", "route"), ALLOWED, ids=lambda value: value if isinstance(value, str) else " ".join(value))
    def test_role(self, world: World, schema: Any, role: str, route: tuple[str, str]) -> None:
        method, path = route
        operation = schema[path][method]
        there = things(world, role)

        @settings(max_examples=EXAMPLES, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
        @given(case=operation.as_strategy(), exists=st.booleans())
        def asks(case: schemathesis.Case, exists: bool) -> None:
            if exists:
                case.path_parameters.update({name: there[name] for name in case.path_parameters if name in there})
            case.call_and_validate(headers=world.bearer(role), checks=CHECKS)

        asks()
