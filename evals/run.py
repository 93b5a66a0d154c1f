"""`catchall eval`: our release and its peers on one suite after another, side by side."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from rich.console import RenderableType
from rich.table import Table

from data.errors import ConfigurationError
from data.records import CorpusRecord
from data.splits import split_corpus
from data.taxonomy import Taxonomy
from evals.baselines import Embedder, FrozenLogistic, KeywordRules, NearestNeighbours, TfidfLogistic, Tuned
from evals.compare import paired_difference
from evals.figures import TITLES, as_json, headline, per_category
from evals.intervals import Estimate
from evals.items import Predictions, item_results, label_matrix, read_items
from evals.scoring import by_slice, decided_as_categories, groups_right, groups_unmoved
from evals.suites import Suite, corpus_suites
from evals.systems import System


@dataclass(frozen=True)
class SystemResult:
    """One system on one suite: item results first, then figures.

    Attributes:
        figures: the headline figures and those that only this suite has.
        ours_minus: micro-F1 of the first system minus this one's, paired; None for the first system itself.
    """

    system: str
    predictions: Predictions
    figures: dict[str, Estimate | None]
    ours_minus: Estimate | None = None


@dataclass(frozen=True)
class SuiteResult:
    """All systems on one suite; the first system is ours."""

    suite: Suite
    systems: tuple[SystemResult, ...]

    @property
    def ours(self) -> SystemResult:
        """The system that the suite is about."""
        return self.systems[0]


def train_baselines(records: Sequence[CorpusRecord], taxonomy: Taxonomy, embedder: Embedder | None = None) -> list[System]:
    """Return the peers, trained on the corpus' training split and tuned on its calibration split.

    Args:
        embedder: of the untrained base encoder; without it the two peers that need one are left out.
    """
    parts = split_corpus(records)
    train = [record for record in parts.train if not record.insufficient]
    calibration = [record for record in parts.calibration if not record.insufficient]
    peers: list[Tuned] = [TfidfLogistic()]
    if embedder is not None:
        peers += [FrozenLogistic(embedder), NearestNeighbours(embedder)]
    for peer in peers:
        peer.fit([r.text for r in train], label_matrix([r.labels for r in train], taxonomy))
        peer.tune([r.text for r in calibration], label_matrix([r.labels for r in calibration], taxonomy))
    return [KeywordRules(taxonomy), *peers]


def evaluate(suite: Suite, systems: Sequence[System], taxonomy: Taxonomy) -> SuiteResult:
    """Run every system over a suite; the first is compared with each other one, item by item."""
    results: list[SystemResult] = []
    for system in systems:
        predictions = system.predict([item.text for item in suite.items])
        figures = special_figures(suite, predictions, taxonomy) | headline(suite.items, predictions, taxonomy)
        ours_minus = paired_difference(suite.items, results[0].predictions, predictions, taxonomy) if results else None
        results.append(SystemResult(system.name, predictions, figures, ours_minus))
    return SuiteResult(suite, tuple(results))


def find_suites(names: Sequence[str], records: Sequence[CorpusRecord], taxonomy: Taxonomy) -> list[Suite]:
    """Return suites by name: those of `corpus_suites`, `all` of them, or `file:PATH` for an outside JSON Lines file.

    Raises:
        ConfigurationError: there is no such suite.
        InputError: an outside file cannot be used.
    """
    own = corpus_suites(records)
    found = []
    for name in chain.from_iterable(own if wanted == "all" else [wanted] for wanted in names):
        if name.startswith("file:"):
            items = read_items(Path(name.removeprefix("file:")), taxonomy)
            found.append(Suite(name, "How good are answers on texts from elsewhere?", tuple(items)))
        elif name in own:
            found.append(own[name])
        else:
            raise ConfigurationError(source="--suite", reason=f"no suite '{name}'; there are: {', '.join(own)}, all, file:PATH")
    return found


def special_figures(suite: Suite, predictions: Predictions, taxonomy: Taxonomy) -> dict[str, Estimate | None]:
    """Return the figures that only this suite has."""
    if suite.name == "pairs":
        return {"pairs with both members right": groups_right(suite, predictions, taxonomy)}
    if suite.name in ("invariance", "disguised"):
        return {"sets of variants with one answer": groups_unmoved(suite, predictions)}
    if suite.name == "prose":
        return {"decided as categories (should be none)": decided_as_categories(predictions)}
    return {}


def results_json(result: SuiteResult, taxonomy: Taxonomy) -> dict[str, Any]:
    """Return the figures as plain JSON types, with slices and items for the first system, which is ours."""
    suite, ours = result.suite, result.ours
    systems = {
        one.system: as_json(one.figures) | {"ours_minus_this_micro_f1": asdict(one.ours_minus) if one.ours_minus else None}
        for one in result.systems
    }
    slices = {
        name: {value: as_json(figures) for value, figures in by_slice(suite.items, ours.predictions, taxonomy, name).items()}
        for name in slice_names(suite)
    }
    return {
        "n": len(suite.items),
        "question": suite.question,
        "systems": systems,
        "categories": as_json(per_category(suite.items, ours.predictions, taxonomy)),
        "slices": slices,
        "items": item_results(suite.items, ours.predictions, taxonomy),
    }


def slice_names(suite: Suite) -> list[str]:
    """Return the names of the suite's slices."""
    return sorted({name for item in suite.items for name in item.slices})


def figure_rows(result: SuiteResult) -> list[tuple[str, list[str]]]:
    """Return the figures as rows of words: a title and one cell per system; what cannot be measured is a dash."""
    names = [name for name in result.ours.figures if name not in TITLES] + list(TITLES)
    rows = [(TITLES.get(name, name), [str(one.figures[name] or "–") for one in result.systems]) for name in names]
    if len(result.systems) > 1:
        rows.append(("micro-F1: ours minus this", [str(one.ours_minus or "–") for one in result.systems]))
    return rows


def table(result: SuiteResult) -> RenderableType:
    """Return the figures as a table for a terminal."""
    title = f"{result.suite.name}: {result.suite.question} ({len(result.suite.items)} texts)"
    view = Table(title=title, box=None, pad_edge=False, title_justify="left", header_style="dim")
    view.add_column("figure")
    for one in result.systems:
        view.add_column(one.system)
    for words, cells in figure_rows(result):
        view.add_row(words, *cells)
    return view
