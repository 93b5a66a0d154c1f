"""Figures, policy, lists, users, keys and audit in a browser."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from serve.store.database import Database
from serve.web.charts import columns, curve, nice_top
from serve.web.release_card import other_releases, read_release_card
from tests.serve.accounts.world import PASSWORD, World, make_world
from tests.serve.conftest import SteppingClock
from tests.serve.web.staff import Browser, new_case, plain


@pytest.fixture
def world(sqlite_template: Path, tmp_path: Path, clock: SteppingClock) -> Iterator[World]:
    path = tmp_path / "catchall.db"
    shutil.copy(sqlite_template, path)
    database = Database.open(f"sqlite:///{path}")
    yield make_world(database, clock, cases=True)
    database.close()


@pytest.fixture
def admin(world: World) -> Browser:
    return Browser.of(world, "admin")


class TestFigures:
    """The dashboard and the model page say what happened; without cases they say so."""

    def test_empty(self, admin: Browser) -> None:
        assert "Nothing was determined in this time" in admin.page("/dashboard")
        assert "No case was submitted in this time" in admin.page("/model")

    def test_figures(self, world: World) -> None:
        first, _ = new_case(world), new_case(world)
        officer = Browser.of(world, "officer")
        correction = {"action": "correct", "category": "covert-video", "reason_code": "model_error"}
        officer.send(f"/queue/{first['id']}/decide", version=1, **correction)
        page = officer.page("/dashboard?days=7")
        assert "submitted (2) determined (1)" in page
        assert "Officers agree with the model 0%" in page
        assert f'href="/queue/{first["id"]}"' in officer.get("/model").text
        scientist = Browser.of(world, "scientist")
        seen = scientist.get("/model").text
        assert first["id"][:8] in seen
        assert f"/queue/{first['id']}" not in seen
        assert f'href="/model/disagreements/{first["id"]}"' in seen
        assert scientist.get(f"/queue/{first['id']}").status_code == 403

    def test_release(self, admin: Browser) -> None:
        page = admin.page("/model")
        for words in ("How good it is", "micro-F1", "Corpus", "Model card"):
            assert words in page

    def test_stored_curves_are_drawn(self, sqlite_template: Path, tmp_path: Path, clock: SteppingClock) -> None:
        folder = tmp_path / "release"
        folder.mkdir()
        (folder / "manifest.json").write_text('{"name": "r", "files": {"head": "1"}}')
        figures = {
            "files": {"head": "1"},
            "reliability": [{"stated": 0.1, "observed": 0.2, "n": 5}, {"stated": 0.9, "observed": 0.8, "n": 5}],
            "risk_coverage": [{"coverage": 0.5, "risk": 0.0}, {"coverage": 1.0, "risk": 0.25}],
            "categories": {"covert-audio": {"value": 0.9, "low": 0.8, "high": 1.0, "n": 5}},
        }
        (folder / "figures.json").write_text(json.dumps(figures))
        shutil.copy(sqlite_template, tmp_path / "catchall.db")
        database = Database.open(f"sqlite:///{tmp_path / 'catchall.db'}")
        admin = Browser.of(make_world(database, clock, cases=True, release_folder=folder), "admin")
        page = admin.get("/model").text
        assert page.count('<polyline class="line"') == 2
        assert "0.900" in page
        (folder / "manifest.json").write_text('{"name": "r", "files": {"head": "2"}}')
        assert "<polyline" not in admin.get("/model").text
        database.close()

    @pytest.mark.parametrize(("missed", "warned"), [(0.034, True), (0.0, False)])
    def test_outside_texts(self, sqlite_template: Path, tmp_path: Path, clock: SteppingClock, missed: float, warned: bool) -> None:
        """A column of their own, and words where they break a bound that held on the corpus' own split."""
        folder = tmp_path / "release"
        folder.mkdir()
        (folder / "manifest.json").write_text('{"name": "r", "files": {"head": "1"}, "metrics": {"test": {}}}')
        (folder / "decision.json").write_text('{"policy": {"missed": {"share": 0.01}}}')
        figures = {"missed": {"value": missed, "low": 0.0, "high": 0.117, "n": 58}, "micro_f1": None}
        content = {"files": {"head": "1"}, "outside": {"kind": "brochures", "n": 150, "figures": figures}}
        (folder / "figures.json").write_text(json.dumps(content))
        shutil.copy(sqlite_template, tmp_path / "catchall.db")
        database = Database.open(f"sqlite:///{tmp_path / 'catchall.db'}")
        page = Browser.of(make_world(database, clock, cases=True, release_folder=folder), "admin").page("/model")
        database.close()
        assert f"{missed:.3f}" in page
        assert "150 that the model never learned from" in page
        assert ("On outside texts 3% of the controlled ones were cleared" in page) is warned

    @pytest.mark.parametrize("path", ["/dashboard", "/model", "/policy", "/controls"])
    def test_exporters_may_not(self, world: World, path: str) -> None:
        assert Browser.of(world, "exporter").get(path).status_code == 403


