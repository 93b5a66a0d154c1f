"""Health tells the truth about every part, at a bounded cost."""

import threading

from data.errors import InferenceFailed
from serve.operations.health import KEPT_SECONDS, Readiness


class Part:
    """A part that works or not, and counts how often it was asked."""

    def __init__(self) -> None:
        self.works = True
        self.asked = 0

    def __call__(self) -> None:
        self.asked += 1
        if not self.works:
            raise InferenceFailed(reason="no")


class Ticks:
    """Time that moves only when told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class TestReadiness:
    """Each part is asked; a result is kept for a second; a part that fails does not hide the others."""

    def test_each_part(self) -> None:
        model, database = Part(), Part()
        database.works = False
        assert Readiness({"model": model, "database": database}).parts() == {"model": True, "database": False}

    def test_kept_for_a_second(self) -> None:
        part, ticks = Part(), Ticks()
        readiness = Readiness({"model": part}, ticks)
        assert readiness.parts() == {"model": True}
        part.works = False
        ticks.now += KEPT_SECONDS / 2
        assert readiness.parts() == {"model": True}
        ticks.now += KEPT_SECONDS
        assert readiness.parts() == {"model": False}
        assert part.asked == 2

    def test_comes_back(self) -> None:
        part, ticks = Part(), Ticks()
        part.works = False
        readiness = Readiness({"model": part}, ticks)
        assert readiness.parts() == {"model": False}
        part.works = True
        ticks.now += KEPT_SECONDS
        assert readiness.parts() == {"model": True}

    def test_many_at_once_cost_one_check(self) -> None:
        part = Part()
        readiness = Readiness({"model": part}, Ticks())
        threads = [threading.Thread(target=readiness.parts) for _ in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(10)
        assert part.asked == 1
