"""`catchall eval`: our release and its peers on one suite, side by side."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rich.console import Console, RenderableType
from rich.table import Table

from data.records import CorpusRecord
from data.splits import split_corpus
from data.taxonomy import Taxonomy
from evals.baselines import KeywordRules, TfidfLogistic
from evals.figures import TITLES, as_json, headline
from evals.intervals import Estimate
from evals.items import EvalItem, Predictions, label_matrix
from evals.systems import System


@dataclass(frozen=True)
class SystemResult:
    """One system on one suite: item results first, then figures."""

    system: str
    predictions: Predictions
    figures: dict[str, Estimate | None]


def train_baselines(records: Sequence[CorpusRecord], taxonomy: Taxonomy) -> list[System]:
    """Return the peers, trained on the corpus' training split and tuned on its calibration split."""
    parts = split_corpus(records)
    train = [record for record in parts.train if not record.insufficient]
    calibration = [record for record in parts.calibration if not record.insufficient]
    tfidf = TfidfLogistic().fit([r.text for r in train], label_matrix([r.labels for r in train], taxonomy))
    tfidf.tune([r.text for r in calibration], label_matrix([r.labels for r in calibration], taxonomy))
    return [KeywordRules(taxonomy), tfidf]


def evaluate(items: Sequence[EvalItem], systems: Sequence[System], taxonomy: Taxonomy) -> list[SystemResult]:
    """Run every system over the items."""
    results = []
    for system in systems:
        predictions = system.predict([item.text for item in items])
        results.append(SystemResult(system.name, predictions, headline(items, predictions, taxonomy)))
    return results


def results_json(items: Sequence[EvalItem], results: Sequence[SystemResult]) -> dict[str, Any]:
    """Return the figures as plain JSON types."""
    return {"n": len(items), "systems": {result.system: as_json(result.figures) for result in results}}


def table(title: str, results: Sequence[SystemResult]) -> RenderableType:
    """Return the figures as a table; what a system cannot be measured on shows as a dash."""
    view = Table(title=title, box=None, pad_edge=False, title_justify="left", header_style="dim")
    view.add_column("figure")
    for result in results:
        view.add_column(result.system)
    for name, words in TITLES.items():
        view.add_row(words, *(str(figure) if (figure := result.figures[name]) else "–" for result in results))
    return view


def show(title: str, results: Sequence[SystemResult]) -> None:
    """Print the table."""
    Console().print(table(title, results))
