"""Typed tests of control entries: what a regime requires, as a tree over parameters; parsed and checked, evaluated elsewhere."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from data.errors import UnitUnknown
from data.parameter_facts import Parameter, convert

Comparison = Literal["over", "at_least", "under", "at_most", "overlaps", "within"]
COMPARISONS: tuple[Comparison, ...] = get_args(Comparison)


@dataclass(frozen=True)
class QuantityTest:
    """A quantity compared with a threshold or band, in the parameter's own unit.

    Attributes:
        low, high: the threshold twice, or the two ends of the band.
        unit: as written in the fact, for display; `shown` is the threshold as written.
    """

    parameter: str
    comparison: Comparison
    low: float
    high: float
    shown: str
    label: str = ""


@dataclass(frozen=True)
class AttributeTest:
    """An attribute that must be true, or false."""

    parameter: str
    value: bool
    label: str = ""


@dataclass(frozen=True)
class ChoiceTest:
    """A choice that must be among some values."""

    parameter: str
    values: tuple[str, ...]
    label: str = ""


@dataclass(frozen=True)
class CategoryTest:
    """The description is of a category."""

    category: str
    label: str = ""


@dataclass(frozen=True)
class Not:
    """The contrary of a test."""

    part: "Expression"
    label: str = ""


@dataclass(frozen=True)
class Group:
    """All of several tests, or any of them."""

    kind: Literal["all", "any"]
    parts: tuple["Expression", ...]
    label: str = ""


Leaf = QuantityTest | AttributeTest | ChoiceTest | CategoryTest
Expression = Leaf | Not | Group


def leaves(expression: Expression) -> Iterator[Leaf]:
    """Yield the leaves from left to right."""
    if isinstance(expression, Group):
        for part in expression.parts:
            yield from leaves(part)
    elif isinstance(expression, Not):
        yield from leaves(expression.part)
    else:
        yield expression


def parse_expression(raw: Any, parameters: Mapping[str, Parameter], categories: tuple[str, ...]) -> Expression:
    """Return the tree of a raw TOML value.

    Raises:
        ValueError: says what is wrong in words; the caller adds where.
    """
    if not isinstance(raw, dict):
        raise ValueError(f"a test is a table, not {raw!r}")
    label = str(raw.get("label", ""))
    for kind in ("all", "any"):
        if kind in raw:
            _only(raw, kind)
            if not isinstance(raw[kind], list) or not raw[kind]:
                raise ValueError(f"'{kind}' needs a list of tests")
            parts = tuple(parse_expression(part, parameters, categories) for part in raw[kind])
            return Group("all" if kind == "all" else "any", parts, label)
    if "not" in raw:
        _only(raw, "not")
        return Not(parse_expression(raw["not"], parameters, categories), label)
    if "category" in raw:
        _only(raw, "category")
        if raw["category"] not in categories:
            raise ValueError(f"unknown category '{raw['category']}'")
        return CategoryTest(raw["category"], label)
    return _parameter_leaf(raw, label, parameters)


def _only(raw: dict[str, Any], *keys: str) -> None:
    if extra := sorted(set(raw) - {*keys, "label"}):
        raise ValueError(f"unexpected {', '.join(extra)} beside {', '.join(keys)}")


def _known(name: Any, kind: str, parameters: Mapping[str, Parameter]) -> Parameter:
    if name not in parameters:
        raise ValueError(f"unknown parameter '{name}'")
    if parameters[name].kind != kind:
        raise ValueError(f"'{name}' is a {parameters[name].kind}, but is tested as a {kind}")
    return parameters[name]


def _parameter_leaf(raw: dict[str, Any], label: str, parameters: Mapping[str, Parameter]) -> Leaf:
    if "attribute" in raw:
        _only(raw, "attribute", "is")
        return AttributeTest(_known(raw["attribute"], "attribute", parameters).id, bool(raw.get("is", True)), label)
    if "choice" in raw:
        _only(raw, "choice", "one_of")
        known = _known(raw["choice"], "choice", parameters)
        values = tuple(raw.get("one_of", ()))
        if not values or (wrong := [value for value in values if value not in known.values]):
            raise ValueError(
                f"'{known.id}' has the values {', '.join(known.values)}; got {', '.join(map(str, wrong)) if values else 'none'}"
            )
        return ChoiceTest(known.id, values, label)
    if "parameter" in raw:
        return _quantity(raw, label, _known(raw["parameter"], "quantity", parameters))
    raise ValueError(f"no test in {{{', '.join(sorted(raw))}}}")


def _quantity(raw: dict[str, Any], label: str, parameter: Parameter) -> QuantityTest:
    given = [name for name in COMPARISONS if name in raw]
    if len(given) != 1:
        raise ValueError(f"'{parameter.id}' needs exactly one of {', '.join(COMPARISONS)}")
    comparison = given[0]
    _only(raw, "parameter", "unit", comparison)
    if "unit" not in raw:
        raise ValueError(f"'{parameter.id}' is compared with a number without unit")
    bounds = raw[comparison] if comparison in ("overlaps", "within") else [raw[comparison]]
    if not all(isinstance(bound, (int, float)) and not isinstance(bound, bool) for bound in bounds) or len(bounds) not in (1, 2):
        raise ValueError(
            f"'{comparison}' of '{parameter.id}' needs {'two numbers' if comparison in ('overlaps', 'within') else 'a number'}"
        )
    try:
        ends = [convert(float(bound), str(raw["unit"]), parameter) for bound in bounds]
    except UnitUnknown as exc:
        raise ValueError(str(exc)) from exc
    shown = " to ".join(f"{bound:,}" for bound in bounds) + ("" if raw["unit"] == "count" else f" {raw['unit']}")
    return QuantityTest(parameter.id, comparison, ends[0], ends[-1], shown, label)
