"""Cases over HTTP: one documented shape, the right status for every refusal, nothing that is not the asker's."""

import json
from typing import Any

import pytest

from serve.accounts.identity import Role
from serve.cases.verify import verify
from serve.store.database import Database
from tests.serve.accounts.world import World, make_world
from tests.serve.conftest import SteppingClock

PEOPLE: dict[str, tuple[str, Role]] = {
    "exporter": ("north", "exporter"),
    "rival": ("south", "exporter"),
    "insider": ("north", "officer"),
    "ada": ("authority", "officer"),
    "ben": ("authority", "officer"),
    "scientist": ("authority", "scientist"),
    "admin": ("authority", "admin"),
}
ACCEPT = {"action": "accept", "reason_code": "description_matches"}


@pytest.fixture
def world(database: Database, clock: SteppingClock) -> World:
    return make_world(database, clock, PEOPLE, cases=True)


def call(world: World, who: str, method: str, path: str, content: Any = None, **headers: str) -> Any:
    return world.client.request(method, path, json=content, headers=world.bearer(who) | headers)


def submit(world: World, who: str = "exporter", text: str = "a bug in a pen", key: str = "", **more: Any) -> dict[str, Any]:
    answer = call(world, who, "POST", "/v1/cases", {"description": text} | more, **({"idempotency-key": key} if key else {}))
    assert answer.status_code in (200, 201), answer.text
    content: dict[str, Any] = answer.json()
    return content


def refused(answer: Any, status: int, name: str) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    content: dict[str, Any] = answer.json()
    assert content["type"] == f"urn:catchall:problem:{name}"
    return content


class TestSubmit:
    """A submission is assessed and kept; the same key gives the same case."""

    @pytest.mark.parametrize(("answers", "said"), [({"colour": "red"}, "no such parameter"), ({"frame_rate": "9"}, "no unit")])
    def test_answers_that_cannot_be_used(self, world: World, answers: dict[str, str], said: str) -> None:
        answer = call(world, "exporter", "POST", "/v1/cases", {"description": "a bug in a pen", "answers": answers})
        assert answer.status_code == 422
        assert said in answer.json()["detail"]

    def test_answer(self, world: World) -> None:
        answer = call(
            world,
            "exporter",
            "POST",
            "/v1/cases",
            {
                "description": "a bug in a pen",
                "product_name": "Pen",
                "destination": "NO",
                "parties": [{"name": "Somebody", "role": "end user"}],
                "declared": "none",
                "answers": {"detection_range": "9 m"},
                "consent": True,
            },
        )
        assert answer.status_code == 201
        case = answer.json()
        assert answer.headers["location"] == f"/v1/cases/{case['id']}"
        assert (case["state"], case["version"], case["categories"]) == ("in_review", 1, ["covert-audio"])
        assert case["assessment"]["release"] == "fake-1"
        assert case["assessment"]["body"]["categories"][0]["evidence"]
        assert "review" not in case
        assert call(world, "exporter", "GET", f"/v1/cases/{case['id']}").json() == case

    def test_the_checklist_is_kept(self, world: World) -> None:
        told = {"end-user-known": "A hospital, visited in May."}
        case = submit(world, diligence=told)
        assert case["diligence"] == told
        items = {each["id"]: each["answer"] for each in case["assessment"]["body"]["diligence"]}
        assert items["end-user-known"] == told["end-user-known"]
        for who in ("exporter", "ada"):
            assert call(world, who, "GET", f"/v1/cases/{case['id']}").json()["diligence"] == told

    def test_the_checklist_belongs_to_the_content_of_a_key(self, world: World) -> None:
        first, again = (submit(world, key="k", diligence={"end-user-known": "yes"}) for _ in range(2))
        assert first == again
        other = {"description": first["description"], "diligence": {"end-user-known": "no"}}
        refused(call(world, "exporter", "POST", "/v1/cases", other, **{"idempotency-key": "k"}), 422, "key-reused")

    def test_key(self, world: World) -> None:
        first, again = submit(world, key="k"), submit(world, key="k")
        assert first == again
        refused(call(world, "exporter", "POST", "/v1/cases", {"description": "other"}, **{"idempotency-key": "k"}), 422, "key-reused")
        assert len(call(world, "exporter", "GET", "/v1/cases").json()["items"]) == 1

    @pytest.mark.parametrize(
        ("content", "status"),
        [
            ({}, 422),
            ({"description": " "}, 422),
            ({"description": "x" * 100_001}, 413),
            ({"description": "nul \x00"}, 422),
            ({"description": "x", "product_name": "\ud800"}, 422),
            ({"description": "x", "product_name": "y" * 301}, 422),
            ({"description": "x", "parties": [{"name": "a"}]}, 422),
            ({"description": "x", "answers": {"a": 1}}, 422),
            ({"description": "x", "answers": {"a\x00": "b"}}, 422),
            ({"description": "x", "diligence": {"none-such": "b"}}, 422),
            ({"description": "x", "diligence": {"end-user-known": "y" * 4_001}}, 422),
            ({"description": "x", "organisation_id": "south"}, 422),
            ({"description": "x", "consent": "yes"}, 422),
        ],
    )
    def test_unusable(self, world: World, content: dict[str, Any], status: int) -> None:
        body = json.dumps(content).encode()
        headers = world.bearer("exporter") | {"content-type": "application/json"}
        assert world.client.post("/v1/cases", content=body, headers=headers).status_code == status
        assert call(world, "exporter", "GET", "/v1/cases").json()["items"] == []

    def test_a_model_that_fails_leaves_nothing(self, world: World) -> None:
        refused(call(world, "exporter", "POST", "/v1/cases", {"description": "explode"}), 500, "inference-failed")
        assert call(world, "admin", "GET", "/v1/cases").json()["items"] == []


