"""The review policy: read once from TOML, frozen, the same for queue, decisions and pages."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from data.errors import ConfigurationError
from data.taxonomy import Taxonomy

REVIEW_POLICY_FILE = Path(__file__).with_name("review-policy.toml")
VERSION = 1
OUTCOMES = ("categories", "none")


@dataclass(frozen=True)
class QueuePolicy:
    """How soon a case is due and how much it is preferred; all in hours but the lease.

    Attributes:
        standard_hours, high_consequence_hours: time to decide.
        likely_hours: head start, times the probability of the likeliest category.
        reopened_hours, second_reading_hours: head starts.
        lease_minutes: how long a claim holds.
    """

    standard_hours: float
    high_consequence_hours: float
    likely_hours: float
    reopened_hours: float
    second_reading_hours: float
    lease_minutes: float


@dataclass(frozen=True)
class FourEyes:
    """Which decisions need a second, blind reading."""

    categories: frozenset[str]
    outcomes: frozenset[str]


@dataclass(frozen=True)
class ReviewPolicy:
    """How cases are reviewed.

    Attributes:
        retention_years: how long the text of a closed case is kept.
        reasons: sentence per reason code.
    """

    queue: QueuePolicy
    four_eyes: FourEyes
    retention_years: float
    reasons: Mapping[str, str]

    def as_json(self) -> dict[str, Any]:
        """Return plain JSON types."""
        return {
            "queue": dict(vars(self.queue)),
            "four_eyes": {"categories": sorted(self.four_eyes.categories), "outcomes": sorted(self.four_eyes.outcomes)},
            "retention_years": self.retention_years,
            "reasons": dict(self.reasons),
        }


def _positive(values: dict[str, Any]) -> dict[str, float]:
    numbers = {name: float(value) for name, value in values.items()}
    if wrong := [name for name, value in numbers.items() if not 0 <= value < 1e6]:
        raise ValueError(f"out of range: {', '.join(wrong)}")
    return numbers


def read_review_policy(taxonomy: Taxonomy, path: Path = REVIEW_POLICY_FILE) -> ReviewPolicy:
    """Read and check the review policy.

    Raises:
        ConfigurationError: unreadable, a missing or unknown entry, a category that does not exist.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        if content.pop("version") != VERSION:
            raise ValueError(f"version is not {VERSION}")
        policy = ReviewPolicy(
            queue=QueuePolicy(**_positive(content.pop("queue"))),
            four_eyes=FourEyes(**{name: frozenset(values) for name, values in content.pop("four_eyes").items()}),
            retention_years=_positive(content.pop("retention"))["years"],
            reasons=MappingProxyType({str(code): str(sentence) for code, sentence in content.pop("reasons").items()}),
        )
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError, TypeError, ValueError, AttributeError) as exc:
        raise ConfigurationError(source=path.name, reason=str(exc)) from exc
    unknown = [*taxonomy.unknown(sorted(policy.four_eyes.categories)), *sorted(policy.four_eyes.outcomes - set(OUTCOMES)), *content]
    if unknown or not policy.reasons:
        raise ConfigurationError(source=path.name, reason=f"unknown entries: {', '.join(unknown)}" if unknown else "no reasons")
    return policy
