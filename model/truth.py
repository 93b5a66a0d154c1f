"""Is a test met by what is known? Kleene's logic with one value more: true of some versions of the product, or of part of a range.

What a text does not tell stays unknown, and an unknown value never makes a test true or false (Kleene 1952, strong three-valued logic).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum

from data.expressions import AttributeTest, CategoryTest, ChoiceTest, Expression, Group, Leaf, Not, QuantityTest
from model.reading import Reading, Value


class Truth(IntEnum):
    """Ordered as conjunction needs it: all parts are as true as the least true one."""

    FALSE = 0
    UNKNOWN = 1
    SOME = 2
    TRUE = 3


@dataclass(frozen=True)
class Known:
    """What is known of a product.

    Attributes:
        values: per parameter, every reading or answer; a parameter that is not here is unknown.
        categories: categories that the description is, or may be, of.
    """

    values: Mapping[str, tuple[Reading, ...]]
    categories: frozenset[str]
    _seen: dict[int, "Truth"] = field(default_factory=dict, compare=False, repr=False)
    _base: "Known | None" = field(default=None, compare=False, repr=False)
    _changed: str = field(default="", compare=False, repr=False)

    def supposing(self, parameter: str, value: Value) -> "Known":
        """Return what would be known if a parameter had a value; what it leaves as it is need not be weighed again."""
        supposed = {**self.values, parameter: (Reading(parameter, value, 0, 0, ""),)}
        return Known(supposed, self.categories, _base=self, _changed=parameter)


def _at_least(low: float | None, high: float | None, bound: float, strict: bool) -> Truth:
    """Whether the values from `low` to `high` reach a bound; an open end leaves it unknown unless the other end settles it.

    "Less than 9" (no lower end) leaves 9 out; "30 or more" and "more than 30" read alike, so a lower end may be meant to belong.
    """

    def reached(value: float) -> bool:
        return value > bound if strict else value >= bound

    if low is not None and reached(low):
        return Truth.TRUE
    if high is not None and (not reached(high) or (low is None and high <= bound)):
        return Truth.FALSE
    return Truth.UNKNOWN if low is None or high is None else Truth.SOME


def _in_band(low: float | None, high: float | None, test: QuantityTest) -> Truth:
    below = high is not None and high < test.low
    above = low is not None and low > test.high
    if below or above:
        return Truth.FALSE
    if test.comparison == "overlaps":
        touches = (low is not None and test.low <= low <= test.high) or (high is not None and test.low <= high <= test.high)
        return Truth.TRUE if touches or (low is not None and high is not None) else Truth.UNKNOWN
    if low is None or high is None:
        outside = (low is not None and low < test.low) or (high is not None and high > test.high)
        return Truth.FALSE if outside else Truth.UNKNOWN
    return Truth.TRUE if test.low <= low and high <= test.high else Truth.FALSE


def compare(value: Value, leaf: Leaf) -> Truth:
    """Return whether one value meets a leaf."""
    if isinstance(leaf, AttributeTest):
        return Truth.TRUE if value is leaf.value else Truth.FALSE
    if isinstance(leaf, ChoiceTest):
        return Truth.TRUE if value in leaf.values else Truth.FALSE
    if isinstance(leaf, CategoryTest) or not isinstance(value, tuple):
        raise TypeError(f"{leaf} cannot be compared with {value!r}")
    low, high = value
    if leaf.comparison in ("overlaps", "within"):
        return _in_band(low, high, leaf)
    reached = _at_least(low, high, leaf.low, strict=leaf.comparison in ("over", "at_most"))
    return reached if leaf.comparison in ("over", "at_least") else contrary(reached)


def contrary(truth: Truth) -> Truth:
    """Return the truth of the contrary."""
    return {Truth.TRUE: Truth.FALSE, Truth.FALSE: Truth.TRUE}.get(truth, truth)


def leaf_truth(leaf: Leaf, known: Known) -> Truth:
    """Return whether a leaf is met by all values, some, none, or unknown."""
    while known._base is not None and (isinstance(leaf, CategoryTest) or leaf.parameter != known._changed):
        known = known._base
    key = id(leaf)  # expressions live as long as the control facts
    if key not in known._seen:
        known._seen[key] = _weighed(leaf, known)
    return known._seen[key]


def _weighed(leaf: Leaf, known: Known) -> Truth:
    if isinstance(leaf, CategoryTest):
        return Truth.TRUE if leaf.category in known.categories else Truth.FALSE
    readings: Sequence[Reading] = known.values.get(leaf.parameter, ())
    found = {compare(reading.value, leaf) for reading in readings}
    if isinstance(leaf, ChoiceTest) and Truth.TRUE in found:
        return Truth.TRUE  # "for police and for operators" is for the police: several values stand side by side
    if Truth.TRUE in found or Truth.SOME in found:
        return Truth.TRUE if found == {Truth.TRUE} else Truth.SOME
    return Truth.FALSE if found == {Truth.FALSE} else Truth.UNKNOWN


def truth_of(expression: Expression, known: Known) -> Truth:
    """Return the truth of a test; parts that cannot change it any more are not weighed."""
    if isinstance(expression, Group):
        settled, worse = (Truth.FALSE, min) if expression.kind == "all" else (Truth.TRUE, max)
        result = Truth.TRUE if expression.kind == "all" else Truth.FALSE
        for part in expression.parts:
            result = worse(result, truth_of(part, known))
            if result is settled:
                break
        return result
    if isinstance(expression, Not):
        return contrary(truth_of(expression.part, known))
    return leaf_truth(expression, known)


def can_be_true(expression: Expression, known: Known) -> bool:
    """Whether a test may still turn out true for every version of the product."""
    return _can_be(Truth.TRUE, expression, known)


def _can_be(value: Truth, expression: Expression, known: Known) -> bool:
    if isinstance(expression, Group):
        possible = [_can_be(value, part, known) for part in expression.parts]
        needs_every_part = (expression.kind == "all") == (value is Truth.TRUE)
        return all(possible) if needs_every_part else any(possible)
    if isinstance(expression, Not):
        return _can_be(contrary(value), expression.part, known)
    return leaf_truth(expression, known) in (value, Truth.UNKNOWN)
