"""The queue hands each case to one officer, the most urgent first."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from data.errors import CaseClaimed, CaseNotFound, CaseNotHeld, FilterUnusable, MoveNotAllowed, NotEligible, QueueEmpty
from serve.cases.case import Case, Submission
from serve.cases.claims import assign, claim, claim_next, release, renew
from serve.cases.decide import Decision, decide
from serve.cases.desk import Desk
from serve.cases.install import queue_state
from serve.cases.submit import submit
from serve.cases.verify import verify
from serve.store.cases import find_case
from serve.store.database import Database
from serve.store.queue import list_queue
from tests.serve.cases.world import actor, make_desk, settle_people
from tests.serve.conftest import SteppingClock

ROOT = Path(__file__).parents[3]
ROUNDS = int(os.environ.get("CATCHALL_TEST_ROUNDS", "250"))
ACCEPT = Decision("accept", reason_code="description_matches")


def new(desk: Desk, text: str = "covert-audio?", who: str = "exporter") -> Case:
    return submit(desk, actor(who), Submission(text))[0]


class TestClaim:
    """The first to claim wins, until the lease is over."""

    def test_one_holder(self, honest: Desk, clock: SteppingClock) -> None:
        case = new(honest)
        assert claim(honest, actor("ada"), case.id).claimed_by == "ada"
        with pytest.raises(CaseClaimed, match="22:30"):
            claim(honest, actor("ben"), case.id)
        with pytest.raises(CaseClaimed):
            decide(honest, actor("ben"), case.id, 1, ACCEPT)
        clock.step(minutes=30)
        assert claim(honest, actor("ben"), case.id).claimed_by == "ben"
        with pytest.raises(CaseNotHeld):
            renew(honest, actor("ada"), case.id)

    def test_renewal_prolongs(self, honest: Desk, clock: SteppingClock) -> None:
        case = new(honest)
        claim(honest, actor("ada"), case.id)
        clock.step(minutes=29)
        assert renew(honest, actor("ada"), case.id).lease_until == "2026-11-27T22:59:00.000000Z"

    def test_a_lapsed_claim_is_kept_until_somebody_comes(self, honest: Desk, clock: SteppingClock) -> None:
        case = new(honest)
        claim(honest, actor("ada"), case.id)
        clock.step(hours=9)
        assert renew(honest, actor("ada"), case.id).claimed_by == "ada"
        assert decide(honest, actor("ada"), case.id, 1, ACCEPT).state == "determined"

    def test_release(self, honest: Desk) -> None:
        case = new(honest)
        claim(honest, actor("ada"), case.id)
        with pytest.raises(CaseNotHeld):
            release(honest, actor("ben"), case.id)
        assert release(honest, actor("ada"), case.id).claimed_by is None
        assert claim(honest, actor("ben"), case.id).claimed_by == "ben"

    def test_what_cannot_be_claimed(self, honest: Desk) -> None:
        with pytest.raises(MoveNotAllowed):
            claim(honest, actor("ada"), new(honest, "a lamp").id)
        with pytest.raises(CaseNotFound):
            claim(honest, actor("ada"), "nothing")
        with pytest.raises(NotEligible):
            claim(honest, actor("insider"), new(honest).id)
        with pytest.raises(CaseNotHeld):
            renew(honest, actor("ada"), new(honest).id)


class TestNext:
    """The most urgent case that one may decide comes first."""

    def test_order(self, honest: Desk, clock: SteppingClock) -> None:
        old = new(honest, "nothing in particular?")
        clock.step(hours=1)
        likely = new(honest)
        grave = new(honest, "covert-audio !")
        own = new(honest, "covert-audio ! mine", who="ada")
        order = [claim_next(honest, actor("ada")).id for _ in range(3)]
        assert order == [grave.id, likely.id, old.id]
        with pytest.raises(QueueEmpty):
            claim_next(honest, actor("ada"))
        with pytest.raises(QueueEmpty):
            claim_next(honest, actor("ben"))
        assert own.state == "in_review"

    def test_pages(self, honest: Desk, clock: SteppingClock) -> None:
        for _ in range(7):
            new(honest)
            clock.step(minutes=1)
        new(honest, who="ada")
        seen: list[str] = []
        cursor: str | None = ""
        while cursor is not None:
            with honest.database.reading() as connection:
                page, cursor = list_queue(connection, cursor, 3, "ada", "authority")
            seen += [case.submitted_at for case in page]
        assert len(seen) == 7
        assert seen == sorted(seen)

    def test_bad_cursor(self, honest: Desk) -> None:
        for cursor in ("x", "WzEsMl0", "é", "W10", "bm8"):
            with honest.database.reading() as connection, pytest.raises(FilterUnusable):
                list_queue(connection, cursor, 3)

    def test_figures(self, honest: Desk, clock: SteppingClock) -> None:
        assert (state := queue_state(honest)) is not None
        assert (state.waiting, state.held, state.overdue, state.oldest_seconds) == (0, 0, 0, 0.0)
        new(honest, "covert-audio !")
        clock.step(hours=30)
        claim(honest, actor("ada"), new(honest).id)
        assert (state := queue_state(honest)) is not None
        assert (state.waiting, state.held, state.overdue, state.oldest_seconds) == (1, 1, 1, 30 * 3600.0)


class TestAssign:
    """A case is handed on by its holder or by an administrator, to an officer who may decide it."""

    def test_by_holder(self, honest: Desk) -> None:
        case = new(honest)
        claim(honest, actor("ada"), case.id)
        assert assign(honest, actor("ada"), case.id, "ben").claimed_by == "ben"
        with pytest.raises(CaseClaimed):
            assign(honest, actor("ada"), case.id, "cleo")
        assert assign(honest, actor("admin"), case.id, "cleo").claimed_by == "cleo"

    @pytest.mark.parametrize("whom", ["exporter", "admin", "insider", "nobody"])
    def test_to_nobody_else(self, honest: Desk, whom: str) -> None:
        with pytest.raises(NotEligible):
            assign(honest, actor("admin"), new(honest).id, whom)

    def test_closed(self, honest: Desk) -> None:
        with pytest.raises(MoveNotAllowed):
            assign(honest, actor("admin"), new(honest, "a lamp").id, "ada")


class Officer:
    """An officer in a process of their own."""

    def __init__(self, url: str, name: str) -> None:
        command = [sys.executable, "-m", "tests.serve.cases.claimer", url, name]
        self.process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
        assert self.process.stdin
        assert self.process.stdout
        self.into, self.out = self.process.stdin, self.process.stdout
        assert self.out.readline() == "ready\n"

    def close(self) -> None:
        self.into.close()
        self.out.close()
        assert self.process.wait(60) == 0


class TestRace:
    """Of two officers who claim at once, exactly one gets the case."""

    def test_two_processes(self, database_url: str, clock: SteppingClock) -> None:
        database = Database.open(database_url)
        settle_people(database)
        desk = make_desk(database, clock)
        officers = [Officer(database_url, name) for name in ("ada", "ben")]
        wins = {"ada": 0, "ben": 0}
        case = new(desk)
        for _ in range(ROUNDS):
            for officer in officers:
                officer.into.write(case.id + "\n")
            told = [officer.out.readline().strip() for officer in officers]
            assert sorted(told) == ["lost", "won"]
            winner = ("ada", "ben")[told.index("won")]
            with database.reading() as connection:
                assert find_case(connection, case.id).claimed_by == winner
            wins[winner] += 1
            release(desk, actor(winner), case.id)
        for officer in officers:
            officer.close()
        assert verify(database)[0] == []
        database.close()
        assert sum(wins.values()) == ROUNDS

    def test_threads_take_every_case_once(self, honest: Desk) -> None:
        ids = {new(honest).id for _ in range(30)}
        taken: list[str] = []

        def work(name: str) -> None:
            while True:
                try:
                    case = claim_next(honest, actor(name))
                except QueueEmpty:
                    return
                taken.append(case.id)
                decide(honest, actor(name), case.id, case.version, ACCEPT)

        threads = [threading.Thread(target=work, args=(name,)) for name in ("ada", "ben", "cleo")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(taken) == sorted(ids)
