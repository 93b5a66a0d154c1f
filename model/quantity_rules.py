"""Which words give a measure to which parameter: the rules of data/controls/quantities.toml."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from data.errors import ControlsInvalid
from data.parameter_facts import CONTROLS_FOLDER, load_parameters

RULES_FILE = CONTROLS_FOLDER / "quantities.toml"
_WORD = re.compile(r"<([a-z]+)>")


@dataclass(frozen=True)
class Rule:
    """How a parameter is spoken of.

    The rule whose words stand nearest to a measure gets it; a rule without a parameter claims it for something else.

    Attributes:
        parameter: its identifier, or "" for what is no parameter (the mains, a display, a weight).
        kinds: kinds of quantity, as in `model.measures.Measure`.
        before, after: words before or after the measure, within its clause.
        unless: words in the clause that rule the parameter out.
        shun: words in the sentence that rule the parameter out.
        topics: what the passage must be about, any of the file's topics; none mean that any will do.
        without: topics that rule the parameter out.
        bare: topics in which a measure alone between commas is this parameter.
        default: topics in which a measure that nothing else claims is this parameter; "any" for all.
        beside: kinds of measures of which one must stand in the same sentence, for `bare` and `default`.
        next_to: kinds of measures of which one must be the measure before or after, for `bare`.
        units: the only units that the parameter is told in; none mean any.
        ranged: whether the measure must be a range (True) or a single value (False).
        least, most: the values that make sense, in the parameter's unit.
        better: which bound "better than" is.
        floor: whether "minimum" before the name of the quantity makes it a lower bound.
    """

    parameter: str = ""
    kinds: tuple[str, ...] = ()
    before: re.Pattern[str] | None = None
    after: re.Pattern[str] | None = None
    unless: re.Pattern[str] | None = None
    shun: re.Pattern[str] | None = None
    topics: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    bare: tuple[str, ...] = ()
    default: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    next_to: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    ranged: bool | None = None
    least: float = 0.0
    most: float = float("inf")
    better: str = "low"
    floor: bool = False

    @property
    def unit(self) -> str:
        """Canonical unit of the parameter."""
        return load_parameters()[self.parameter].unit


@dataclass(frozen=True)
class RuleBook:
    """The rules of a file, in its order, by kind of quantity, and the words that make a passage's topic."""

    rules: dict[str, tuple[Rule, ...]]
    topics: dict[str, re.Pattern[str]]


def _whole_words(alternatives: list[str], words: dict[str, list[str]]) -> re.Pattern[str]:
    joined = _WORD.sub(lambda match: "|".join(words[match.group(1)]), "|".join(alternatives))
    return re.compile(rf"(?<!\w)(?:{joined})(?!\w)", re.IGNORECASE)


def _rule(raw: dict[str, Any], words: dict[str, list[str]]) -> Rule:
    values: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in raw.items()}
    return Rule(**(values | {name: _whole_words(raw[name], words) for name in ("before", "after", "unless", "shun") if name in raw}))


def read_rules_file(path: Path) -> RuleBook:
    """Read and check a file of rules.

    Raises:
        ControlsInvalid: names the file and the rule.
    """
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
        words, topics = raw["words"], {name: _whole_words(alternatives, raw["words"]) for name, alternatives in raw["topics"].items()}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError, re.error) as exc:
        raise ControlsInvalid(path=path.name, where="the file", reason=str(exc)) from exc
    rules: dict[str, list[Rule]] = {}
    for number, entry in enumerate(raw.get("rules", ()), 1):
        where = f"rule {number} ({entry.get('parameter', 'no parameter')})"
        try:
            rule = _rule(entry, words)
        except (TypeError, KeyError, re.error) as exc:
            raise ControlsInvalid(path=path.name, where=where, reason=str(exc)) from exc
        unknown = {*rule.topics, *rule.without, *rule.bare, *rule.default} - {*topics, "any"}
        if unknown or (rule.parameter and rule.parameter not in load_parameters()):
            raise ControlsInvalid(
                path=path.name, where=where, reason=f"unknown topic or parameter: {', '.join(sorted(unknown)) or rule.parameter}"
            )
        for kind in rule.kinds:
            rules.setdefault(kind, []).append(rule)
    return RuleBook({kind: tuple(found) for kind, found in rules.items()}, topics)


@cache
def load_rules() -> RuleBook:
    """Return the installed rules (read and compiled once per process)."""
    return read_rules_file(RULES_FILE)
