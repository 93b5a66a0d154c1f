"""Logging in: what proves a user, what does not, and how long it lasts."""

import threading

import pytest

from serve.accounts.lockout import FREE_ATTEMPTS, LONGEST_WAIT, wait_after
from serve.accounts.tokens import csrf_token, new_token, token_hash
from serve.clock import stamp
from serve.store.database import Database
from serve.store.sessions import holder_of_session
from tests.serve.accounts.world import PASSWORD, World, make_world
from tests.serve.conftest import SteppingClock

NEW = "another long pass phrase"


def refused(answer: object) -> str:
    return str(answer.json()["type"]).rpartition(":")[2]  # type: ignore[attr-defined]


class TestLogin:
    """Name and password open a session."""

    def test_who(self, world: World) -> None:
        answer = world.log_in("Officer")  # names differ in more than letter case
        assert answer.status_code == 200
        content = answer.json()
        assert (content["name"], content["role"], content["via"]) == ("officer", "officer", "session")
        assert world.client.get("/v1/session").json() == content

    def test_cookie(self, world: World) -> None:
        cookie = world.log_in("officer").headers["set-cookie"].lower()
        assert "httponly" in cookie
        assert "samesite=lax" in cookie
        assert "path=/" in cookie
        assert "secure" not in cookie

    def test_cookie_over_https(self, database: Database, clock: SteppingClock) -> None:
        cookie = make_world(database, clock, tls=True).log_in("officer").headers["set-cookie"]
        assert cookie.startswith("__Host-catchall=")
        assert "Secure" in cookie
        assert "domain" not in cookie.lower()

    def test_the_token_itself_is_not_stored(self, world: World, database: Database) -> None:
        token = world.log_in("officer").cookies["catchall"]
        with database.reading() as connection:
            assert holder_of_session(connection, token) is None
            assert holder_of_session(connection, token_hash(token)) is not None

    @pytest.mark.parametrize("name", ["officer", "nobody", "'; DROP TABLE users; --", "\N{CYRILLIC SMALL LETTER O}fficer"])
    def test_wrong(self, world: World, name: str) -> None:
        answer = world.log_in(name, "wrong password")
        assert (answer.status_code, refused(answer)) == (401, "login-failed")
        assert "set-cookie" not in answer.headers

    def test_an_unknown_name_costs_the_same_work(self, world: World) -> None:
        world.log_in("officer", "wrong password")
        assert world.passwords.compared == 1
        world.log_in("nobody", "wrong password")
        assert world.passwords.compared == 2

    @pytest.mark.parametrize("site", ["cross-site", "same-site"])
    def test_from_a_foreign_page(self, world: World, site: str) -> None:
        answer = world.client.post("/v1/session", json={"name": "officer", "password": PASSWORD}, headers={"sec-fetch-site": site})
        assert (answer.status_code, refused(answer)) == (403, "csrf-failed")

    def test_a_token_from_before_the_login_is_worth_nothing(self, world: World) -> None:
        planted = new_token()
        world.client.cookies.set("catchall", planted)
        fresh = world.log_in("officer").cookies["catchall"]
        assert fresh != planted
        again = world.log_in("officer").cookies["catchall"]
        world.client.cookies.clear()
        for old in (planted, fresh):
            assert world.client.get("/v1/session", headers={"cookie": f"catchall={old}"}).status_code == 401
        assert world.client.get("/v1/session", headers={"cookie": f"catchall={again}"}).status_code == 200

    def test_a_disabled_user(self, world: World) -> None:
        world.log_in("officer")
        done = world.client.patch(f"/v1/users/{world.users['officer']}", json={"disabled": True}, headers=world.bearer("admin"))
        assert done.status_code == 200
        assert world.client.get("/v1/session").status_code == 401
        assert world.client.get("/v1/session", headers=world.bearer("officer")).status_code == 401
        assert world.log_in("officer").status_code == 401


