"""The policy: what the operator accepts, read from TOML, kept with every release whose thresholds were chosen by it."""

import tomllib
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from data.errors import ConfigurationError
from data.taxonomy import Taxonomy

POLICY_FILE = Path(__file__).with_name("policy.toml")
VERSION = 1


@dataclass(frozen=True)
class RiskTarget:
    """A bound on an error rate.

    Attributes:
        share: the highest rate that is accepted, 0..1.
        confidence: how sure the bound must be, 0..1; 1 - confidence is the chance of a calibration split that misleads. None:
            the bound is meant in expectation.
    """

    share: float
    confidence: float | None


@dataclass(frozen=True)
class Policy:
    """What the operator accepts.

    Attributes:
        missed: of descriptions with a category, how many may be cleared.
        wrong: of descriptions decided as categories, how many may have a wrong set.
        insufficient, out_of_domain: share of usable descriptions that screening may send to review.
        family_confidence: from which probability a family is named when its categories stay in doubt.
        high_consequence: categories that always get a second look.
    """

    missed: RiskTarget
    wrong: RiskTarget
    insufficient: float
    out_of_domain: float
    family_confidence: float
    high_consequence: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """Return plain JSON types."""
        return asdict(self) | {"high_consequence": list(self.high_consequence)}


def _share(table: dict[str, Any], name: str, source: str) -> float:
    value = table.pop(name, None)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 1:
        raise ConfigurationError(source=source, reason=f"'{name}' must be a number between 0 and 1, found {value!r}")
    return float(value)


def _target(table: dict[str, Any], source: str) -> RiskTarget:
    share = _share(table, "share", source)
    return RiskTarget(share, _share(table, "confidence", source) if "confidence" in table else None)


def policy_from(content: dict[str, Any], taxonomy: Taxonomy, source: str) -> Policy:
    """Return a checked policy from decoded TOML.

    Raises:
        ConfigurationError: a table or value is missing, unknown or out of range; names it.
    """
    tables = {name: dict(table) if isinstance(table, dict) else table for name, table in content.items()}
    if (version := tables.pop("version", None)) != VERSION:
        raise ConfigurationError(source=source, reason=f"'version' must be {VERSION}, found {version!r}")
    needed = ("missed", "wrong", "screening", "family", "review")
    if missing := [name for name in needed if not isinstance(tables.get(name), dict)]:
        raise ConfigurationError(source=source, reason=f"missing tables: {', '.join(missing)}")
    categories = tables["review"].pop("high_consequence", None)
    fault = ", ".join(taxonomy.unknown(categories)) if isinstance(categories, list) else repr(categories)
    if fault or not isinstance(categories, list):
        raise ConfigurationError(source=source, reason=f"'high_consequence' must list categories, found {fault}")
    policy = Policy(
        missed=_target(tables["missed"], source),
        wrong=_target(tables["wrong"], source),
        insufficient=_share(tables["screening"], "insufficient", source),
        out_of_domain=_share(tables["screening"], "out_of_domain", source),
        family_confidence=_share(tables["family"], "confidence", source),
        high_consequence=tuple(categories),
    )
    left = [*(name for name in tables if name not in needed), *(f"{name}.{key}" for name in needed for key in tables[name])]
    if left:
        raise ConfigurationError(source=source, reason=f"unknown settings: {', '.join(left)}")
    return policy


def read_policy(taxonomy: Taxonomy, path: Path = POLICY_FILE) -> Policy:
    """Read a policy file.

    Raises:
        ConfigurationError: unreadable, or see `policy_from`.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as exc:
        raise ConfigurationError(source=path.name, reason=str(exc)) from exc
    return policy_from(content, taxonomy, path.name)
