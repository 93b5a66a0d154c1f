"""A case lives as the state machine says: submitted, read, asked, answered, determined, reopened, withdrawn."""

import re

import pytest

from data.errors import CaseNotFound, DecisionUnusable, KeyReused, MoveNotAllowed, NotEligible, StaleVersion
from serve.cases.case import Case, Submission
from serve.cases.decide import BulkItem, Decision, decide, decide_bulk
from serve.cases.desk import Desk
from serve.cases.owner import answer, request_review, withdraw
from serve.cases.reopen import reopen
from serve.cases.submit import submit
from serve.cases.views import case_view, events_view
from serve.store.cases import determinations_of, find_case, questions_of
from tests.serve.cases.world import actor
from tests.serve.conftest import SteppingClock

ACCEPT = Decision("accept", reason_code="description_matches")


def new(desk: Desk, text: str, who: str = "exporter", key: str = "") -> Case:
    return submit(desk, actor(who), Submission(text), key)[0]


def view(desk: Desk, case: Case, who: str) -> dict[str, object]:
    with desk.database.reading() as connection:
        return case_view(connection, find_case(connection, case.id, actor(who).scope), actor(who), desk.now())


class TestSubmission:
    """The first state follows from the assessment, and one key makes one case."""

    @pytest.mark.parametrize(
        ("text", "state"),
        [
            ("a desk lamp", "cleared"),
            ("covert-audio in a lamp", "decided"),
            ("covert-audio perhaps?", "in_review"),
            ("lawful-interception !", "in_review"),
        ],
    )
    def test_first_state(self, honest: Desk, text: str, state: str) -> None:
        assert new(honest, text).state == state

    def test_one_key_one_case(self, honest: Desk) -> None:
        first, is_new = submit(honest, actor("exporter"), Submission("a lamp"), "k1")
        again, is_new_again = submit(honest, actor("exporter"), Submission("a lamp"), "k1")
        assert (first.id, is_new, is_new_again) == (again.id, True, False)
        assert submit(honest, actor("colleague"), Submission("a lamp"), "k1")[0].id != first.id

    def test_a_key_with_other_content(self, honest: Desk) -> None:
        new(honest, "a lamp", key="k1")
        with pytest.raises(KeyReused):
            new(honest, "another lamp", key="k1")


class TestOwner:
    """An owner asks for a review, answers, and withdraws; others' cases are not there."""

    def test_review_of_a_cleared_case(self, honest: Desk) -> None:
        case = new(honest, "a lamp")
        assert request_review(honest, actor("colleague"), case.id, 1, "sure?").state == "in_review"

    def test_foreign_cases_are_not_there(self, honest: Desk) -> None:
        case = new(honest, "a lamp")
        with pytest.raises(CaseNotFound):
            withdraw(honest, actor("rival"), case.id, 1, "")

    def test_stale_version_tells_the_present_state(self, honest: Desk) -> None:
        case = new(honest, "a lamp")
        request_review(honest, actor("exporter"), case.id, 1, "")
        with pytest.raises(StaleVersion) as raised:
            withdraw(honest, actor("exporter"), case.id, 1, "")
        assert raised.value.data["current"] == {"version": 2, "state": "in_review", "updated_at": case.updated_at}

    def test_withdrawn_is_the_end(self, honest: Desk) -> None:
        case = withdraw(honest, actor("exporter"), new(honest, "covert-audio?").id, 1, "")
        assert case.state == "withdrawn"
        with pytest.raises(MoveNotAllowed):
            decide(honest, actor("ada"), case.id, case.version, ACCEPT)


