"""What control entries ask about: quantities, choices and attributes, with their units and questions, from `controls/parameters.toml`."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from data.errors import ControlsInvalid, UnitUnknown

CONTROLS_FOLDER = Path(__file__).with_name("controls")
PARAMETERS_FILE = CONTROLS_FOLDER / "parameters.toml"
SENTENCES_OF_ATTRIBUTES = Path(__file__).with_name("sentences")
"""Sentences labelled by hand with the attributes and intended users that they tell."""
SENTENCES_OF_QUANTITIES = Path(__file__).with_name("quantities")
"""Sentences labelled by hand with the quantities that they tell."""

LEVELS = frozenset({"decibelmilliwatt"})
"""Logarithmic units: not multiples of each other, and below zero more often than not."""

Kind = Literal["quantity", "choice", "attribute"]


@dataclass(frozen=True)
class Parameter:
    """Something a finding can turn on.

    Attributes:
        unit: canonical unit of a quantity as pint names it, "count" for numbers of things; empty for the other kinds.
        values: of a choice.
        question: asked when a finding turns on it; `example` shows the form of an answer.
    """

    id: str
    kind: Kind
    title: str
    question: str
    unit: str = ""
    values: tuple[str, ...] = ()
    example: str = ""


@cache
def units() -> Any:
    """Return the registry of units (made on first use: it takes some hundred milliseconds)."""
    import pint

    return pint.UnitRegistry(autoconvert_offset_to_baseunit=True)


def convert(value: float, unit: str, parameter: Parameter) -> float:
    """Return a value in the parameter's canonical unit.

    Raises:
        UnitUnknown: no such unit, or one of another dimension.
    """
    if unit in ("count", "") and parameter.unit == "count":
        return value
    try:
        if parameter.unit in LEVELS:
            converted = float(units().Quantity(value, _written(unit)).to(parameter.unit).magnitude)
        else:
            converted = value * _factor(unit, parameter.unit)
    except Exception as exc:  # pint's errors share no public base class: unknown names, other dimensions, syntax
        raise UnitUnknown(unit=unit, parameter=parameter.id, canonical=parameter.unit) from exc
    return float(f"{converted:.12g}")  # 8 µm are 8000 nm, not 7999.999999999999


def _written(unit: str) -> str:
    return unit.replace("µ", "u").replace("Gbit", "gigabit").replace("Mbit", "megabit")


@cache
def _factor(unit: str, canonical: str) -> float:
    """Return how many canonical units one unit is: all quantities but levels are plain multiples."""
    return float(units().Quantity(1.0, _written(unit)).to(canonical).magnitude)


def read_parameters_file(path: Path) -> dict[str, Parameter]:
    """Read and check the vocabulary.

    Raises:
        ControlsInvalid: names the file and the line or the entry.
    """
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))["parameters"]
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError) as exc:
        raise ControlsInvalid(path=path.name, where="the file", reason=str(exc)) from exc
    found: dict[str, Parameter] = {}
    for number, entry in enumerate(raw, 1):
        where = f"parameter {number} ({entry.get('id', 'without id')})"
        try:
            parameter = Parameter(**(entry | {"values": tuple(entry.get("values", ()))}))
        except TypeError as exc:
            raise ControlsInvalid(path=path.name, where=where, reason=str(exc)) from exc
        wrong = [
            (parameter.id in found, "the id is used twice"),
            (parameter.kind not in ("quantity", "choice", "attribute"), f"unknown kind '{parameter.kind}'"),
            ((parameter.kind == "quantity") != bool(parameter.unit), "a quantity, and only a quantity, has a unit"),
            ((parameter.kind == "choice") != bool(parameter.values), "a choice, and only a choice, has values"),
        ]
        for is_wrong, reason in wrong:
            if is_wrong:
                raise ControlsInvalid(path=path.name, where=where, reason=reason)
        found[parameter.id] = parameter
    return found


@cache
def load_parameters() -> dict[str, Parameter]:
    """Return the installed vocabulary (read once per process)."""
    return read_parameters_file(PARAMETERS_FILE)
