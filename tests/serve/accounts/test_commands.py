"""`catchall organisations`, `users`, `keys`: what they print is what the API then knows."""

import pytest
from typer.testing import CliRunner, Result

from cli import app
from serve.clock import utc_now
from serve.store.database import Database
from tests.serve.accounts.world import PASSWORD, World, make_world


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, database_url: str) -> None:
    monkeypatch.setenv("CATCHALL_DATABASE_URL", database_url)


@pytest.fixture
def world(database: Database) -> World:
    """The API on the database that the commands work on, with the time of the machine as they have it."""
    return make_world(database, utc_now, {"root": ("authority", "admin")})


def run(*arguments: str, stdin: str | None = None) -> Result:
    return CliRunner().invoke(app, list(arguments), input=stdin)


class TestPeople:
    """Organisations and users are made, listed, disabled, and get new passwords."""

    def test_made_and_logs_in(self, world: World) -> None:
        assert run("organisations", "add", "Acme Ltd").exit_code == 0
        made = run("users", "add", "ana", "--organisation", "acme ltd", "--role", "officer", "--password-stdin", stdin=PASSWORD + "\n")
        assert made.exit_code == 0
        assert made.stdout.strip() in run("users", "list").stdout
        assert "Acme Ltd" in run("organisations", "list").stdout
        assert world.log_in("ana").json()["user_id"] == made.stdout.strip()

    def test_the_password_is_asked_for_twice(self, world: World) -> None:
        made = run("users", "add", "ana", "--organisation", "authority", stdin=f"{PASSWORD}\n{PASSWORD}\n")
        assert made.exit_code == 0
        assert PASSWORD not in made.output
        assert world.log_in("ana").status_code == 200

    def test_disabled_and_enabled(self, world: World) -> None:
        run("users", "add", "ana", "--organisation", "authority", "--password-stdin", stdin=PASSWORD)
        assert run("users", "disable", "ANA").exit_code == 0
        assert world.log_in("ana").status_code == 401
        assert run("users", "disable", "ana", "--undo").exit_code == 0
        assert world.log_in("ana").status_code == 200

    def test_a_new_password(self, world: World) -> None:
        assert run("users", "password", "root", "--password-stdin", stdin="another long pass phrase\n").exit_code == 0
        assert world.log_in("root").status_code == 401
        assert world.log_in("root", "another long pass phrase").status_code == 200

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (["organisations", "add", "AUTHORITY"], "is taken"),
            (["users", "add", "ana", "--organisation", "nowhere", "--no-password"], "no organisation 'nowhere'"),
            (["users", "add", "root", "--organisation", "authority", "--no-password"], "is taken"),
            (["users", "add", "ana", "--organisation", "authority", "--role", "king", "--no-password"], "king"),
            (["users", "disable", "nobody"], "no user 'nobody'"),
            (["users", "disable", "root"], "last active administrator"),
            (["keys", "create", "root", "--name", "x", "--scope", "everything"], "no scope"),
            (["keys", "revoke", "nothing"], "no key 'nothing'"),
        ],
    )
    def test_refused(self, world: World, arguments: list[str], message: str) -> None:
        result = run(*arguments)
        assert result.exit_code == 2
        assert message in " ".join(result.output.split())

    def test_weak_password(self, world: World) -> None:
        assert run("users", "password", "root", "--password-stdin", stdin="short\n").exit_code == 2


class TestKeys:
    """A key's secret is printed once; its id ends it."""

    def test_life(self, world: World) -> None:
        secret = run("keys", "create", "root", "--name", "ERP", "--scope", "accounts", "--days", "3").stdout.strip()
        headers = {"authorization": f"Bearer {secret}"}
        keys = world.client.get("/v1/keys", headers=headers).json()["items"]
        key_id = next(key["id"] for key in keys if key["name"] == "ERP")
        assert key_id in run("keys", "list", "root").stdout
        assert run("keys", "revoke", key_id).exit_code == 0
        assert world.client.get("/v1/keys", headers=headers).status_code == 401


class TestUnusableDatabase:
    """A database that cannot be used is named without its password."""

    def test_address(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("CATCHALL_DATABASE_URL", "mysql://root:secret@x/y")
        result = run("users", "list")
        assert result.exit_code == 2
        assert "secret" not in result.output

    def test_down(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("CATCHALL_DATABASE_URL", "postgresql+psycopg://root:secret@127.0.0.1:1/y")
        result = run("users", "list")
        assert result.exit_code == 2
        assert "cannot be reached" in result.output
        assert "secret" not in result.output
