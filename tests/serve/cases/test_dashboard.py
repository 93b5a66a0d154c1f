"""The figures of the review say what happened, and no more."""

import pytest

from serve.cases.agreement import agreement
from serve.cases.case import Case, Submission
from serve.cases.claims import claim
from serve.cases.dashboard import dashboard, model_in_use
from serve.cases.decide import Decision, decide
from serve.cases.desk import Desk
from serve.cases.reopen import reopen
from serve.cases.submit import submit
from serve.cases.worklist import beside, worklist
from serve.store.figures import Decided, control_versions, outdated_count, reopened_ids
from serve.store.queue import QueueFilters, list_filtered
from tests.serve.cases.world import actor
from tests.serve.conftest import SteppingClock

ACCEPT = Decision("accept", reason_code="description_matches")


def new(desk: Desk, text: str = "covert-audio?", who: str = "exporter") -> Case:
    return submit(desk, actor(who), Submission(text))[0]


def decided(guessed: str, said: str) -> Decided:
    return Decided("case", tuple(guessed.split()), "review", tuple(said.split()), "categories", "other", "", "", "r", True)


class TestAgreement:
    """A guess is kept or set aside; a category is added; nothing decided is no rate."""

    def test_counts(self) -> None:
        found = agreement([decided("a b", "a"), decided("a", "a"), decided("", "c"), decided("b", "")], ["a", "b", "c", "d"])
        assert (found.decided, found.agreed, found.rate) == (4, 1, 0.25)
        assert [(each.id, each.guessed, each.kept, each.added) for each in found.categories] == [
            ("a", 2, 2, 0),
            ("b", 2, 0, 0),
            ("c", 0, 0, 1),
        ]
        assert [each.override_rate for each in found.categories] == [0.0, 1.0, None]

    def test_nothing(self) -> None:
        assert agreement([], ["a"]).rate is None


class TestDashboard:
    """Throughput, ages and agreement come from the cases themselves."""

    def test_empty(self, desk: Desk) -> None:
        figures = dashboard(desk, 7)
        assert figures.ages == (0, 0, 0, 0)
        assert figures.hours_to_decide is None
        assert figures.agreement.rate is None
        assert len(figures.throughput) == 7

    def test_what_happened(self, honest: Desk, clock: SteppingClock) -> None:
        first, second = new(honest), new(honest, "covert-audio covert-video?")
        clock.step(hours=30)
        decide(honest, actor("ada"), first.id, 1, ACCEPT)
        decide(honest, actor("ada"), second.id, 1, Decision("correct", ("covert-audio",), "model_error"))
        new(honest)
        clock.step(hours=80)
        figures = dashboard(honest, 7)
        assert figures.queue.waiting == 1
        assert figures.ages == (0, 0, 1, 0)
        assert figures.late == 1
        assert figures.hours_to_decide == 30
        assert figures.states == {"determined": 2, "in_review": 1}
        assert figures.agreement.rate == 0.5
        assert [(each.submitted, each.determined) for each in figures.throughput] == [(0, 0), (2, 0), (0, 0), (1, 2), *[(0, 0)] * 3]

    def test_model_in_use(self, honest: Desk, clock: SteppingClock) -> None:
        case = new(honest)
        decide(honest, actor("ada"), case.id, 1, Decision("correct", ("covert-video",), "model_error"))
        new(honest, "a lamp")
        used = model_in_use(honest, 90, 10)
        assert used.decided == 1
        assert [(each.case_id, each.guessed, each.categories) for each in used.disagreements] == [
            (case.id, ("covert-audio",), ("covert-video",))
        ]
        assert {name: found.decided for name, found in used.releases.items()} == {"fake-1": 1}
        (week,) = used.weeks
        assert (week.count, week.outcomes, week.monday.isoformat()) == (2, {"none": 1, "review": 1}, "2026-11-23")
        assert week.characters == pytest.approx((13 + 6) / 2)

    def test_versions(self, honest: Desk) -> None:
        case = new(honest, "covert-audio")
        assert control_versions_of(honest) == [("fake-1", "", 1)]
        with honest.database.reading() as connection:
            assert outdated_count(connection, honest.assess.versions) == 0
            assert outdated_count(connection, ("fake-2", honest.taxonomy.hash, "")) == 1
            assert reopened_ids(connection, 5) == []
        reopen(honest, actor("admin"), case.id, 1, "The list changed.")
        with honest.database.reading() as connection:
            assert reopened_ids(connection, 5) == [case.id]


def control_versions_of(desk: Desk) -> list[tuple[str, str, int]]:
    with desk.database.reading() as connection:
        return control_versions(connection)


class TestQueueFilters:
    """Each filter narrows the queue to what it says."""

    def test_each(self, honest: Desk, clock: SteppingClock) -> None:
        urgent = new(honest, "lawful-interception!").id
        doubted = new(honest, "covert-audio?").id
        foreign = new(honest, "covert-video?", "rival").id
        claim(honest, actor("ada"), doubted)
        clock.step(minutes=1)

        def found(**wanted: object) -> set[str]:
            with honest.database.reading() as connection:
                page, _ = list_filtered(connection, QueueFilters(**wanted), "ada", "authority", honest.now())  # type: ignore[arg-type]
            return {case.id for case in page}

        assert found() == {urgent, doubted, foreign}
        assert found(reason="high_consequence") == {urgent}
        assert found(category="covert-video") == {foreign}
        assert found(hold="mine") == {doubted}
        assert found(hold="free") == {urgent, foreign}
        assert found(hold="others") == set()
        assert found(organisation_id="south") == {foreign}
        assert found(reason="%") == set()
        decide(honest, actor("ben"), urgent, 1, ACCEPT)
        assert found(stage="second") == {urgent}
        assert found(stage="first") == {doubted, foreign}
        clock.step(hours=25)
        assert found(overdue=True) == {urgent}
        assert found(hold="free") == {urgent, doubted, foreign}


class TestWorklist:
    """The queue as a page shows it: how urgent, how late, what comes before and after."""

    def test_rows(self, honest: Desk, clock: SteppingClock) -> None:
        first = new(honest, "lawful-interception!")
        second = new(honest)
        clock.step(hours=25)
        rows, after = worklist(honest, actor("ada"), QueueFilters())
        assert after is None
        assert [(row.case["id"], row.priority, row.late) for row in rows] == [(first.id, 94.6, True), (second.id, 46.6, False)]
        assert rows[0].soon is False
        assert [row.excerpt for row in rows] == ["lawful-interception!", "covert-audio?"]

    def test_not_decidable(self, honest: Desk) -> None:
        new(honest)
        assert worklist(honest, actor("insider"), QueueFilters(decidable=True))[0] == []
        assert len(worklist(honest, actor("insider"), QueueFilters())[0]) == 1

    def test_neighbours(self, honest: Desk, clock: SteppingClock) -> None:
        made = []
        for _ in range(3):
            made.append(new(honest).id)
            clock.step(hours=1)
        around = [beside(honest, actor("ada"), each) for each in made]
        assert around == [(None, made[1]), (made[0], made[2]), (made[1], None)]
        claim(honest, actor("ben"), made[1])
        assert beside(honest, actor("ada"), made[0]) == (None, made[2])
        assert beside(honest, actor("ada"), new(honest, "a lamp").id) == (None, made[0])
