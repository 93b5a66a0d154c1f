"""`catchall eval`: our release and its peers on one suite after another, side by side."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import RenderableType
from rich.table import Table

from data.errors import ConfigurationError
from data.records import CorpusRecord
from data.splits import split_corpus
from data.taxonomy import Taxonomy
from evals.baselines import KeywordRules, TfidfLogistic
from evals.figures import TITLES, as_json, headline
from evals.intervals import Estimate
from evals.items import EvalItem, Predictions, label_matrix, read_items
from evals.scoring import by_slice, decided_as_categories, groups_right, groups_unmoved
from evals.suites import Suite, corpus_suites
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


def find_suites(names: Sequence[str], records: Sequence[CorpusRecord], taxonomy: Taxonomy) -> list[Suite]:
    """Return suites by name: those of `corpus_suites`, or `file:PATH` for an outside JSON Lines file.

    Raises:
        ConfigurationError: there is no such suite.
        InputError: an outside file cannot be used.
    """
    own = corpus_suites(records)
    found = []
    for name in names:
        if name.startswith("file:"):
            items = read_items(Path(name.removeprefix("file:")), taxonomy)
            found.append(Suite(name, "How good are answers on texts from elsewhere?", tuple(items)))
        elif name in own:
            found.append(own[name])
        else:
            raise ConfigurationError(source="--suite", reason=f"no suite '{name}'; there are: {', '.join(own)}, file:PATH")
    return found


def special_figures(suite: Suite, predictions: Predictions, taxonomy: Taxonomy) -> dict[str, Estimate | None]:
    """Return the figures that only this suite has."""
    if suite.name == "pairs":
        return {"pairs with both members right": groups_right(suite, predictions, taxonomy)}
    if suite.name == "invariance":
        return {"sets of variants with one answer": groups_unmoved(suite, predictions)}
    if suite.name == "prose":
        return {"decided as categories (should be none)": decided_as_categories(predictions)}
    return {}


def results_json(suite: Suite, results: Sequence[SystemResult], taxonomy: Taxonomy) -> dict[str, Any]:
    """Return the figures as plain JSON types, with slices for the first system, which is ours."""
    systems = {result.system: as_json(result.figures) | as_json(special_figures(suite, result.predictions, taxonomy)) for result in results}
    names = sorted({name for item in suite.items for name in item.slices})
    slices = {
        name: {value: as_json(figures) for value, figures in by_slice(suite.items, results[0].predictions, taxonomy, name).items()}
        for name in names
    }
    return {"n": len(suite.items), "question": suite.question, "systems": systems, "slices": slices}


def table(suite: Suite, results: Sequence[SystemResult], taxonomy: Taxonomy) -> RenderableType:
    """Return the figures as a table; what a system cannot be measured on shows as a dash."""
    title = f"{suite.name}: {suite.question} ({len(suite.items)} texts)"
    view = Table(title=title, box=None, pad_edge=False, title_justify="left", header_style="dim")
    view.add_column("figure")
    special = [special_figures(suite, result.predictions, taxonomy) for result in results]
    for result in results:
        view.add_column(result.system)
    for name in special[0]:
        view.add_row(name, *(str(figures[name] or "–") for figures in special))
    for name, words in TITLES.items():
        view.add_row(words, *(str(result.figures[name] or "–") for result in results))
    return view
