"""Waits double, are spread by chance, and come to an end; secrets are kept sealed."""

import random
from datetime import UTC, datetime, timedelta

import pytest

from data.errors import ConfigurationError, SecretSealed
from serve.webhooks.schedule import LONGEST_WAIT, Schedule
from serve.webhooks.signing import Seal, new_secret

START = datetime(2026, 11, 27, tzinfo=UTC)


class TestSchedule:
    """No wait is longer than its turn says nor shorter than half of that."""

    SCHEDULE = Schedule(timedelta(seconds=10), timedelta(hours=72))

    @pytest.mark.parametrize(("attempts", "longest"), [(1, 10), (2, 20), (5, 160), (12, 14_400), (10_000, 14_400)])
    def test_bounds(self, attempts: int, longest: float) -> None:
        chance = random.Random(7)
        waits = [self.SCHEDULE.wait(attempts, chance).total_seconds() for _ in range(200)]
        assert longest / 2 <= min(waits) < max(waits) <= longest
        assert max(waits) <= LONGEST_WAIT.total_seconds()

    def test_comes_to_an_end(self) -> None:
        chance, now, attempts = random.Random(7), START, 0
        while due := self.SCHEDULE.next(attempts + 1, START, now, chance):
            assert due > now
            now, attempts = due, attempts + 1
        assert timedelta(hours=68) < now - START <= timedelta(hours=72)
        assert 20 < attempts < 60


class TestSeal:
    """A stored secret is nothing without the key, and keys can be changed."""

    def test_round_trip(self) -> None:
        old, secret = Seal.of("o" * 32), new_secret()
        stored = old.close(secret)
        assert secret not in stored
        assert old.open(stored) == secret
        assert Seal.of(f"{'n' * 32}, {'o' * 32}").open(stored) == secret
        with pytest.raises(SecretSealed):
            Seal.of("n" * 32).open(stored)

    @pytest.mark.parametrize("setting", ["short", "", f"{'k' * 32},", "k" * 31])
    def test_short_keys(self, setting: str) -> None:
        with pytest.raises(ConfigurationError):
            Seal.of(setting)
