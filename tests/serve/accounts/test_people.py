"""Organisations and users: made once, seen by who may, never without an administrator."""

import threading

import pytest

from data.errors import LastAdministrator
from serve.accounts.people import alter_user
from tests.serve.accounts.world import PASSWORD, World


class TestOrganisations:
    """An organisation has a name of its own."""

    def test_pages(self, world: World) -> None:
        first = world.client.get("/v1/organisations?limit=2", headers=world.bearer("officer")).json()
        assert [each["name"] for each in first["items"]] == ["authority", "north"]
        second = world.client.get("/v1/organisations", params={"limit": 2, "after": first["after"]}, headers=world.bearer("officer")).json()
        assert ([each["name"] for each in second["items"]], second["after"]) == (["south"], None)

    def test_exporters_see_their_own(self, world: World) -> None:
        found = world.client.get("/v1/organisations", headers=world.bearer("exporter")).json()
        assert [each["name"] for each in found["items"]] == ["north"]

    @pytest.mark.parametrize("name", ["north", "  NORTH ", "ｎｏｒｔｈ"])
    def test_taken(self, world: World, name: str) -> None:
        answer = world.client.post("/v1/organisations", json={"name": name}, headers=world.bearer("admin"))
        assert (answer.status_code, answer.json()["type"]) == (409, "urn:catchall:problem:name-taken")

    @pytest.mark.parametrize("name", ["", "   ", "a\nb", "a\u202eb", "x" * 321, 5, None])
    def test_unusable(self, world: World, name: object) -> None:
        assert world.client.post("/v1/organisations", json={"name": name}, headers=world.bearer("admin")).status_code == 422


class TestUsers:
    """A user belongs to an organisation and has one role."""

    def add(self, world: World, **body: object) -> object:
        content = {"organisation_id": world.organisations["north"], "name": "ana@example.org", "role": "exporter", "password": PASSWORD}
        return world.client.post("/v1/users", json=content | body, headers=world.bearer("admin"))

    def test_made_and_logs_in(self, world: World) -> None:
        answer = self.add(world)
        assert answer.status_code == 201
        assert "hash" not in answer.text
        assert world.log_in("ANA@example.org").status_code == 200

    def test_taken(self, world: World) -> None:
        assert self.add(world, name="Exporter").status_code == 409

    def test_unknown_organisation(self, world: World) -> None:
        assert self.add(world, organisation_id="nowhere").status_code == 404

    def test_without_password(self, world: World) -> None:
        assert self.add(world, password=None).json()["has_password"] is False
        assert world.log_in("ana@example.org").status_code == 401

    def test_weak_password(self, world: World) -> None:
        answer = self.add(world, password="short")
        assert (answer.status_code, answer.json()["type"]) == (422, "urn:catchall:problem:weak-password")

    def test_exporters_see_their_colleagues(self, world: World) -> None:
        self.add(world)
        found = world.client.get("/v1/users", headers=world.bearer("exporter")).json()
        assert [each["name"] for each in found["items"]] == ["ana@example.org", "exporter"]
        assert world.client.get(f"/v1/users/{world.users['rival']}", headers=world.bearer("exporter")).status_code == 404

    def test_a_role_change_holds_at_once(self, world: World) -> None:
        asked = {"headers": world.bearer("exporter"), "json": {"name": "new"}}
        assert world.client.post("/v1/organisations", **asked).status_code == 403
        changed = world.client.patch(f"/v1/users/{world.users['exporter']}", json={"role": "admin"}, headers=world.bearer("admin"))
        assert changed.json()["role"] == "admin"
        assert world.client.post("/v1/organisations", **asked).status_code == 201

    def test_disabled_and_enabled(self, world: World) -> None:
        path, asker = f"/v1/users/{world.users['exporter']}", world.bearer("admin")
        assert world.client.patch(path, json={"disabled": True}, headers=asker).json()["disabled_at"] is not None
        assert world.client.get("/v1/session", headers=world.bearer("exporter")).status_code == 401
        assert world.client.patch(path, json={"disabled": False}, headers=asker).json()["disabled_at"] is None
        assert world.client.get("/v1/session", headers=world.bearer("exporter")).status_code == 200

    def test_password_reset_ends_sessions_and_lock(self, world: World) -> None:
        world.log_in("officer")
        for _ in range(6):
            world.log_in("officer", "wrong password")
        body = {"password": "a quite different phrase"}
        assert world.client.put(f"/v1/users/{world.users['officer']}/password", json=body, headers=world.bearer("admin")).status_code == 204
        assert world.client.get("/v1/session").status_code == 401
        assert world.log_in("officer", body["password"]).status_code == 200


class TestLastAdministrator:
    """Somebody can always administer."""

    @pytest.mark.parametrize("change", [{"disabled": True}, {"role": "officer"}])
    def test_it(self, world: World, change: dict[str, object]) -> None:
        answer = world.client.patch(f"/v1/users/{world.users['admin']}", json=change, headers=world.bearer("admin"))
        assert (answer.status_code, answer.json()["type"]) == (409, "urn:catchall:problem:last-administrator")
        assert world.client.get("/v1/users", headers=world.bearer("admin")).status_code == 200

    def test_two_who_demote_each_other_at_once(self, world: World) -> None:
        alter_user(world.gate, world.users["officer"], "admin", None)
        failed: list[Exception] = []

        def demote(name: str) -> None:
            try:
                alter_user(world.gate, world.users[name], "officer", None)
            except LastAdministrator as error:
                failed.append(error)

        threads = [threading.Thread(target=demote, args=(name,)) for name in ("admin", "officer")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(failed) == 1