class TestDisagreements:
    """Scientists see what model and officer said of a determined case, and nobody's name."""

    TEXT = "Rook 7 by north, a wireless microphone hidden in a mains plug; call +47 22 33 44 55."

    def decided(self, world: World, officer: Browser, consent: bool = True, **decision: str) -> str:
        case = new_case(
            world,
            self.TEXT,
            product_name="Rook 7",
            model="R7-Zulu",
            destination="KE",
            declared="5A001.b",
            parties=[{"name": "Bluebird Traders", "role": "end user"}],
            consent=consent,
        )
        said = {"action": "correct", "category": "covert-video", "reason_code": "model_error", "comment": "Rook 7: ask Bluebird Traders."}
        assert officer.send(f"/queue/{case['id']}/decide", version=1, **(said | decision)).status_code == 303
        return str(case["id"])

    def test_without_names(self, world: World) -> None:
        path = f"/model/disagreements/{self.decided(world, Browser.of(world, 'officer'))}"
        scientist = Browser.of(world, "scientist")
        page, source = scientist.page(path), scientist.get(path).text
        main = source.partition("<main")[2]
        assert "the product by the company, a wireless microphone hidden in a mains plug; call [phone]." in page
        assert "the product: ask the company." in page
        assert 'class="f1"' in main
        for told in ("Covert audio", "Covert video", "The model misread"):
            assert told in page
        for name in ("Rook", "R7-Zulu", "north", "Bluebird", "5A001", "KE", "Kenya", "exporter", "by officer", world.users["officer"]):
            assert name not in main.replace("officer-title", "")

    def test_without_consent_there_is_no_text(self, world: World) -> None:
        page = Browser.of(world, "scientist").page(f"/model/disagreements/{self.decided(world, Browser.of(world, 'officer'), False)}")
        assert "does not let it teach the model" in page
        assert "Covert video" in page
        for words in ("microphone", "ask the company", "because of"):
            assert words not in page

    def test_who_may(self, world: World) -> None:
        path = f"/model/disagreements/{self.decided(world, Browser.of(world, 'officer'))}"
        assert Browser.of(world, "exporter").get(path).status_code == 403
        assert [Browser.of(world, name).get(path).status_code for name in ("officer", "admin")] == [200, 200]

    def test_only_what_was_decided_otherwise(self, world: World) -> None:
        officer, scientist = Browser.of(world, "officer"), Browser.of(world, "scientist")
        waiting = new_case(world)["id"]
        agreed = self.decided(world, officer, action="correct", category="covert-audio")
        for case_id in (waiting, agreed, "nothing"):
            assert scientist.get(f"/model/disagreements/{case_id}").status_code == 404

    def test_reopened_cases_are_not_shown(self, world: World) -> None:
        officer, scientist = Browser.of(world, "officer"), Browser.of(world, "scientist")
        case_id = self.decided(world, officer)
        officer.send(f"/queue/{case_id}/reopen", version=2, comment="again")
        assert scientist.get(f"/model/disagreements/{case_id}").status_code == 404
        listed = scientist.get("/model").text
        assert case_id[:8] in listed
        assert f"/model/disagreements/{case_id}" not in listed

    def test_removed_texts_are_gone(self, world: World, admin: Browser) -> None:
        case_id = self.decided(world, Browser.of(world, "officer"))
        admin.send(f"/queue/{case_id}/redact", version=2, comment="asked for")
        page = Browser.of(world, "scientist").page(f"/model/disagreements/{case_id}")
        assert "The texts of this case were removed." in page
        assert "microphone" not in page


