"""Cases are found by what they are and what they say, on pages that never shift, and nobody finds what is not theirs."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.errors import FilterUnusable
from serve.cases.case import Case, Submission
from serve.cases.decide import Decision, decide
from serve.cases.desk import Desk
from serve.cases.submit import submit
from serve.store.cases import Filters, list_cases
from tests.serve.cases.world import actor
from tests.serve.conftest import SteppingClock


def new(desk: Desk, text: str, who: str = "exporter", **more: str) -> Case:
    return submit(desk, actor(who), Submission(text, **more))[0]  # type: ignore[arg-type]


def found(desk: Desk, **wanted: object) -> list[str | None]:
    with desk.database.reading() as connection:
        cases, _ = list_cases(connection, Filters(**wanted), "", 200)  # type: ignore[arg-type]
    return [case.description for case in cases]


class TestFilters:
    """Each filter narrows the listing to what it says."""

    def test_each(self, honest: Desk, clock: SteppingClock) -> None:
        new(honest, "a lamp", destination="NO")
        clock.step(days=1)
        second = new(honest, "covert-audio?")
        clock.step(days=1)
        new(honest, "covert-video", who="rival")
        assert found(honest) == ["covert-video", "covert-audio?", "a lamp"]
        assert found(honest, organisation_id="north") == ["covert-audio?", "a lamp"]
        assert found(honest, states=("cleared", "decided")) == ["covert-video", "a lamp"]
        assert found(honest, destination="NO") == ["a lamp"]
        assert found(honest, category="covert-video") == ["covert-video"]
        assert found(honest, category="%") == []
        assert found(honest, outcome="review") == ["covert-audio?"]
        assert found(honest, since="2026-11-28") == ["covert-video", "covert-audio?"]
        assert found(honest, before="2026-11-29") == ["covert-audio?", "a lamp"]
        decide(honest, actor("ada"), second.id, 1, Decision("correct", ("covert-video",), "model_error"))
        assert found(honest, category="covert-audio") == []
        assert found(honest, category="covert-video", outcome="categories") == ["covert-video", "covert-audio?"]


class TestSearch:
    """Both databases find the same: every word, whatever case and accents; signs are no syntax."""

    @pytest.mark.parametrize(
        ("query", "hits"),
        [
            ("caméra", 1),
            ("CAMERA night", 1),
            ("camera day", 0),
            ("640x512", 1),
            ("9 hz", 1),
            ("9.2", 0),
            ("cam", 0),
            ("Straße", 1),
            ("strasse", 1),
            ("камера", 1),
            ("nightowl", 1),
            ("x200", 1),
            ("...", 0),
            ('"camera', 1),
            ("camera OR zebra", 0),
            ("camera NOT night", 0),
            ("case_id : *", 0),
            ("'; DROP TABLE cases; --", 0),
            ("camera) OR (1", 0),
            ("the", 1),
        ],
    )
    def test_words(self, honest: Desk, query: str, hits: int) -> None:
        text = "The caméra for night use, 640x512 at <9 Hz; Straße, КАМЕРА. x"
        new(honest, text, product_name="NightOwl", model="X-200 X200")
        new(honest, "something else")
        assert found(honest, words=query) == [text] * hits

    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00"), max_size=40))
    def test_any_text_is_a_query(self, honest: Desk, query: str) -> None:
        found(honest, words=query)


class TestPages:
    """Pages follow each other without gap or repetition, also while cases come in and share a moment."""

    def test_stable(self, honest: Desk, clock: SteppingClock) -> None:
        for i in range(10):
            new(honest, f"item {i}")
            clock.step(seconds=i % 3)
        before = found(honest)
        seen: list[str | None] = []
        cursor: str | None = ""
        while cursor is not None:
            with honest.database.reading() as connection:
                page, cursor = list_cases(connection, Filters(), cursor, 3)
            seen += [case.description for case in page]
            clock.step(seconds=1)
            new(honest, "newcomer")
        assert seen == before

    def test_bad_cursor(self, honest: Desk) -> None:
        with honest.database.reading() as connection, pytest.raises(FilterUnusable):
            list_cases(connection, Filters(), "nonsense", 3)
