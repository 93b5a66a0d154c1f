"""Figures that are more than counts."""

import pytest

from serve.operations.metrics import Metrics, OutcomeMix, QueueState


class TestOutcomeMix:
    """Shares are of the last answers; the drift is their distance from the first ones, and absent until it can be known."""

    def test_nothing_yet(self) -> None:
        mix = OutcomeMix(window=2)
        assert mix.shares() == {}
        assert mix.drift() is None

    def test_no_drift(self) -> None:
        mix = OutcomeMix(window=2)
        for outcome in ("none", "review", "review", "none"):
            mix.add(outcome)  # type: ignore[arg-type]
        assert mix.drift() == 0

    def test_one_half(self) -> None:
        mix = OutcomeMix(window=4)
        for outcome in ("none", "none", "review", "review", "review", "review", "review", "review"):
            mix.add(outcome)  # type: ignore[arg-type]
        assert mix.drift() == pytest.approx(0.5)
        assert mix.shares()["review"] == 1.0

    def test_shares_before_the_first_window_is_full(self) -> None:
        mix = OutcomeMix(window=4)
        for outcome in ("none", "review"):
            mix.add(outcome)  # type: ignore[arg-type]
        assert mix.shares() == {"categories": 0.0, "none": 0.5, "review": 0.5}

    def test_shares_across_the_two_windows(self) -> None:
        mix = OutcomeMix(window=2)
        for outcome in ("none", "none", "review"):
            mix.add(outcome)  # type: ignore[arg-type]
        assert mix.shares()["review"] == 0.5


class TestQueueFigures:
    """The review queue is read for each scrape; a database that does not answer leaves the figures out."""

    def test_read(self) -> None:
        metrics = Metrics("r", "t", "v")
        metrics.watch_queue(lambda: QueueState(waiting=3, held=2, oldest_seconds=61.5, overdue=1))
        page = metrics.page().decode()
        assert 'catchall_review_cases{state="waiting"} 3.0' in page
        assert 'catchall_review_cases{state="overdue"} 1.0' in page
        assert "catchall_review_oldest_seconds 61.5" in page

    def test_left_out(self) -> None:
        state: list[QueueState | None] = [QueueState(0, 0, 0.0, 0)]
        metrics = Metrics("r", "t", "v")
        metrics.watch_queue(lambda: state[0])
        assert 'catchall_review_cases{state="waiting"} 0.0' in metrics.page().decode()
        state[0] = None
        assert "catchall_review_cases" not in metrics.page().decode()