class TestQuestion:
    """A question stops the clock; its answer begins a new round."""

    def test_question_and_answer(self, honest: Desk, clock: SteppingClock) -> None:
        case = new(honest, "covert-audio?")
        asked = decide(honest, actor("ada"), case.id, 1, Decision("needs_information", question="How loud?"))
        assert (asked.state, asked.claimed_by) == ("needs_information", None)
        clock.step(hours=30)
        answered = answer(honest, actor("colleague"), case.id, asked.version, "Very.")
        assert (answered.state, answered.round, answered.readings) == ("in_review", 2, 0)
        assert case.due_at == "2026-11-30T22:00:00.000000Z"
        assert answered.due_at == "2026-12-02T04:00:00.000000Z"
        with honest.database.reading() as connection:
            (question,) = questions_of(connection, case.id)
        assert (question.answer, question.answered_by) == ("Very.", "colleague")

    def test_a_clock_set_back_does_no_harm(self, honest: Desk, clock: SteppingClock) -> None:
        case = new(honest, "covert-audio?")
        clock.step(hours=-5)
        asked = decide(honest, actor("ada"), case.id, 1, Decision("needs_information", question="How loud?"))
        clock.step(hours=-5)
        answered = answer(honest, actor("exporter"), case.id, asked.version, "Very.")
        assert answered.due_at == case.due_at
        assert decide(honest, actor("ada"), case.id, answered.version, ACCEPT).state == "determined"


class TestDecision:
    """A decision is checked, signed, counted once, and never one's own house's."""

    def test_accept(self, honest: Desk) -> None:
        case = new(honest, "covert-audio?")
        done = decide(honest, actor("ada"), case.id, 1, ACCEPT)
        assert (done.state, done.final_outcome, done.final_categories) == ("determined", "categories", ("covert-audio",))
        assert done.closed_at is not None

    def test_correct_sorts_by_taxonomy(self, honest: Desk) -> None:
        case = new(honest, "covert-audio?")
        decision = Decision("correct", ("covert-video", "covert-audio"), "parameters_decide")
        assert decide(honest, actor("ada"), case.id, 1, decision).final_categories == ("covert-audio", "covert-video")

    @pytest.mark.parametrize(
        "decision",
        [
            Decision("correct", (), "other", "x"),
            Decision("correct", ("teapots",), "description_matches"),
            Decision("correct", ("covert-audio", "covert-audio"), "description_matches"),
            Decision("accept", ("covert-audio",), "description_matches"),
            Decision("none", ("covert-audio",), "description_matches"),
            Decision("accept", reason_code="because"),
            Decision("accept", reason_code="other", comment=" "),
            Decision("needs_information", question=" "),
            Decision("needs_information", question="?", reason_code="other"),
            Decision("accept", reason_code="description_matches", question="?"),
        ],
    )
    def test_contradictions(self, honest: Desk, decision: Decision) -> None:
        with pytest.raises(DecisionUnusable):
            decide(honest, actor("ada"), new(honest, "covert-audio?").id, 1, decision)

    def test_sent_twice_counts_once(self, honest: Desk) -> None:
        case = new(honest, "covert-audio?")
        first = decide(honest, actor("ada"), case.id, 1, ACCEPT)
        assert decide(honest, actor("ada"), case.id, 1, ACCEPT) == first
        with pytest.raises(StaleVersion):
            decide(honest, actor("ben"), case.id, 1, ACCEPT)

    def test_not_by_a_colleague_of_the_submitter(self, honest: Desk) -> None:
        with pytest.raises(NotEligible, match="organisation"):
            decide(honest, actor("insider"), new(honest, "covert-audio?").id, 1, ACCEPT)

    def test_not_by_the_submitter(self, honest: Desk) -> None:
        with pytest.raises(NotEligible, match="submitted"):
            decide(honest, actor("ada"), new(honest, "covert-audio?", "ada").id, 1, ACCEPT)


