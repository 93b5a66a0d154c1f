"""Tests are true, false, true of some versions, or not known; what is missing settles nothing."""

import pytest

from data.expressions import AttributeTest, CategoryTest, ChoiceTest, Group, Not, QuantityTest
from model.reading import Reading, Value
from model.truth import Known, Truth, contrary, truth_of


def known(**values: list[Value] | Value) -> Known:
    readings = {
        name: tuple(Reading(name, each, 0, 1, "x") for each in (value if isinstance(value, list) else [value])) for name, value in values.items()
    }
    return Known(readings, frozenset({"thermal-night-vision"}))


def rate(comparison: str, low: float, high: float | None = None) -> QuantityTest:
    return QuantityTest("frame_rate", comparison, low, low if high is None else high, str(low))  # type: ignore[arg-type]


class TestQuantities:
    """A value, a range or an open end against a threshold or a band."""

    @pytest.mark.parametrize(
        ("value", "test", "expected"),
        [
            ((9, 9), rate("over", 9), Truth.FALSE),
            ((9.1, 9.1), rate("over", 9), Truth.TRUE),
            ((9, 9), rate("at_least", 9), Truth.TRUE),
            ((9, 9), rate("at_most", 9), Truth.TRUE),
            ((9, 9), rate("under", 9), Truth.FALSE),
            ((1, 60), rate("over", 9), Truth.SOME),
            ((None, 9), rate("over", 9), Truth.FALSE),
            ((None, 60), rate("over", 9), Truth.UNKNOWN),
            ((30, None), rate("over", 9), Truth.TRUE),
            ((30, None), rate("at_least", 60), Truth.UNKNOWN),
            ((30, None), rate("at_most", 25), Truth.FALSE),
            ((8, 14), rate("overlaps", 1, 9), Truth.TRUE),
            ((8, 14), rate("overlaps", 15, 20), Truth.FALSE),
            ((1, 30), rate("overlaps", 15, 20), Truth.TRUE),
            ((10, None), rate("overlaps", 15, 20), Truth.UNKNOWN),
            ((8, 14), rate("within", 8, 14), Truth.TRUE),
            ((8, 15), rate("within", 8, 14), Truth.FALSE),
            ((8, None), rate("within", 8, 14), Truth.UNKNOWN),
            ((7, None), rate("within", 8, 14), Truth.FALSE),
        ],
    )
    def test_comparisons(self, value: Value, test: QuantityTest, expected: Truth) -> None:
        assert truth_of(test, known(frame_rate=value)) is expected

    def test_versions(self) -> None:
        assert truth_of(rate("over", 9), known(frame_rate=[(9, 9), (60, 60)])) is Truth.SOME
        assert truth_of(rate("over", 9), known(frame_rate=[(25, 25), (60, 60)])) is Truth.TRUE
        assert truth_of(rate("over", 9), known(frame_rate=[(None, 60), (5, 5)])) is Truth.UNKNOWN


class TestLogic:
    """Conjunction takes the least true part, disjunction the truest, the contrary of the unknown is unknown."""

    def test_missing(self) -> None:
        assert truth_of(AttributeTest("cooled", True), known()) is Truth.UNKNOWN
        assert truth_of(Not(AttributeTest("cooled", True)), known()) is Truth.UNKNOWN

    def test_groups(self) -> None:
        cooled, fast = AttributeTest("cooled", True), rate("over", 9)
        assert truth_of(Group("all", (cooled, fast)), known(frame_rate=(5, 5))) is Truth.FALSE
        assert truth_of(Group("all", (cooled, fast)), known(frame_rate=(50, 50))) is Truth.UNKNOWN
        assert truth_of(Group("any", (cooled, fast)), known(frame_rate=(50, 50))) is Truth.TRUE
        assert truth_of(Group("all", (cooled, fast)), known(frame_rate=[(5, 5), (50, 50)], cooled=True)) is Truth.SOME

    def test_several_users_stand_side_by_side(self) -> None:
        assert truth_of(ChoiceTest("end_user", ("law-enforcement",)), known(end_user=["operator", "law-enforcement"])) is Truth.TRUE
        assert truth_of(ChoiceTest("end_user", ("military",)), known(end_user=["operator"])) is Truth.FALSE

    def test_category(self) -> None:
        assert truth_of(CategoryTest("thermal-night-vision"), known()) is Truth.TRUE
        assert truth_of(CategoryTest("face-recognition"), known()) is Truth.FALSE

    def test_contrary(self) -> None:
        assert [contrary(each) for each in Truth] == [Truth.TRUE, Truth.UNKNOWN, Truth.SOME, Truth.FALSE]

    def test_supposing_leaves_the_rest(self) -> None:
        cooled, fast = AttributeTest("cooled", True), rate("over", 9)
        base = known(frame_rate=(50, 50))
        assert truth_of(Group("all", (cooled, fast)), base) is Truth.UNKNOWN
        assert truth_of(Group("all", (cooled, fast)), base.supposing("cooled", True)) is Truth.TRUE
        assert truth_of(Group("all", (cooled, fast)), base.supposing("cooled", False)) is Truth.FALSE
        assert truth_of(Group("all", (cooled, fast)), base) is Truth.UNKNOWN
