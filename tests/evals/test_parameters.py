"""Scores of reading technical parameters."""

import json

import pytest

from data.errors import MalformedRow
from data.parameter_facts import load_parameters
from evals.parameters import SCORED, TYPES, ParameterItem, Score, load_items, matches, measure, table
from model.reading import Reading, Value


def reading(parameter: str, value: Value) -> Reading:
    return Reading(parameter, value, 0, 1, "x")


def scores(expects: dict[str, tuple[Value, ...]], readings: list[Reading], may: frozenset[str] = frozenset()):
    return measure([ParameterItem("a", "text", expects, may)], lambda _: readings)


class TestMatching:
    """A value matches when both ends lie within 1 %, open ends alike."""

    @pytest.mark.parametrize(
        ("read", "told", "expected"),
        [
            ((100.9, 100.9), (100, 100), True),
            ((102, 102), (100, 100), False),
            ((9, None), (9, None), True),
            ((9, 9), (9, None), False),
            (True, True, True),
            (True, False, False),
            ("etsi", "etsi", True),
            (True, (1, 1), False),
        ],
    )
    def test_matches(self, read: Value, told: Value, expected: bool) -> None:
        assert matches(read, told) is expected


class TestMeasure:
    """Right, wrong and missing values are counted once, per parameter and per kind."""

    def test_counts(self) -> None:
        result = scores(
            {"frame_rate": ((9.0, 9.0), (30.0, 30.0)), "cooled": (False,)},
            [
                reading("frame_rate", (9.0, 9.0)),
                reading("frame_rate", (9.0, 9.0)),
                reading("frame_rate", (50.0, 50.0)),
                reading("cooled", False),
            ],
        )
        assert result.parameters["frame_rate"] == Score(1, 1, 1)
        assert result.kinds["attribute"] == Score(1, 0, 0)
        assert result.kinds["all"] == Score(2, 1, 1)
        assert result.types["cooling"] == Score(1, 0, 0)
        assert result.types["endurance"] == Score()

    def test_every_parameter_is_of_one_type(self) -> None:
        assert sorted(each for group in TYPES.values() for each in group) == sorted(list(load_parameters())[:SCORED])

    def test_what_may_be_argued_is_not_scored(self) -> None:
        result = scores({"payload": ((3.0, 3.0),)}, [reading("payload", (4.0, 4.0))], frozenset({"payload"}))
        assert result.kinds["all"] == Score()

    def test_parameters_that_are_only_asked_are_not_scored(self) -> None:
        assert scores({}, [reading("gate_time", (1.0, 1.0))]).kinds["all"] == Score()

    def test_nothing_read_has_no_precision(self) -> None:
        assert Score(0, 0, 2).precision is None
        assert Score(0, 0, 2).recall is not None

    def test_shares_carry_intervals(self) -> None:
        precision = Score(9, 1, 0).precision
        assert precision is not None
        assert precision.low < 0.9 < precision.high

    def test_the_table_lists_what_was_scored(self) -> None:
        assert table(scores({"cooled": (True,)}, [])).row_count == 4


class TestFiles:
    """Labelled sentences are read line by line; a faulty line is named."""

    def test_load(self, tmp_path) -> None:
        path = tmp_path / "items.jsonl"
        path.write_text(
            json.dumps({"id": "a", "text": "t", "expects": {"payload": [[1, None]], "cooled": True, "tube_generation": ["2"]}, "may": []})
        )
        (item,) = load_items(path)
        assert item.expects == {"payload": ((1, None),), "cooled": (True,), "tube_generation": ("2",)}

    def test_faulty_line(self, tmp_path) -> None:
        path = tmp_path / "items.jsonl"
        path.write_text('{"id": "a"}\n')
        with pytest.raises(MalformedRow):
            load_items(path)
