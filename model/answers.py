"""Answers to questions: parsed with their units, checked against the vocabulary, and joined with what the text tells."""

import re
from collections.abc import Mapping, Sequence

from data.errors import AnswerInvalid, UnitUnknown
from data.parameter_facts import Parameter, convert
from model.reading import Interval, Reading, Value

MAX_ANSWERS = 200
MAX_ANSWER_CHARACTERS = 200
_YES = {"yes", "y", "true", "1", "oui"}
_NO = {"no", "n", "false", "0", "non"}
_NUMBER = r"[-+]?\d[\d,]*(?:\.\d+)?(?:[eE][-+]?\d+)?"
_QUANTITY = re.compile(rf"^\s*(?P<bound><=|>=|<|>|≤|≥)?\s*(?P<low>{_NUMBER})\s*(?:(?:-|–|to)\s*(?P<high>{_NUMBER}))?\s*(?P<unit>.*?)\s*$")
_RESOLUTION = re.compile(r"^\s*(\d[\d,]*)\s*[x×*]\s*(\d[\d,]*)\s*$")


def _value(text: str) -> float:
    return float(text.replace(",", ""))


def _quantity(text: str, parameter: Parameter) -> Interval:
    if parameter.id == "detector_elements" and (size := _RESOLUTION.match(text)):
        elements = _value(size[1]) * _value(size[2])
        return (elements, elements)
    match = _QUANTITY.match(text)
    if match is None:
        raise AnswerInvalid(
            parameter=parameter.id, reason=f"'{text}' is no number with a unit; for example {parameter.example or parameter.unit}"
        )
    unit = match["unit"]
    if not unit and parameter.unit != "count":
        raise AnswerInvalid(parameter=parameter.id, reason=f"'{text}' has no unit; for example {parameter.example or parameter.unit}")
    if parameter.unit == "count":
        unit = "count"  # whatever is counted: "2,000 channels"
    try:
        low = convert(_value(match["low"]), unit, parameter)
        high = convert(_value(match["high"]), unit, parameter) if match["high"] else low
    except UnitUnknown as exc:
        raise AnswerInvalid(parameter=parameter.id, reason=str(exc)) from exc
    if low > high or low < 0:
        raise AnswerInvalid(parameter=parameter.id, reason=f"'{text}' runs backwards or is below zero")
    if match["bound"] in ("<", "<=", "≤"):
        return (None, high) if match["bound"] == "<" else (high, high)
    return (low, None) if match["bound"] == ">" else (low, high)


def parse_value(text: str, parameter: Parameter) -> Value:
    """Return an answer as a value in the parameter's unit.

    Raises:
        AnswerInvalid: a number without unit, a unit of another kind, an unknown choice, neither yes nor no.
    """
    words = text.strip()
    if not words or len(words) > MAX_ANSWER_CHARACTERS:
        raise AnswerInvalid(parameter=parameter.id, reason=f"it has {len(words)} characters; the limit is {MAX_ANSWER_CHARACTERS}")
    lowered = words.lower()
    if parameter.kind == "quantity":
        return _quantity(words, parameter)
    if parameter.kind == "choice":
        if lowered not in parameter.values:
            raise AnswerInvalid(parameter=parameter.id, reason=f"'{words}' is none of {', '.join(parameter.values)}")
        return lowered
    if lowered in _YES or lowered in _NO:
        return lowered in _YES
    raise AnswerInvalid(parameter=parameter.id, reason=f"'{words}' is neither yes nor no")


def parse_answers(answers: Mapping[str, str | Sequence[str]], parameters: Mapping[str, Parameter]) -> dict[str, tuple[Reading, ...]]:
    """Return answers as readings without a place in the text.

    Several values of a quantity or choice are versions of the product; "; " separates them.

    Raises:
        AnswerInvalid: see `parse_value`; also an unknown parameter, or an attribute answered both yes and no.
    """
    if len(answers) > MAX_ANSWERS:
        raise AnswerInvalid(parameter="answers", reason=f"there are {len(answers)}; the limit is {MAX_ANSWERS}")
    found: dict[str, tuple[Reading, ...]] = {}
    for name, raw in answers.items():
        if name not in parameters:
            raise AnswerInvalid(parameter=name, reason="there is no such parameter")
        parameter = parameters[name]
        texts = [raw] if isinstance(raw, str) else list(raw)
        parts = [part for text in texts for part in text.split(";")]
        values = list(dict.fromkeys(parse_value(part, parameter) for part in parts))
        if parameter.kind == "attribute" and len(values) > 1:
            raise AnswerInvalid(parameter=name, reason="it is answered both yes and no")
        found[name] = tuple(Reading(name, value, 0, 0, "") for value in values)
    return found


def contradictions(answers: Mapping[str, Sequence[Reading]], readings: Sequence[Reading]) -> list[str]:
    """Return the parameters whose answer is none of the values that the text tells."""
    told: dict[str, set[Value]] = {}
    for reading in readings:
        told.setdefault(reading.parameter, set()).add(reading.value)
    return [name for name, given in answers.items() if name in told and not {each.value for each in given} & told[name]]
