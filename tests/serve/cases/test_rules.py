"""The rules of cases, as data and pure functions."""

from datetime import UTC, datetime, timedelta
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import ConfigurationError, MoveNotAllowed
from data.taxonomy import Taxonomy, load_taxonomy
from serve.cases.four_eyes import Reading, needs_second, settle, stage_after, why_not
from serve.cases.policy import REVIEW_POLICY_FILE, FourEyes, read_review_policy
from serve.cases.priority import Place, paused, place
from serve.cases.states import FINAL, MOVES, QUEUED, STATES, TRANSITIONS, after, first_state

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
QUEUE = read_review_policy(load_taxonomy()).queue
EYES = FourEyes(frozenset({"mobile-interception"}), frozenset({"none"}))


class TestStates:
    """The life of a case is a closed graph: every move leads to a state, and every open state has a way out."""

    def test_total(self) -> None:
        assert set(TRANSITIONS) == set(STATES)
        for state, moves in TRANSITIONS.items():
            assert set(moves) <= set(MOVES)
            assert set(moves.values()) <= set(STATES)
            assert moves or state == "withdrawn"

    def test_every_open_state_can_end(self) -> None:
        for state in set(STATES) - set(FINAL):
            reached, todo = {state}, [state]
            while todo:
                for following in TRANSITIONS[todo.pop()].values():
                    if following not in reached:
                        reached.add(following)
                        todo.append(following)
            assert "determined" in reached

    def test_only_waiting_cases_are_determined(self) -> None:
        assert {state for state, moves in TRANSITIONS.items() if "determine" in moves} == set(QUEUED)

    def test_no_way(self) -> None:
        with pytest.raises(MoveNotAllowed, match=r"'needs information', which allows no 'determine'"):
            after("needs_information", "determine")

    @pytest.mark.parametrize(
        ("outcome", "review", "state"),
        [("none", False, "cleared"), ("categories", False, "decided"), ("categories", True, "in_review"), ("review", True, "in_review")],
    )
    def test_first(self, outcome: str, review: bool, state: str) -> None:
        assert first_state(outcome, review) == state


class TestPriority:
    """Older, likelier, graver and reopened cases go first, and the order never changes by waiting."""

    def test_head_starts(self) -> None:
        plain = place(QUEUE, NOON, 0.0, high_consequence=False)
        assert plain == Place(NOON + timedelta(hours=72), NOON)
        assert place(QUEUE, NOON, 0.5, high_consequence=False).rank_at == NOON - timedelta(hours=12)
        grave = place(QUEUE, NOON, 0.0, high_consequence=True)
        assert grave == Place(NOON + timedelta(hours=24), NOON - timedelta(hours=48))
        assert place(QUEUE, NOON, 0.0, high_consequence=False, reopened=True).rank_at == NOON - timedelta(hours=12)
        assert place(QUEUE, NOON, 0.0, high_consequence=False, second_reading=True).rank_at == NOON - timedelta(hours=6)

    @given(st.floats(-1, 2), st.booleans(), st.timedeltas(timedelta(0), timedelta(days=9)))
    def test_age_counts_alike(self, likeliest: float, grave: bool, later: timedelta) -> None:
        early = place(QUEUE, NOON, likeliest, grave)
        late = place(QUEUE, NOON + later, likeliest, grave)
        assert late.rank_at - early.rank_at == later

    def test_pause(self) -> None:
        at = Place(NOON, NOON)
        assert paused(at, NOON, NOON + timedelta(hours=2)) == Place(NOON + timedelta(hours=2), NOON + timedelta(hours=2))
        assert paused(at, NOON, NOON - timedelta(hours=2)) == at


def reading(officer: str, *categories: str) -> Reading:
    return Reading(officer, "categories" if categories else "none", categories)


class TestFourEyes:
    """What is grave needs two who agree, or a third who decides."""

    @pytest.mark.parametrize(
        ("said", "guessed", "second"),
        [
            (("covert-audio",), ("covert-audio",), False),
            (("mobile-interception",), (), True),
            (("covert-audio",), ("mobile-interception",), True),
            ((), ("covert-audio",), True),
            ((), (), False),
        ],
    )
    def test_needed(self, said: tuple[str, ...], guessed: tuple[str, ...], second: bool) -> None:
        assert needs_second(EYES, reading("a", *said), guessed) is second

    def test_agreement_is_of_sets(self) -> None:
        two = [reading("a", "mobile-interception", "covert-audio"), reading("b", "covert-audio", "mobile-interception")]
        assert settle(EYES, two, ()) == two[1]

    def test_third_decides(self) -> None:
        for three in permutations([reading("a", "mobile-interception"), reading("b"), reading("c", "covert-audio")]):
            assert settle(EYES, three[:2], ("mobile-interception",)) is None
            assert settle(EYES, three, ("mobile-interception",)) == three[2]

    def test_stages(self) -> None:
        assert [stage_after(n) for n in range(4)] == ["first", "second", "third", "third"]

    def test_who_may_not(self) -> None:
        assert why_not("o", "authority", "north", "e", ["p"]) == ""
        assert "submitted" in why_not("o", "authority", "authority", "o", [])
        assert "organisation" in why_not("o", "north", "north", "e", [])
        assert "already" in why_not("o", "authority", "north", "e", ["o"])


class TestPolicy:
    """The policy file is checked when it is read."""

    def test_ships(self, taxonomy: Taxonomy) -> None:
        policy = read_review_policy(taxonomy)
        assert policy.retention_years == 5
        assert "other" in policy.reasons
        assert policy.as_json()["queue"]["lease_minutes"] == 30

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            ("version = 1", "version = 2"),
            ('"intrusion-software"', '"teapots"'),
            ('outcomes = ["none"]', 'outcomes = ["maybe"]'),
            ("lease_minutes = 30", "lease_minutes = -1"),
            ("lease_minutes = 30", ""),
            ("years = 5", 'years = "five"'),
            ("[retention]", "[surprise]\n[retention]"),
            ("[queue]", "["),
        ],
    )
    def test_mistakes_are_named(self, taxonomy: Taxonomy, tmp_path: Path, old: str, new: str) -> None:
        path = tmp_path / "policy.toml"
        content = REVIEW_POLICY_FILE.read_text(encoding="utf-8")
        assert old in content
        path.write_text(content.replace(old, new, 1), encoding="utf-8")
        with pytest.raises(ConfigurationError, match=r"policy\.toml"):
            read_review_policy(taxonomy, path)