class TestForeign:
    """What is not one's own is not there, in listing, reading, and changing."""

    def test_exporters(self, world: World) -> None:
        case = submit(world)
        path = f"/v1/cases/{case['id']}"
        for method, end, content in (
            ("GET", "", None),
            ("GET", "/events", None),
            ("POST", "/withdraw", {"version": 1}),
            ("POST", "/answer", {"version": 1, "answer": "x"}),
            ("POST", "/request-review", {"version": 1}),
        ):
            refused(call(world, "rival", method, path + end, content), 404, "case-not-found")
        assert call(world, "rival", "GET", "/v1/cases").json()["items"] == []
        own = world.organisations["north"]
        assert call(world, "rival", "GET", f"/v1/cases?organisation_id={own}").json()["items"] == []
        assert call(world, "rival", "GET", "/v1/cases?q=bug").json()["items"] == []
        assert len(call(world, "ada", "GET", f"/v1/cases?organisation_id={own}").json()["items"]) == 1

    def test_officers_do_not_act_for_owners(self, world: World) -> None:
        case = submit(world)
        refused(call(world, "ada", "POST", f"/v1/cases/{case['id']}/withdraw", {"version": 1}), 403, "not-eligible")
        assert call(world, "insider", "POST", f"/v1/cases/{case['id']}/withdraw", {"version": 1}).json()["state"] == "withdrawn"

    @pytest.mark.parametrize("case_id", ["nothing", "'; DROP TABLE cases; --", "%00", "..%2f..", "é", "a" * 64])
    def test_ids_that_are_none(self, world: World, case_id: str) -> None:
        assert call(world, "ada", "GET", f"/v1/cases/{case_id}").status_code in (404, 422)


class TestListing:
    """Filters and cursors are checked; pages follow each other."""

    def test_pages(self, world: World) -> None:
        made = [submit(world, text=f"pen {i}")["id"] for i in range(5)]
        seen, cursor = [], ""
        while cursor is not None:
            page = call(world, "exporter", "GET", f"/v1/cases?limit=2&cursor={cursor}").json()
            seen += [case["id"] for case in page["items"]]
            cursor = page["next"]
        assert sorted(seen) == sorted(made)

    @pytest.mark.parametrize("query", ["state=lost", "limit=0", "limit=201", "cursor=x", "since=yesterday", "q=%00", f"q={'x' * 501}"])
    def test_unusable(self, world: World, query: str) -> None:
        assert call(world, "exporter", "GET", f"/v1/cases?{query}").status_code == 422

    def test_search(self, world: World) -> None:
        submit(world, text="a bug in a pen")
        submit(world, text="a bug in a lamp")
        found = call(world, "exporter", "GET", "/v1/cases?q=lamp BUG&state=in_review&state=cleared&category=covert-audio").json()
        assert len(found["items"]) == 1


