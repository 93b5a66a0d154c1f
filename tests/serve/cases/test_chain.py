"""The audit chain shows every edit, removal and reordering, and survives the removal of text."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from serve.cases.chain import GENESIS, REDACTED, Event, Head, faults, seal_private, sealed


def chain(n: int = 6) -> list[Event]:
    events: list[Event] = []
    for i in range(1, n + 1):
        private, digest = seal_private({"comment": f"text {i}"} if i % 2 else {})
        previous = events[-1].hash if events else GENESIS
        events.append(
            sealed(
                Event(
                    "north", i, "case_changed", f"case-{i % 3}", "ada", f"t{i}", "r", {"n": i - 1}, {"n": i}, private, digest, previous, ""
                )
            )
        )
    return events


def reasons(events: list[Event], head: Head | None = None) -> list[str]:
    return [fault.reason for fault in faults("north", events, head)]


class TestChain:
    """An untouched chain is faultless; any touch is seen."""

    def test_whole(self) -> None:
        events = chain()
        assert reasons(events, Head("north", 6, events[-1].hash)) == []
        assert reasons([], Head("north", 0, GENESIS)) == []

    @given(
        st.integers(0, 5),
        st.sampled_from(["type", "case_id", "actor_id", "at", "request_id", "old", "new", "private_digest", "previous", "organisation_id"]),
    )
    def test_any_edit(self, i: int, name: str) -> None:
        events = chain()
        events[i] = replace(events[i], **{name: {"x": 1} if name in ("old", "new") else "x"})
        assert reasons(events)

    @given(st.integers(0, 4))
    def test_an_edit_with_a_new_hash(self, i: int) -> None:
        events = chain()
        events[i] = sealed(replace(events[i], actor_id="mallory"))
        assert reasons(events) == ["it does not follow the event before it"]

    @given(st.integers(0, 5))
    def test_any_removal(self, i: int) -> None:
        events = chain()
        head = Head("north", 6, events[-1].hash)
        del events[i]
        assert reasons(events, head)

    @given(st.permutations(range(6)).filter(lambda order: order != sorted(order)))
    def test_any_reordering(self, order: list[int]) -> None:
        events = chain()
        assert reasons([events[i] for i in order])

    def test_a_repeated_event(self) -> None:
        events = chain()
        assert "the number is used twice" in reasons([*events[:3], events[2], *events[3:]])

    def test_the_end_cut_off(self) -> None:
        events = chain()
        assert reasons(events[:4], Head("north", 6, events[-1].hash)) == ["the chain should end with event 6"]


class TestText:
    """Text may go, but not change, and not go without a trace."""

    def test_changed(self) -> None:
        events = chain()
        events[2] = replace(events[2], private=str(events[2].private).replace("text", "test"))
        assert reasons(events) == ["its text was changed"]

    def test_gone_without_redaction(self) -> None:
        events = chain()
        events[2] = replace(events[2], private=None)
        assert reasons(events) == ["its text was removed without a redaction"]

    def test_redacted(self) -> None:
        events = [replace(event, private=None) if event.case_id == "case-1" else event for event in chain()]
        last = Event("north", 7, REDACTED, "case-1", "ada", "t7", "r", {}, {}, None, "", events[-1].hash, "")
        assert reasons([*events, sealed(last)]) == []
        other = sealed(replace(last, case_id="case-2"))
        assert reasons([*events, other]) == ["its text was removed without a redaction"]

    @pytest.mark.parametrize("texts", [{}, {"comment": ""}])
    def test_nothing_to_hide(self, texts: dict[str, str]) -> None:
        assert seal_private(texts) == (None, "")

    def test_the_digest_cannot_be_guessed(self) -> None:
        assert seal_private({"comment": "x"})[1] != seal_private({"comment": "x"})[1]