class TestLogout:
    """Logging out ends the session at the server, not only in the browser."""

    def test_it(self, world: World) -> None:
        answer = world.log_in("officer")
        token, csrf = answer.cookies["catchall"], answer.json()["csrf_token"]
        assert world.client.delete("/v1/session", headers={"x-csrf-token": csrf}).status_code == 204
        assert "catchall" not in world.client.cookies
        assert world.client.get("/v1/session", headers={"cookie": f"catchall={token}"}).status_code == 401

    def test_with_a_key_nothing_ends(self, world: World) -> None:
        assert world.client.delete("/v1/session", headers=world.bearer("officer")).status_code == 204
        assert world.client.get("/v1/session", headers=world.bearer("officer")).status_code == 200


class TestExpiry:
    """A session ends when it is not used, and after a while even when it is."""

    def test_idle(self, world: World, clock: SteppingClock) -> None:
        world.log_in("officer")
        clock.step(minutes=59)
        assert world.client.get("/v1/session").status_code == 200
        clock.step(minutes=59)
        assert world.client.get("/v1/session").status_code == 200
        clock.step(minutes=60)
        assert world.client.get("/v1/session").status_code == 401
        clock.step(minutes=-60)
        assert world.client.get("/v1/session").status_code == 401

    def test_absolute(self, world: World, clock: SteppingClock) -> None:
        world.log_in("officer")
        for _ in range(23):
            clock.step(minutes=30)
            assert world.client.get("/v1/session").status_code == 200
        clock.step(minutes=30)
        assert world.client.get("/v1/session").status_code == 401

    def test_a_clock_that_goes_back_ends_nothing(self, world: World, clock: SteppingClock) -> None:
        world.log_in("officer")
        clock.step(days=-1)
        assert world.client.get("/v1/session").status_code == 200