class TestReview:
    """From the queue to the determination, with the refusals on the way."""

    def test_the_whole_way(self, world: World, clock: SteppingClock) -> None:
        case = submit(world)
        path = f"/v1/cases/{case['id']}"
        line = call(world, "ada", "GET", "/v1/review/queue?mine=true").json()["items"][0]
        assert line["id"] == case["id"]
        assert line["review"] == {
            "reasons": ["high_consequence"],
            "likeliest": 0.97,
            "stage": "first",
            "claimed_by": None,
            "lease_until": None,
        }
        assert call(world, "ada", "POST", "/v1/review/claim").json()["review"]["claimed_by"] == world.users["ada"]
        refused(call(world, "ben", "POST", f"{path}/claim"), 409, "case-claimed")
        refused(call(world, "ben", "POST", "/v1/review/claim"), 404, "queue-empty")
        refused(call(world, "ben", "POST", f"{path}/decide", ACCEPT | {"version": 1}), 409, "case-claimed")
        refused(call(world, "insider", "POST", f"{path}/claim"), 403, "not-eligible")
        clock.step(minutes=20)
        assert call(world, "ada", "POST", f"{path}/renew").status_code == 200
        assert call(world, "ada", "POST", f"{path}/release").status_code == 200
        assert call(world, "ada", "POST", f"{path}/assign", {"officer_id": world.users["ben"]}).status_code == 200
        asked = call(world, "ben", "POST", f"{path}/decide", {"action": "needs_information", "question": "Range?", "version": 1}).json()
        assert asked["state"] == "needs_information"
        answered = call(world, "exporter", "POST", f"{path}/answer", {"version": 2, "answer": "9 m"}).json()
        assert answered["questions"][0]["answer"] == "9 m"
        stale = refused(call(world, "ada", "POST", f"{path}/decide", ACCEPT | {"version": 2}), 409, "stale-version")
        assert stale["current"]["version"] == 3
        assert stale["current"]["state"] == "in_review"
        done = call(world, "ada", "POST", f"{path}/decide", ACCEPT | {"version": 3}).json()
        assert call(world, "ada", "POST", f"{path}/decide", ACCEPT | {"version": 3}).json() == done
        assert (done["state"], done["determinations"][0]["standing"]) == ("determined", True)
        seen = call(world, "exporter", "GET", path).json()
        assert "officer_id" not in seen["determinations"][0]
        events = call(world, "exporter", "GET", f"{path}/events").json()["items"]
        assert [event["type"] for event in events] == ["case_submitted", "information_requested", "information_given", "case_determined"]
        assert world.users["ada"] not in str(events)
        back = call(world, "ben", "POST", f"{path}/reopen", {"version": 4, "comment": "new facts"}).json()
        assert (back["state"], back["difference"]) == ("reopened", {"cause": "requested"})
        again = call(
            world,
            "ben",
            "POST",
            f"{path}/decide",
            {"action": "correct", "categories": ["covert-video"], "reason_code": "list_changed", "version": 5},
        )
        assert again.json()["categories"] == ["covert-video"]
        bare = call(world, "admin", "POST", f"{path}/redact", {"version": 6, "comment": "by letter"}).json()
        assert (bare["description"], bare["assessment"]["body"]) == (None, {})
        assert verify(world.gate.database)[0] == []

    def test_bulk(self, world: World) -> None:
        ids = [submit(world)["id"] for _ in range(3)] + [submit(world, text="a bug in a lamp")["id"]]
        same = call(world, "ada", "GET", f"/v1/cases/{ids[0]}/identical").json()["items"]
        assert {case["id"] for case in same} == set(ids[:3])
        items = [{"case_id": case_id, "version": 1} for case_id in ids]
        content = call(world, "ada", "POST", "/v1/review/decide", ACCEPT | {"items": items}).json()
        assert [item["status"] for item in content["items"]] == [200, 200, 200, 422]
        assert content["failed"] == 1

    def test_precedents(self, world: World) -> None:
        case = submit(world)
        content = call(world, "ada", "GET", f"/v1/cases/{case['id']}/precedents?k=1").json()
        assert content["cases"] == []
        assert content["corpus"][0]["labels"] == ["covert-audio"]

    def test_policy_and_figures(self, world: World) -> None:
        assert "other" in call(world, "exporter", "GET", "/v1/review/policy").json()["reasons"]
        submit(world)
        page = world.client.get("/metrics").text
        assert 'catchall_review_cases{state="waiting"} 1.0' in page

    @pytest.mark.parametrize("who", ["exporter", "scientist"])
    def test_roles(self, world: World, who: str) -> None:
        case = submit(world)
        refused(call(world, who, "POST", f"/v1/cases/{case['id']}/decide", ACCEPT | {"version": 1}), 403, "not-allowed")