class TestFourEyes:
    """What the policy names is read twice, blindly; a disagreement goes to a third."""

    def test_agreement(self, honest: Desk) -> None:
        case = new(honest, "mobile-interception?")
        first = decide(honest, actor("ada"), case.id, 1, ACCEPT)
        assert (first.state, first.readings, first.final_outcome) == ("in_review", 1, None)
        assert str(first.rank_at) < str(case.rank_at)
        with pytest.raises(NotEligible, match="another officer"):
            decide(honest, actor("ada"), case.id, first.version, Decision("none", reason_code="model_error"))
        second = decide(honest, actor("ben"), case.id, first.version, ACCEPT)
        assert (second.state, second.final_categories) == ("determined", ("mobile-interception",))

    def test_disagreement_goes_to_a_third(self, honest: Desk) -> None:
        case = new(honest, "mobile-interception?")
        decide(honest, actor("ada"), case.id, 1, ACCEPT)
        split = decide(honest, actor("ben"), case.id, 2, Decision("none", reason_code="model_error"))
        assert (split.state, split.readings) == ("in_review", 2)
        done = decide(honest, actor("cleo"), case.id, 3, Decision("correct", ("covert-audio",), "parameters_decide"))
        assert (done.state, done.final_categories) == ("determined", ("covert-audio",))

    def test_clearing_against_the_model_needs_two(self, honest: Desk) -> None:
        case = new(honest, "covert-audio?")
        assert decide(honest, actor("ada"), case.id, 1, Decision("none", reason_code="model_error")).state == "in_review"

    def test_blind_until_the_third(self, honest: Desk) -> None:
        case = new(honest, "mobile-interception?")
        decide(honest, actor("ada"), case.id, 1, Decision("accept", reason_code="other", comment="secret"))

        def seen(who: str) -> tuple[int, bool]:
            with honest.database.reading() as connection:
                told = str(events_view(connection, find_case(connection, case.id), actor(who)))
            return len(view(honest, case, who)["readings"]), "secret" in told  # type: ignore[arg-type]

        assert seen("ada") == (1, True)
        assert seen("ben") == (0, False)
        assert seen("admin") == (0, False)
        decide(honest, actor("ben"), case.id, 2, Decision("none", reason_code="model_error"))
        assert seen("cleo") == (2, True)

    def test_exporters_see_no_officer(self, honest: Desk) -> None:
        case = new(honest, "mobile-interception?")
        decide(honest, actor("ada"), case.id, 1, ACCEPT)
        decide(honest, actor("ben"), case.id, 2, ACCEPT)
        with honest.database.reading() as connection:
            told = view(honest, case, "exporter"), events_view(connection, find_case(connection, case.id), actor("exporter"))
        assert not re.search(r"\b(ada|ben)\b", str(told))  # as words: ids are letters too
        assert "readings" not in told[0]


class TestReopening:
    """A closed case comes back with its history, for a stated reason."""

    def test_reopen_and_decide_again(self, honest: Desk) -> None:
        case = new(honest, "covert-audio?")
        done = decide(honest, actor("ada"), case.id, 1, ACCEPT)
        back = reopen(honest, actor("ben"), case.id, done.version, "new facts")
        assert (back.state, back.final_outcome, back.round, back.closed_at) == ("reopened", None, 2, None)
        again = decide(honest, actor("ada"), case.id, back.version, Decision("correct", ("covert-video",), "list_changed"))
        assert again.final_categories == ("covert-video",)
        with honest.database.reading() as connection:
            assert [each.categories for each in determinations_of(connection, case.id)] == [("covert-audio",), ("covert-video",)]

    def test_a_reason_is_needed(self, honest: Desk) -> None:
        with pytest.raises(DecisionUnusable):
            reopen(honest, actor("ada"), new(honest, "a lamp").id, 1, " ")


class TestBulk:
    """Identical items are decided together, and each says how it went."""

    def test_mixed(self, honest: Desk) -> None:
        same = [new(honest, text) for text in ("covert-audio?", "covert-audio?", "Covert-audio? ", "covert-video?")]
        items = [BulkItem(case.id, 1) for case in same] + [BulkItem(same[0].id, 1), BulkItem(same[1].id, 7), BulkItem("nothing", 1)]
        results = decide_bulk(honest, actor("ada"), items, ACCEPT)
        told = [result.state if isinstance(result, Case) else type(result).__name__ for result in results]
        assert told == ["determined", "determined", "determined", "DecisionUnusable", "determined", "StaleVersion", "CaseNotFound"]
