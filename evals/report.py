"""Reports of an evaluation: one self-contained HTML page, the same tables as Markdown."""

import datetime
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from matplotlib.figure import Figure

from data.taxonomy import Taxonomy
from evals.compare import Changes
from evals.figures import TITLES, per_category
from evals.items import EvalItem, label_matrix
from evals.plots import as_data_uri, category_bars, confusion_map, confusions, reliability, risk_against_coverage
from evals.run import SuiteResult, figure_rows, slice_names
from evals.scoring import by_slice
from model.classification import Classification

TEMPLATES = Path(__file__).with_name("templates")
MOST_ERRORS = 60
PLOTTED_FROM = 50
"""Suites with fewer texts get no plots: they would show noise."""
SLICE_FIGURES = ("micro_f1", "exact_set", "label_in_top_3", "over_control", "missed", "decided", "decided_exact")
_REPEATING = ("robustness", "invariance", "long", "disguised")
"""Suites that ask the same records again: their confusions would only repeat the held-out ones."""

Explain = Callable[[str], Classification]


@dataclass(frozen=True)
class Heading:
    """What stands at the top of a report: which release, on which corpus and taxonomy."""

    release: str
    corpus: str
    records: int
    taxonomy: str


def highlighted(text: str, classification: Classification) -> list[dict[str, Any]]:
    """Cut a text into parts, those that are evidence for a guessed category marked."""
    marked = np.zeros(len(text), dtype=bool)
    for score in classification.categories:
        for span in score.evidence if score.predicted else ():
            marked[span.start : span.end] = True
    edges = [0, *(np.flatnonzero(marked[1:] != marked[:-1]) + 1).tolist(), len(text)]
    return [{"text": text[a:b], "marked": bool(marked[a])} for a, b in pairwise(edges) if b > a]


def _error(item: EvalItem, guess: Sequence[str], outcome: str, explain: Explain) -> dict[str, Any]:
    answer = explain(item.text)
    scores = ", ".join(f"{score.id} {score.probability:.2f}" for score in answer.categories[:4])
    return {
        "id": item.id,
        "right": ", ".join(item.labels) or "none",
        "said": ", ".join(guess) or "none",
        "outcome": outcome,
        "parts": highlighted(item.text, answer),
        "scores": scores,
    }


def _errors(result: SuiteResult, taxonomy: Taxonomy, explain: Explain) -> tuple[list[dict[str, Any]], int]:
    made = result.ours.predictions
    errors: list[dict[str, Any]] = []
    wrong = 0
    for i, item in enumerate(result.suite.items):
        guess = [name for name, hit in zip(taxonomy.ids, made.predicted[i], strict=True) if hit]
        if item.insufficient or set(guess) == set(item.labels):
            continue
        wrong += 1
        if len(errors) < MOST_ERRORS:
            errors.append(_error(item, guess, made.outcomes[i] if made.outcomes else "", explain))
    return errors, wrong


def _plot(figure: Figure, caption: str) -> dict[str, str]:
    return {"uri": as_data_uri(figure), "alt": caption, "caption": caption}


def _plots(result: SuiteResult, taxonomy: Taxonomy) -> list[dict[str, str]]:
    items, made = result.suite.items, result.ours.predictions
    labelled = sum(bool(item.labels) and not item.insufficient for item in items)
    if len(items) < PLOTTED_FROM or not labelled or result.suite.name in _REPEATING:
        return []
    known = np.flatnonzero([not item.insufficient for item in items])
    truth = label_matrix([items[i].labels for i in known], taxonomy)
    return [
        _plot(reliability(truth, made.probabilities[known]), "Reliability: what a stated probability is worth; numbers are cells."),
        _plot(
            risk_against_coverage(items, {one.system: one.predictions for one in result.systems}, taxonomy),
            "Risk against coverage: how many sets are wrong when only the surest answers are given.",
        ),
        _plot(category_bars(per_category(items, made, taxonomy)), "F1 per category, with 95 % intervals."),
        _plot(confusion_map(confusions(items, made, taxonomy), taxonomy), "What is taken for what; only errors are counted."),
    ]


def _slices(result: SuiteResult, taxonomy: Taxonomy) -> list[dict[str, Any]]:
    slices = []
    for name in slice_names(result.suite):
        found = by_slice(result.suite.items, result.ours.predictions, taxonomy, name)
        rows = [(value, [str(figures[figure] or "–") for figure in SLICE_FIGURES]) for value, figures in found.items()]
        slices.append({"name": name, "titles": [TITLES[figure] for figure in SLICE_FIGURES], "rows": rows})
    return slices


def _section(result: SuiteResult, taxonomy: Taxonomy, explain: Explain, changed: Changes | None) -> dict[str, Any]:
    suite = result.suite
    plotted = _plots(result, taxonomy)
    errors, wrong = ([], 0) if suite.name in _REPEATING else _errors(result, taxonomy, explain)
    counts = confusions(suite.items, result.ours.predictions, taxonomy).most_common(20) if plotted else []
    return {
        "name": suite.name,
        "anchor": re.sub(r"\W+", "-", suite.name),
        "question": suite.question,
        "n": len(suite.items),
        "systems": [one.system for one in result.systems],
        "rows": figure_rows(result),
        "plots": plotted,
        "slices": _slices(result, taxonomy),
        "confusions": [(right, said, count) for (right, said), count in counts],
        "changes": {"name": result.systems[1].system, "gained": changed.gained, "lost": changed.lost} if changed else None,
        "errors": errors,
        "wrong": wrong,
    }


def report_context(
    heading: Heading, results: Sequence[SuiteResult], taxonomy: Taxonomy, explain: Explain, changed: Sequence[Changes | None]
) -> dict[str, Any]:
    """Return what the templates show.

    Args:
        explain: classifies a text with evidence, for the error lists.
        changed: per suite, the comparison with another release, if one was made.
    """
    sections = [_section(result, taxonomy, explain, change) for result, change in zip(results, changed, strict=True)]
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    return {
        "release": heading.release,
        "corpus": heading.corpus,
        "records": f"{heading.records:,}",
        "taxonomy": heading.taxonomy,
        "date": today,
        "suites": sections,
    }


def render(context: dict[str, Any], template: str) -> str:
    """Render `report.html` or `report.md`; texts are escaped in HTML."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=template.endswith(".html"),
        undefined=StrictUndefined,
        trim_blocks=False,
    )
    return environment.get_template(f"{template}.j2").render(context)