class TestLockout:
    """Guessing gets slower and slower, for names that exist and for those that do not."""

    @pytest.mark.parametrize("name", ["officer", "nobody"])
    def test_it(self, world: World, clock: SteppingClock, name: str) -> None:
        for _ in range(FREE_ATTEMPTS):
            assert world.log_in(name, "wrong password").status_code == 401
        answer = world.log_in(name)
        assert (answer.status_code, refused(answer)) == (429, "login-locked")
        assert answer.headers["retry-after"] == "30"
        clock.step(seconds=30)
        assert world.log_in(name, "wrong password").status_code == 401
        assert world.log_in(name, "wrong password").headers["retry-after"] == "60"

    def test_while_locked_nothing_is_compared(self, world: World) -> None:
        for _ in range(FREE_ATTEMPTS):
            world.log_in("officer", "wrong password")
        before = world.passwords.compared
        assert world.log_in("officer").status_code == 429
        assert world.passwords.compared == before

    def test_success_forgets(self, world: World) -> None:
        for _ in range(3):
            for _ in range(FREE_ATTEMPTS - 1):
                assert world.log_in("officer", "wrong password").status_code == 401
            assert world.log_in("officer").status_code == 200

    def test_others_are_not_locked(self, world: World) -> None:
        for _ in range(FREE_ATTEMPTS):
            world.log_in("officer", "wrong password")
        assert world.log_in("admin").status_code == 200

    def test_many_at_once_get_no_more_guesses(self, world: World) -> None:
        statuses: list[int] = []

        def guess() -> None:
            statuses.append(world.log_in("officer", "wrong password").status_code)

        threads = [threading.Thread(target=guess) for _ in range(4 * FREE_ATTEMPTS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert statuses.count(401) == FREE_ATTEMPTS
        assert statuses.count(429) == 3 * FREE_ATTEMPTS

    def test_a_clock_that_goes_back_locks_nobody_for_a_day(self, world: World, clock: SteppingClock) -> None:
        for _ in range(FREE_ATTEMPTS):
            world.log_in("officer", "wrong password")
        clock.step(days=-1)
        assert world.log_in("officer").status_code == 200

    def test_waits(self) -> None:
        waits = [wait_after(failures).total_seconds() for failures in range(1, 12)]
        assert waits == [0, 0, 0, 0, 30, 60, 120, 240, 480, 900, 900]
        assert wait_after(10**9) == LONGEST_WAIT


class TestCsrf:
    """A change asked for with a cookie needs the token that only our pages show."""

    def test_header_or_form_field(self, world: World) -> None:
        csrf = world.log_in("admin").json()["csrf_token"]
        assert world.client.post("/v1/organisations", json={"name": "one"}, headers={"x-csrf-token": csrf}).status_code == 201
        # The form itself is not what this route takes, but it gets past the check.
        assert world.client.post("/v1/organisations", data={"csrf_token": csrf}).status_code == 422
        assert world.client.post("/v1/organisations", data={"csrf_token": "0" * 64}).status_code == 403

    def test_reading_needs_none(self, world: World) -> None:
        world.log_in("admin")
        assert world.client.get("/v1/users").status_code == 200

    def test_a_key_needs_none(self, world: World) -> None:
        world.log_in("admin")  # the cookie goes with it
        assert world.client.post("/v1/organisations", json={"name": "one"}, headers=world.bearer("admin")).status_code == 201

    def test_it_is_of_one_session(self, world: World) -> None:
        first = world.log_in("admin").json()["csrf_token"]
        second = world.log_in("admin")
        assert second.json()["csrf_token"] != first
        assert second.json()["csrf_token"] == csrf_token(second.cookies["catchall"])
        assert world.client.post("/v1/organisations", json={"name": "one"}, headers={"x-csrf-token": first}).status_code == 403


class TestPasswordChange:
    """One's own password changes for who knows the present one."""

    def change(self, world: World, current: str, new: str) -> int:
        csrf = world.client.get("/v1/session").json()["csrf_token"]
        body = {"current": current, "new": new}
        return world.client.put("/v1/session/password", json=body, headers={"x-csrf-token": csrf}).status_code

    def test_it(self, world: World) -> None:
        other = world.log_in("officer").cookies["catchall"]
        world.client.cookies.clear()
        world.log_in("officer")
        assert self.change(world, PASSWORD, NEW) == 204
        assert world.client.get("/v1/session").status_code == 200  # this session goes on
        world.client.cookies.clear()
        assert world.client.get("/v1/session", headers={"cookie": f"catchall={other}"}).status_code == 401
        assert world.log_in("officer").status_code == 401
        assert world.log_in("officer", NEW).status_code == 200

    def test_wrong(self, world: World) -> None:
        world.log_in("officer")
        assert self.change(world, "not the password", NEW) == 401
        assert world.log_in("officer").status_code == 200

    @pytest.mark.parametrize("weak", ["short", "a" * 40, "officer officer", "x" * 300])
    def test_weak(self, world: World, weak: str) -> None:
        world.log_in("officer")
        assert self.change(world, PASSWORD, weak) == 422


class TestRequireLogin:
    """With the setting, classifying needs an identity; without, it does not."""

    def test_off(self, world: World) -> None:
        assert world.client.post("/v1/classify", json={"text": "bug"}).status_code == 200

    def test_on(self, database: Database, clock: SteppingClock) -> None:
        world = make_world(database, clock, require_login=True)
        assert world.client.post("/v1/classify", json={"text": "bug"}).status_code == 401
        assert world.client.post("/v1/classify", json={"text": "bug"}, headers=world.bearer("exporter")).status_code == 200
        narrow = {"authorization": f"Bearer {world.key_for('exporter', 'cases:read')}"}
        assert world.client.post("/v1/classify", json={"text": "bug"}, headers=narrow).status_code == 403
        assert world.client.get("/v1/taxonomy").status_code == 200


class TestStamps:
    """What is stored of time sorts as time does."""

    def test_form(self, clock: SteppingClock) -> None:
        assert stamp(clock.now) == "2026-11-27T22:00:00.000000Z"