class TestPolicy:
    """What the service goes by is shown."""

    def test_policy(self, admin: Browser) -> None:
        page = admin.page("/policy")
        for words in ("with 95% confidence", "72 h", "Four eyes", "A like case was decided so."):
            assert words in page

    def test_controls(self, world: World, admin: Browser) -> None:
        new_case(world)
        page = admin.page("/controls")
        assert "US Commerce Control List" in page
        assert "Every case rests on the release and the lists that serve now." in page
        with world.gate.database.writing() as connection:
            connection.execute(text("UPDATE cases SET controls = 'older'"))
        assert "1 case rests on another release or other lists" in admin.page("/controls")


class TestAudit:
    """A change past the service is found and named."""

    def test_verified(self, world: World, admin: Browser) -> None:
        case = new_case(world)
        assert "Ends of the chains" not in admin.page("/audit")
        assert "Every chain holds" in plain(admin.send("/audit").text)
        with world.gate.database.writing() as connection:
            connection.execute(text("UPDATE cases SET outcome = 'none'"))
        page = plain(admin.send("/audit").text)
        assert "1 fault was found." in page
        assert f"the case {case['id']} does not say what the audit says: outcome" in page
        assert "north" in page

    def test_others_may_not(self, world: World) -> None:
        assert Browser.of(world, "officer").get("/audit").status_code == 403


