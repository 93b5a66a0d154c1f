"""Officers work through the queue in a browser, without a script if need be."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from serve.store.database import Database
from tests.serve.accounts.world import World, make_world
from tests.serve.conftest import SteppingClock
from tests.serve.web.staff import TEXT, Browser, new_case, plain

PEOPLE = {
    "exporter": ("north", "exporter"),
    "rival": ("south", "exporter"),
    "officer": ("authority", "officer"),
    "second": ("authority", "officer"),
    "third": ("authority", "officer"),
    "admin": ("authority", "admin"),
}
ACCEPT = {"action": "accept", "reason_code": "description_matches"}


@pytest.fixture
def world(sqlite_template: Path, tmp_path: Path, clock: SteppingClock) -> Iterator[World]:
    """The use cases are tested on both databases; their pages on one."""
    path = tmp_path / "catchall.db"
    shutil.copy(sqlite_template, path)
    database = Database.open(f"sqlite:///{path}")
    yield make_world(database, clock, PEOPLE, cases=True)  # type: ignore[arg-type]
    database.close()


@pytest.fixture
def officer(world: World) -> Browser:
    return Browser.of(world, "officer")


def state(world: World, case_id: str) -> str:
    return str(world.client.get(f"/v1/cases/{case_id}", headers=world.bearer("officer")).json()["state"])


class TestQueue:
    """The queue shows what waits and why, and keeps its filters in the address."""

    def test_empty(self, officer: Browser) -> None:
        assert "The queue is empty" in officer.page("/queue")
        assert "Nothing waits that these filters let through" in officer.page("/queue?overdue=1")

    def test_lines(self, world: World, clock: SteppingClock) -> None:
        new_case(world, product_name="Plug", destination="NO")
        clock.step(hours=25)
        officer = Browser.of(world, "officer")
        page = officer.page("/queue")
        assert "Plug" in page
        assert TEXT in page
        assert "north → NO" in page
        assert "High consequence" in page
        assert "overdue" in page
        assert "Plug" in officer.page("/queue?reason=high_consequence&category=covert-audio&stage=first&hold=free&overdue=1&decidable=1")
        assert "Plug" not in officer.page("/queue?category=covert-video")

    def test_pages(self, world: World, officer: Browser, clock: SteppingClock, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("serve.web.routes_queue.PAGE", 2)
        for i in range(3):
            new_case(world, product_name=f"Plug-{i}")
            clock.step(minutes=1)
        first = officer.get("/queue?hold=free").text
        link = first.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
        assert "hold=free" in link
        assert "Plug-2" in officer.page(f"/queue{link}")

    def test_claim_next(self, world: World, officer: Browser) -> None:
        assert officer.send("/queue/next").headers["location"] == "/queue"
        case = new_case(world)
        answer = officer.send("/queue/next")
        assert (answer.status_code, answer.headers["location"]) == (303, f"/queue/{case['id']}")
        assert "Held by officer" in officer.page(f"/queue/{case['id']}")
        assert "Plug" not in Browser.of(world, "second").page("/queue?hold=free")

    def test_others_may_not(self, world: World) -> None:
        new_case(world)
        exporter = Browser.of(world, "exporter")
        assert exporter.get("/queue").status_code == 403
        admin = Browser.of(world, "admin")
        assert admin.get("/queue").status_code == 200
        assert admin.send("/queue/next").status_code == 403

    def test_changes_need_the_token_of_a_page(self, world: World, officer: Browser) -> None:
        case = new_case(world)
        assert officer.client.post(f"/queue/{case['id']}/claim").status_code == 403


class TestCase:
    """One page has everything; a decision given there is the decision."""

    def test_everything(self, world: World, officer: Browser) -> None:
        case = new_case(world, product_name="Plug", declared="Covert video; 5A001.f", destination="NO")
        page = officer.page(f"/queue/{case['id']}")
        for words in ("Covert audio and line tapping", "97%", "Only the exporter + Covert video", "Precedents", "bug in a plug", "History"):
            assert words in page, words

    @pytest.mark.parametrize(
        ("fields", "after"),
        [
            (ACCEPT, "determined"),
            ({"action": "correct", "category": ["covert-video"], "reason_code": "model_error"}, "determined"),
            ({"action": "none", "reason_code": "mass_market"}, "in_review"),
            ({"action": "needs_information", "question": "How far does it hear?"}, "needs_information"),
        ],
    )
    def test_decisions(self, world: World, officer: Browser, fields: dict[str, object], after: str) -> None:
        case = new_case(world)
        answer = officer.send(f"/queue/{case['id']}/decide", version=case["version"], then="stay", **fields)
        assert (answer.status_code, answer.headers.get("location")) == (303, f"/queue/{case['id']}"), plain(answer.text)
        assert state(world, case["id"]) == after

    def test_fields_of_another_action_do_not_matter(self, world: World, officer: Browser) -> None:
        case = new_case(world)
        officer.send(f"/queue/{case['id']}/decide", version=1, **ACCEPT, category=["covert-audio"], question="left over")
        assert state(world, case["id"]) == "determined"

    def test_and_the_next(self, world: World, officer: Browser) -> None:
        first, second = new_case(world), new_case(world)
        answer = officer.send(f"/queue/{first['id']}/decide", version=1, then="next", **ACCEPT)
        assert answer.headers["location"] == f"/queue/{second['id']}"
        answer = officer.send(f"/queue/{second['id']}/decide", version=1, then="next", **ACCEPT)
        assert answer.headers["location"] == "/queue"

    @pytest.mark.parametrize(
        ("fields", "said"),
        [
            ({}, "Choose what you decide."),
            ({"action": "accept"}, "Choose a reason."),
            ({"action": "correct", "reason_code": "other"}, "Choose at least one category"),
            ({"action": "none", "reason_code": "other"}, "Say in the comment what the reason is."),
            ({"action": "needs_information"}, "Write the question to the exporter."),
            ({"action": "none", "reason_code": "invented"}, "the reason code is none of"),
        ],
    )
    def test_what_is_missing_is_said_and_nothing_is_lost(self, world: World, officer: Browser, fields: dict[str, str], said: str) -> None:
        case = new_case(world)
        written = "" if fields.get("reason_code") == "other" else "kept words"
        answer = officer.send(f"/queue/{case['id']}/decide", version=1, comment=written, **fields)
        assert answer.status_code == 422
        assert said in plain(answer.text)
        assert written in answer.text
        assert state(world, case["id"]) == "in_review"

    def test_a_case_that_changed(self, world: World, officer: Browser) -> None:
        case = new_case(world)
        Browser.of(world, "second").send(f"/queue/{case['id']}/decide", version=1, **ACCEPT)
        answer = officer.send(f"/queue/{case['id']}/decide", version=1, comment="kept words", **ACCEPT)
        assert answer.status_code == 409
        assert "The case has changed" in plain(answer.text)

    def test_second_reading_is_blind(self, world: World, officer: Browser) -> None:
        case = new_case(world)
        officer.send(f"/queue/{case['id']}/decide", version=1, action="none", reason_code="mass_market", comment="sold in every shop")
        page = Browser.of(world, "second").page(f"/queue/{case['id']}")
        assert "Second reading: you decide without seeing the first." in page
        assert "sold in every shop" not in page
        assert "mass" not in page.partition("History")[2].partition("Suggestion")[0]
        own = officer.page(f"/queue/{case['id']}")
        assert "You may not decide this case" in own
        assert "sold in every shop" in own

    def test_without_the_suggestion(self, world: World, officer: Browser) -> None:
        case = new_case(world)
        page = officer.page(f"/queue/{case['id']}?hide=1")
        assert "97%" not in page
        assert "(Covert audio" not in page
        assert "<mark" not in officer.get(f"/queue/{case['id']}?hide=1").text

    def test_handed_over_given_back_reopened(self, world: World, officer: Browser) -> None:
        case = new_case(world)
        path = f"/queue/{case['id']}"
        officer.send(f"{path}/claim")
        officer.send(f"{path}/assign", officer_id=world.users["second"])
        assert "Held by second" in officer.page(path)
        second = Browser.of(world, "second")
        second.send(f"{path}/release")
        assert "Held by" not in second.page(path)
        second.send(f"{path}/decide", version=1, **ACCEPT)
        second.send(f"{path}/reopen", version=2, comment="The list changed.")
        assert state(world, case["id"]) == "reopened"
        assert "The list changed." in second.page(path)

    def test_texts_removed(self, world: World, officer: Browser) -> None:
        case = new_case(world)
        path = f"/queue/{case['id']}"
        officer.send(f"{path}/decide", version=1, **ACCEPT)
        assert officer.send(f"{path}/redact", version=2, comment="Asked for.").status_code == 403
        admin = Browser.of(world, "admin")
        admin.send(f"{path}/redact", version=2, comment="Asked for.")
        page = admin.page(path)
        assert "The texts of this case were removed." in page
        assert TEXT not in page

    def test_hostile_text_is_inert(self, world: World, officer: Browser) -> None:
        case = new_case(world, "<script>alert(1)</script> \u202egnol\u202c and \u200b" + "x" * 99_000, product_name="<b>\u202ename")
        for path in ("/queue", f"/queue/{case['id']}", f"/queue/{case['id']}?hide=1", f"/queue/{case['id']}/identical"):
            html = officer.get(path).text
            assert "<script>alert" not in html
            assert "\u202e" not in html
            assert "<b>" not in html
            assert "RLO" in html


class TestIdentical:
    """Cases with one text are decided at once; each says what became of it."""

    def test_decided_alike(self, world: World, officer: Browser) -> None:
        first, second = new_case(world), new_case(world, owner="rival")
        assert "1 further case with this text" in officer.page(f"/queue/{first['id']}")
        path = f"/queue/{first['id']}/identical"
        assert "2 cases with this text" in officer.page(path)
        Browser.of(world, "second").send(f"/queue/{second['id']}/claim")
        answer = officer.send(path, item=[f"{first['id']}:1", f"{second['id']}:1"], **ACCEPT)
        assert "1 case was decided. 1 was not; its line says why." in plain(answer.text)
        assert "Another officer holds the case" in plain(answer.text)
        assert (state(world, first["id"]), state(world, second["id"])) == ("determined", "in_review")

    def test_what_is_missing(self, world: World, officer: Browser) -> None:
        case = new_case(world)
        answer = officer.send(f"/queue/{case['id']}/identical", **ACCEPT)
        assert answer.status_code == 422
        assert "Tick at least one case." in plain(answer.text)
        assert officer.send(f"/queue/{case['id']}/identical", item=["nonsense"], **ACCEPT).status_code == 422
