"""Whatever exporters and officers do, in whatever order, the rules of cases hold; found by a machine that tries (Hypothesis)."""

import shutil
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from data.errors import CaseError, DecisionUnusable
from serve.cases.case import Case, Submission
from serve.cases.claims import claim, release
from serve.cases.decide import Decision, decide
from serve.cases.owner import answer, request_review, withdraw
from serve.cases.redact import redact
from serve.cases.reopen import reassess, reopen
from serve.cases.states import FINAL, QUEUED, STATES
from serve.cases.submit import submit
from serve.cases.verify import verify
from serve.store.cases import determinations_of, find_case, questions_of, readings_of
from serve.store.database import Database
from tests.serve.cases.world import actor, make_desk, settle_people
from tests.serve.conftest import SteppingClock

OFFICERS = st.sampled_from(["ada", "ben", "cleo", "insider"])
OWNERS = st.sampled_from(["exporter", "colleague", "rival", "ada"])
TEXTS = st.sampled_from(["a lamp", "covert-audio", "covert-audio?", "mobile-interception?", "lawful-interception covert-audio !"])
DECISIONS = st.sampled_from(
    [
        Decision("accept", reason_code="description_matches"),
        Decision("none", reason_code="model_error"),
        Decision("correct", ("covert-video",), "parameters_decide"),
        Decision("correct", ("mobile-interception",), "parameters_decide"),
        Decision("needs_information", question="Why?"),
    ]
)


class Life(RuleBasedStateMachine):
    """Cases in the hands of people who try everything."""

    cases: Bundle[str] = Bundle("cases")
    template: Path

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(mkdtemp(prefix="catchall-life-"))
        shutil.copy(self.template, self.folder / "c.db")
        self.database = Database.open(f"sqlite:///{self.folder / 'c.db'}")
        self.clock = SteppingClock()
        settle_people(self.database)
        self.desk = make_desk(self.database, self.clock)
        self.versions: dict[str, int] = {}
        self.releases = 1

    def teardown(self) -> None:
        self.database.close()
        shutil.rmtree(self.folder)

    def now(self, case_id: str) -> Case:
        with self.database.reading() as connection:
            return find_case(connection, case_id)

    def tried(self, case_id: str, step: Any, *arguments: Any) -> None:
        """Take a step; when it is refused, the case must be as it was."""
        before = self.now(case_id)
        try:
            step(self.desk, *arguments)
        except (CaseError, DecisionUnusable):
            assert self.now(case_id) == before

    @rule(target=cases, who=OWNERS, text=TEXTS)
    def submit(self, who: str, text: str) -> str:
        return submit(self.desk, actor(who), Submission(text))[0].id

    @rule(case_id=cases, who=OWNERS, back=st.sampled_from([0, 0, 0, 1]), step=st.sampled_from([request_review, answer, withdraw]))
    def own(self, case_id: str, who: str, back: int, step: Any) -> None:
        self.tried(case_id, step, actor(who), case_id, self.now(case_id).version - back, "Because.")

    @rule(case_id=cases, who=OFFICERS, step=st.sampled_from([claim, release]))
    def hold(self, case_id: str, who: str, step: Any) -> None:
        self.tried(case_id, step, actor(who), case_id)

    @rule(case_id=cases, who=OFFICERS, decision=DECISIONS, back=st.sampled_from([0, 0, 0, 1]))
    def decide(self, case_id: str, who: str, decision: Decision, back: int) -> None:
        before = self.now(case_id)
        self.tried(case_id, decide, actor(who), case_id, before.version - back, decision)
        if self.now(case_id).version != before.version:
            assert back == 0
            assert before.state in QUEUED
            assert not before.held_by_other(who, self.desk.now())
            assert actor(who).organisation_id != before.organisation_id

    @rule(case_id=cases, who=OFFICERS)
    def take_up(self, case_id: str, who: str) -> None:
        self.tried(case_id, reopen, actor(who), case_id, self.now(case_id).version, "again")

    @rule(case_id=cases)
    def take_text(self, case_id: str) -> None:
        self.tried(case_id, redact, actor("admin"), case_id, self.now(case_id).version, "by letter")

    @rule(case_id=cases, swap=st.booleans())
    def new_model(self, case_id: str, swap: bool) -> None:
        if self.now(case_id).description is not None and self.now(case_id).state != "withdrawn":
            self.releases += 1
            renamed = {"covert-audio": "covert-video"} if swap else {}
            later = make_desk(self.database, self.clock, release=f"fake-{self.releases}", renamed=renamed)
            reassess(later, actor("admin"), case_id, apply=True)

    @rule(minutes=st.integers(-60, 3_000))
    def wait(self, minutes: int) -> None:
        self.clock.step(minutes=minutes)

    @invariant()
    def the_audit_holds(self) -> None:
        assert verify(self.database)[0] == []

    @invariant()
    def the_rules_hold(self) -> None:
        with self.database.reading() as connection:
            for case_id in connection.exec_driver_sql("SELECT id FROM cases").scalars().all():
                case = find_case(connection, case_id)
                assert case.state in STATES
                assert case.version >= self.versions.get(case_id, 1)
                self.versions[case_id] = case.version
                read = readings_of(connection, case_id)
                of_round = [each for each in read if each.round == case.round]
                assert len(of_round) == case.readings <= 3
                assert len({(each.round, each.officer_id) for each in read}) == len(read)
                assert all(actor(each.officer_id).organisation_id != case.organisation_id for each in read)
                decided = determinations_of(connection, case_id)
                standing = [each for each in decided if each.round == case.round and case.state == "determined"]
                assert (case.final_outcome is not None) == (len(standing) == 1) == (case.state == "determined")
                if standing and set(standing[0].categories) & self.desk.policy.four_eyes.categories:
                    assert case.readings >= 2
                if case.state == "needs_information":
                    assert questions_of(connection, case_id)[-1].answer is None
                if case.state in QUEUED:
                    assert case.rank_at is not None
                else:
                    assert case.claimed_by is None
                assert (case.closed_at is not None) == (case.state in FINAL)


class TestLife:
    """No sequence of steps breaks a rule."""

    @pytest.mark.filterwarnings("ignore::hypothesis.errors.HypothesisWarning")
    def test_any_sequence(self, sqlite_template: Path) -> None:
        Life.template = sqlite_template
        checks = list(HealthCheck)
        run_state_machine_as_test(
            Life, settings=settings(max_examples=40, stateful_step_count=25, deadline=None, suppress_health_check=checks)
        )
