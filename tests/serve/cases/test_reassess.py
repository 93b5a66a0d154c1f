"""After a change of the model or the control list, stored cases are assessed again, and reopened when it matters."""

from typing import Any

import pytest

from data.errors import InferenceFailed
from serve.cases.case import Assessed, Assessment, Case, Submission
from serve.cases.decide import Decision, decide
from serve.cases.desk import Desk
from serve.cases.owner import withdraw
from serve.cases.reopen import difference, reassess_all
from serve.cases.submit import submit
from serve.store.cases import assessments_of, find_case
from tests.serve.cases.world import actor, make_desk

ACCEPT = Decision("accept", reason_code="description_matches")


def new(desk: Desk, text: str) -> Case:
    return submit(desk, actor("exporter"), Submission(text))[0]


def now(desk: Desk, case: Case) -> Case:
    with desk.database.reading() as connection:
        return find_case(connection, case.id)


def run(desk: Desk, apply: bool = True, **assess: Any) -> dict[str, str]:
    later = make_desk(desk.database, desk.clock, **({"release": "fake-2"} | assess))
    return {each.case_id: each.result for each in reassess_all(later, actor("admin"), apply)}


class TestReassessment:
    """A case comes back when its answer changed, not when the model only agrees with the person."""

    def test_who_comes_back(self, honest: Desk) -> None:
        same, cleared, decided = new(honest, "a lamp"), new(honest, "a kettle"), new(honest, "covert-audio")
        waiting, withdrawn = new(honest, "covert-audio?"), new(honest, "covert-audio")
        withdraw(honest, actor("exporter"), withdrawn.id, 1, "")
        upheld, agreed = new(honest, "covert-audio?"), new(honest, "covert-audio? agreed")
        decide(honest, actor("ada"), upheld.id, 1, ACCEPT)
        decide(honest, actor("ada"), agreed.id, 1, Decision("correct", ("covert-video",), "model_error"))
        results = run(honest, renamed={"kettle": "covert-video", "covert-audio": "covert-video"})
        assert results == {
            same.id: "unchanged",
            cleared.id: "reopened",
            decided.id: "reopened",
            waiting.id: "updated",
            upheld.id: "reopened",
            agreed.id: "updated",
        }
        back = now(honest, upheld)
        assert (back.state, back.final_categories, back.categories, back.round) == ("reopened", None, ("covert-video",), 2)
        assert back.difference == {
            "cause": "reassessed",
            "release": {"old": "fake-1", "new": "fake-2"},
            "categories": {"added": ["covert-video"], "removed": ["covert-audio"]},
        }
        assert now(honest, agreed).state == "determined"
        assert now(honest, same).release == "fake-2"
        assert now(honest, cleared).rank_at is not None
        with honest.database.reading() as connection:
            assert [each.release for each in assessments_of(connection, back.id)] == ["fake-1", "fake-2"]
        assert run(honest) == {}

    def test_doubt_alone_does_not_undo_a_person(self, honest: Desk) -> None:
        case = new(honest, "covert-audio lamp !")
        decide(honest, actor("ada"), case.id, 1, ACCEPT)
        assert run(honest, renamed={"!": "?"}) == {case.id: "updated"}
        assert now(honest, case).state == "determined"

    def test_a_new_reason_for_review_reopens_what_the_model_decided(self, honest: Desk) -> None:
        case = new(honest, "covert-audio")
        assert run(honest, renamed={"audio": "audio !"}) == {case.id: "reopened"}

    def test_without_apply_nothing_changes(self, honest: Desk) -> None:
        case = new(honest, "a kettle")
        assert run(honest, apply=False, renamed={"kettle": "covert-video"}) == {case.id: "reopened"}
        assert now(honest, case) == case

    def test_control_facts_alone(self, honest: Desk) -> None:
        case = new(honest, "a kettle")
        assert run(honest, release="fake-1", controls="facts-2") == {case.id: "unchanged"}
        assert now(honest, case).controls == "facts-2"

    def test_failures_are_told_and_tried_again(self, honest: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        case = new(honest, "a kettle")

        class Broken:
            versions = ("fake-2", "", "")

            def __call__(self, submission: Submission) -> Assessed:
                raise InferenceFailed(reason="no")

        later = Desk(honest.database, Broken(), honest.policy, honest.taxonomy, honest.clock)
        assert [each.result for each in reassess_all(later, actor("admin"), apply=True)] == ["failed"]
        assert run(honest) == {case.id: "unchanged"}


class TestDifference:
    """Outcome, categories and findings are compared; nothing else."""

    def test_findings(self) -> None:
        old = {"findings": [{"control": "5A001.f", "status": "meets"}, {"control": "6A003", "status": "undetermined"}], "confidence": 0.5}
        new = {"findings": [{"control": "5A001.f", "status": "meets"}, {"control": "6A003", "status": "meets"}], "confidence": 0.9}
        before = Assessment("c", 1, "none", (), (), "r1", "t", "f1", old, "2026")
        after = Assessed("none", (), False, (), "r1", "t", "f2", new)
        assert difference(before, after) == {"findings": {"6A003": {"old": "undetermined", "new": "meets"}}}
        assert difference(before, Assessed("none", (), True, ("truncated",), "r2", "t", "f1", old)) == {}
