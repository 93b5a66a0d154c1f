"""What is done to accounts is in the audit: who, whom, what it was and what it became."""

from serve.accounts.people import alter_user
from serve.accounts.setup import prepare
from serve.cases.chain import Event
from serve.cases.verify import verify
from serve.store.audit import chain
from serve.store.database import Database
from tests.serve.accounts.world import PASSWORD, World, make_world
from tests.serve.conftest import SteppingClock


def events(world: World, organisation: str) -> list[Event]:
    with world.gate.database.reading() as connection:
        return list(chain(connection, world.organisations[organisation]))


class TestRecord:
    """Each change is an event in the chain of the organisation whose account it is."""

    def test_changes(self, world: World) -> None:
        known, admin, user = len(events(world, "north")), world.bearer("admin"), world.users["exporter"]
        client = world.client
        client.patch(f"/v1/users/{user}", json={"role": "officer"}, headers=admin | {"x-request-id": "request-77"})
        client.patch(f"/v1/users/{user}", json={"disabled": True}, headers=admin)
        client.put(f"/v1/users/{user}/password", json={"password": PASSWORD + "!"}, headers=admin)
        for _ in range(2):
            client.delete(f"/v1/keys/{world.keys['exporter']}", headers=admin)
        new = events(world, "north")[known:]
        assert [event.type for event in new] == ["user_changed", "user_changed", "password_reset", "key_revoked"]
        assert {event.actor_id for event in new} == {world.users["admin"]}
        assert new[0].request_id == "request-77"
        assert new[0].old == {"user_id": user, "role": "exporter", "disabled": False}
        assert new[0].new == {"user_id": user, "role": "officer", "disabled": False}
        assert verify(world.gate.database)[0] == []

    def test_what_changes_nothing_is_no_event(self, world: World) -> None:
        known = events(world, "north")
        alter_user(world.gate, world.users["exporter"], "exporter", False)
        assert events(world, "north") == known

    def test_a_refused_change_is_no_event(self, world: World) -> None:
        known = events(world, "authority")
        world.client.patch(f"/v1/users/{world.users['admin']}", json={"disabled": True}, headers=world.bearer("admin"))
        assert events(world, "authority") == known

    def test_no_secret_and_no_name(self, world: World, database: Database) -> None:
        with database.reading() as connection:
            everything = str(connection.exec_driver_sql("SELECT * FROM audit_events").all())
        assert all(secret not in everything for secret in (*world.secrets.values(), PASSWORD, "rival", "$argon2"))

    def test_commands_and_setup_are_the_systems(self, database: Database, clock: SteppingClock) -> None:
        world = make_world(database, clock, people={})
        prepare(world.gate, PASSWORD)
        world.organisations["home"] = world.log_in("admin").json()["organisation_id"]
        assert [(event.type, event.actor_id) for event in events(world, "home")] == [("user_added", "system")]
