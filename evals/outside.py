"""What a release gives on texts from outside its corpus, as a section of its model card: the gap between the two is a finding."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from data.taxonomy import Taxonomy
from evals.figures import TITLES, as_json, headline
from evals.intervals import Estimate
from evals.items import EvalItem, Predictions

HEADING = "## On texts from outside the corpus"
"""Begins the section; whatever follows it in a card is replaced when texts are measured again."""


def verdict(words: str, target: float, found: Estimate | None) -> str:
    """Return one sentence: whether a share of errors keeps to the bound that held on the corpus' own split."""
    if found is None:
        return f"{words}: not measured on these texts."
    share = f"{found.value:.1%} [{found.low:.1%}, {found.high:.1%}]"
    if found.value > target:
        return f"**{words}: {share}, above the bound of {target:.1%} that held on the corpus' own split.**"
    if found.high > target:
        return f"{words}: {share}; within the bound of {target:.1%}, but {found.n} texts are too few to show it."
    return f"{words}: {share}, within the bound of {target:.1%}."


@dataclass(frozen=True)
class Outside:
    """What a release gives on labelled texts from outside its corpus.

    Attributes:
        kind: what these texts are, in a few words.
        n: how many.
        figures: of `evals.figures.headline`.
    """

    kind: str
    n: int
    figures: dict[str, Estimate | None]

    def as_json(self) -> dict[str, Any]:
        """Return plain JSON types."""
        return {"kind": self.kind, "n": self.n, "figures": as_json(self.figures)}

    def section(self, missed_bound: float, wrong_bound: float) -> str:
        """Return the section of the model card as Markdown; the bounds are the policy's, as shares."""
        rows = "\n".join(f"| {TITLES[name]} | {figure} |" for name, figure in self.figures.items() if figure is not None)
        right = self.figures["decided_exact"]
        wrong = None if right is None else Estimate(1 - right.value, 1 - right.high, 1 - right.low, right.n)
        return f"""{HEADING}

{self.n} {self.kind}, with the thresholds of this release; nothing was trained on them.

| figure | value |
|---|---|
{rows}

- {verdict("Controlled descriptions that are cleared", missed_bound, self.figures["missed"])}
- {verdict("Decided answers whose set is wrong", wrong_bound, wrong)}
"""


def measure_outside(items: Sequence[EvalItem], predictions: Predictions, taxonomy: Taxonomy, kind: str) -> Outside:
    """Return the figures of what a release says of labelled texts."""
    return Outside(kind, len(items), headline(items, predictions, taxonomy))


def with_section(card: str, section: str) -> str:
    """Return a card that ends with the section, in place of one that stood there."""
    return card.split(HEADING)[0].rstrip() + "\n\n" + section
