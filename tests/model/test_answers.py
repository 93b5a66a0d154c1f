"""Answers are read with their units; what cannot be read is refused in words."""

import pytest

from data.errors import AnswerInvalid
from data.parameter_facts import load_parameters
from model.answers import contradictions, parse_answers
from model.reading import Reading


def values(name: str, *answers: str) -> list[object]:
    return [reading.value for reading in parse_answers({name: list(answers)}, load_parameters())[name]]


class TestAnswers:
    """Numbers need a unit, choices a known value, attributes yes or no."""

    @pytest.mark.parametrize(
        ("name", "answer", "expected"),
        [
            ("frame_rate", "9 Hz", (9.0, 9.0)),
            ("endurance", "1.5 hours", (90.0, 90.0)),
            ("wavelength", "8-14 µm", (8000.0, 14000.0)),
            ("wavelength", "8 to 14 um", (8000.0, 14000.0)),
            ("detector_elements", "640 x 512", (327680.0, 327680.0)),
            ("channels", "2,000 channels", (2000.0, 2000.0)),
            ("frame_rate", "< 9 Hz", (None, 9.0)),
            ("frame_rate", "> 9 Hz", (9.0, None)),
            ("frame_rate", "<= 9 Hz", (9.0, 9.0)),
            ("line_rate", "100 Gbit/s", (100.0, 100.0)),
            ("tube_generation", "3", "3"),
            ("fixed_lens", "Yes", True),
            ("fixed_lens", "no", False),
        ],
    )
    def test_read(self, name: str, answer: str, expected: object) -> None:
        (value,) = values(name, answer)
        assert value == pytest.approx(expected) if isinstance(value, tuple) and None not in value else value == expected

    def test_versions(self) -> None:
        assert values("frame_rate", "9 Hz; 60 Hz") == values("frame_rate", "9 Hz", "60 Hz") == [(9.0, 9.0), (60.0, 60.0)]

    @pytest.mark.parametrize(
        ("name", "answers", "reason"),
        [
            ("frame_rate", ["9"], "has no unit"),
            ("frame_rate", ["9 kg"], "no unit for frame_rate"),
            ("frame_rate", ["fast"], "no number"),
            ("frame_rate", ["60 - 9 Hz"], "backwards"),
            ("frame_rate", [""], "0 characters"),
            ("frame_rate", ["9 " + "Hz" * 200], "limit"),
            ("fixed_lens", ["maybe"], "neither yes nor no"),
            ("fixed_lens", ["yes", "no"], "both yes and no"),
            ("tube_generation", ["9"], "none of 1, 2, 3"),
            ("colour", ["red"], "no such parameter"),
        ],
    )
    def test_refused(self, name: str, answers: list[str], reason: str) -> None:
        with pytest.raises(AnswerInvalid, match=reason):
            parse_answers({name: answers}, load_parameters())

    def test_too_many(self) -> None:
        with pytest.raises(AnswerInvalid, match="limit is 200"):
            parse_answers({f"p{i}": "yes" for i in range(201)}, load_parameters())

    def test_contradictions(self) -> None:
        answers = parse_answers({"frame_rate": "60 Hz", "fixed_lens": "yes"}, load_parameters())
        told = [Reading("frame_rate", (9.0, 9.0), 0, 4, "9 Hz")]
        assert contradictions(answers, told) == ["frame_rate"]
        assert contradictions(answers, [Reading("frame_rate", (60.0, 60.0), 0, 4, "60 Hz")]) == []