class TestUsers:
    """Administrators add, change and disable users; what cannot be done is said."""

    def test_added(self, world: World, admin: Browser) -> None:
        admin.send("/organisations", organisation="West <b>")
        assert "West <b>" in admin.page("/users")
        fields = {"name": "Nora", "organisation_id": world.organisations["north"], "role": "officer", "password": PASSWORD}
        answer = admin.send("/users", **fields)
        assert answer.headers["location"].startswith("/users/")
        assert "Licensing officer" in admin.page(answer.headers["location"])
        again = admin.send("/users", **fields)
        assert again.status_code == 409
        assert 'value="Nora"' in again.text
        assert PASSWORD not in again.text

    @pytest.mark.parametrize(
        "fields", [{"name": ""}, {"name": "a\u202eb"}, {"role": "king"}, {"password": "short"}, {"organisation_id": "x"}]
    )
    def test_refused(self, world: World, admin: Browser, fields: dict[str, str]) -> None:
        usable = {"name": "Nora", "organisation_id": world.organisations["north"], "role": "officer", "password": PASSWORD}
        answer = admin.send("/users", **(usable | fields))
        assert answer.status_code in (403, 404, 422)
        assert "Nothing was changed." in plain(answer.text)

    def test_changed(self, world: World, admin: Browser) -> None:
        path = f"/users/{world.users['exporter']}"
        admin.send(path, role="officer")
        admin.send(path, disabled="yes")
        page = admin.page(path)
        assert "Licensing officer" in page
        assert "disabled" in page
        admin.send(path, disabled="no")
        admin.send(f"{path}/password", password="another long enough secret")
        assert world.log_in("exporter").status_code == 401
        assert world.log_in("exporter", "another long enough secret").status_code == 200

    def test_the_last_administrator_stays(self, world: World, admin: Browser) -> None:
        answer = admin.send(f"/users/{world.users['admin']}", disabled="yes")
        assert answer.status_code == 409
        assert "Nothing was changed." in plain(answer.text)

    def test_pages(self, admin: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("serve.web.routes_users.PAGE", 3)
        first = admin.page("/users")
        assert "officer" in first
        assert "scientist" not in first.partition("Add a user")[0]
        assert "scientist" in admin.page("/users?after=officer")


class TestKeys:
    """A secret is shown once; a revoked key is refused."""

    def test_made_and_revoked(self, world: World) -> None:
        exporter = Browser.of(world, "exporter")
        answer = exporter.send("/keys", name="Catalogue", scope=["classify", "cases:read"], expires="2027-01-31")
        assert answer.status_code == 201
        secret = answer.text.partition('<code class="secret" tabindex="0">')[2].partition("<")[0]
        assert secret.startswith("catchall_")
        assert secret not in exporter.get("/keys").text
        asked = {"authorization": f"Bearer {secret}"}
        assert world.client.get("/v1/cases", headers=asked).status_code == 200
        key = next(
            each for each in world.client.get("/v1/keys", headers=world.bearer("exporter")).json()["items"] if each["name"] == "Catalogue"
        )
        exporter.send(f"/keys/{key['id']}/revoke")
        assert world.client.get("/v1/cases", headers=asked).status_code == 401

    @pytest.mark.parametrize("fields", [{"scope": []}, {"name": ""}, {"expires": "tomorrow"}, {"expires": "2001-01-01"}])
    def test_refused(self, world: World, fields: dict[str, object]) -> None:
        exporter = Browser.of(world, "exporter")
        answer = exporter.send("/keys", **({"name": "Catalogue", "scope": ["classify"]} | fields))
        assert answer.status_code in (409, 422, 403)
        assert "Nothing was changed." in plain(answer.text)

    def test_of_others(self, world: World, admin: Browser) -> None:
        exporter, other = Browser.of(world, "exporter"), world.users["rival"]
        assert exporter.get(f"/keys?user_id={other}").status_code == 404
        assert exporter.send("/keys", name="x", scope="classify", user_id=other).status_code == 403
        assert exporter.send(f"/keys/{world.keys['rival']}/revoke").status_code == 404
        assert "Keys of rival" in admin.page(f"/keys?user_id={other}")
        assert admin.send(f"/keys/{world.keys['rival']}/revoke", user_id=other).headers["location"] == f"/keys?user_id={other}"


class TestCharts:
    """Charts are drawn from figures; nothing in them is mark-up of others."""

    def test_axis(self) -> None:
        assert [nice_top(each) for each in (0, 0.07, 1, 3, 42, 100)] == [1, 0.1, 1, 4, 50, 100]

    def test_columns(self) -> None:
        drawn = columns("<title>", ["a", "b"], [[1, 2], [0, 4]])
        assert "&lt;title&gt;" in drawn
        assert drawn.count("<rect") == 4
        assert columns("empty", [], [[], []]).count("<rect") == 0
        assert columns("days", [str(day) for day in range(30)], [[1] * 30]).count('class="between"') == 4

    def test_curve(self) -> None:
        assert '<polyline class="line" points="48.0,200.0 628.0,12.0"/>' in curve("c", [(0, 0), (1, 1)], "x", "y")


class TestReleaseCard:
    """A folder that lacks something has a card that lacks it."""

    def test_nothing_there(self, tmp_path: Path) -> None:
        card = read_release_card(tmp_path / "absent")
        assert (card.name, card.splits, card.figures) == ("", [], {})

    def test_beside(self, tmp_path: Path) -> None:
        for name in ("one", "two"):
            (tmp_path / name).mkdir()
            (tmp_path / name / "manifest.json").write_text(f'{{"name": "{name}"}}')
        assert [card.name for card in other_releases(tmp_path / "one")] == ["two"]
