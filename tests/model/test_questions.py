"""The fewest questions, the most decisive first."""

from collections.abc import Mapping
from datetime import date

from data.control_facts import Control, load_control_facts
from model.answers import parse_answers
from model.findings import applicable, is_settled
from model.questions import candidate_values, questions
from model.reading import Reading, Value
from model.truth import Known

FACTS = load_control_facts()
DAY = date(2026, 11, 27)


def known(category: str, answers: Mapping[str, str]) -> Known:
    return Known(dict(parse_answers(answers, FACTS.parameters)), frozenset({category}))


def controls(regime: str, state: Known) -> list[Control]:
    return applicable(next(r for r in FACTS.regimes if r.id == regime), state, DAY, None)


THERMAL = {
    "microbolometer": "yes",
    "cooled": "no",
    "wavelength": "8-14 um",
    "fixed_lens": "no",
    "detector_only": "no",
    "item_form": "equipment",
}


class TestQuestions:
    """What settles most is asked first; what is known is not asked; nothing is asked twice."""

    def test_frame_rate_first_for_a_thermal_camera(self) -> None:
        state = known("thermal-night-vision", THERMAL)
        asked = [question.parameter for question in questions(FACTS, controls("eu", state), state)]
        assert asked[0] == "frame_rate"
        assert len(asked) == len(set(asked))
        assert not set(asked) & set(THERMAL)

    def test_nothing_is_left_to_ask_when_everything_is_settled(self) -> None:
        state = known("licence-plate-recognition", {})
        assert questions(FACTS, controls("eu", state), state) == []

    def test_answers_to_all_questions_settle_something_each(self) -> None:
        state = known("thermal-night-vision", THERMAL)
        entries = controls("eu", state)
        before = sum(is_settled(each, state) for each in entries)
        first = questions(FACTS, entries, state)[0]
        after = state.supposing(first.parameter, (9.0, 9.0))
        assert sum(is_settled(each, after) for each in entries) > before

    def test_they_name_the_entries_that_turn_on_them(self) -> None:
        state = known("thermal-night-vision", THERMAL)
        assert "eu 6A003.b.4.b" in questions(FACTS, controls("eu", state), state)[0].concerns

    def test_limit(self) -> None:
        state = known("signals-intelligence", {})
        assert len(questions(FACTS, controls("us", state), state, limit=3)) == 3


class TestCandidateValues:
    """Answers are tried on either side of every threshold."""

    def test_sides_of_a_threshold(self) -> None:
        entries = [each for each in controls("eu", known("thermal-night-vision", {})) if each.code == "6A003.b.4.b"]
        values: list[Value] = candidate_values(FACTS.parameters["frame_rate"], entries)
        rates = [value[0] for value in values if isinstance(value, tuple)]
        assert any(rate is not None and rate < 9 for rate in rates)
        assert any(rate is not None and rate > 9 for rate in rates)

    def test_attributes_and_choices(self) -> None:
        assert candidate_values(FACTS.parameters["cooled"], []) == [True, False]
        assert candidate_values(FACTS.parameters["tube_generation"], []) == ["1", "2", "3"]

    def test_supposing_reads_like_an_answer(self) -> None:
        state = known("thermal-night-vision", {}).supposing("cooled", True)
        assert state.values["cooled"] == (Reading("cooled", True, 0, 0, ""),)
