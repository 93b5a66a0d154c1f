"""Plots of an evaluation: reliability, risk against coverage, F1 per category, and what is taken for what."""

import base64
from collections import Counter
from collections.abc import Sequence
from io import BytesIO

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from data.taxonomy import Taxonomy
from evals.intervals import Estimate
from evals.items import EvalItem, Predictions, label_matrix
from evals.metrics import exact_matches, risk_coverage
from model.confidence import set_confidence

BLUE, ORANGE, GREY = "#2a6f97", "#e09f3e", "#8d99ae"


def _axes(width: float, height: float) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(width, height), layout="constrained")
    axes = figure.subplots()
    axes.spines[["top", "right"]].set_visible(False)
    return figure, axes


def as_data_uri(figure: Figure) -> str:
    """Return a figure as a `data:` address, so that a page holding it needs no other file."""
    stream = BytesIO()
    figure.savefig(stream, format="png", dpi=100)
    return "data:image/png;base64," + base64.b64encode(stream.getvalue()).decode("ascii")


def reliability(truth: NDArray[np.bool_], probabilities: NDArray[np.float64], bins: int = 10) -> Figure:
    """Draw stated probability against observed share over all categories (DeGroot & Fienberg 1983), with counts."""
    figure, axes = _axes(5, 4.2)
    p, y = probabilities.ravel(), truth.ravel()
    which = np.minimum((p * bins).astype(int), bins - 1)
    filled = [b for b in range(bins) if (which == b).any()]
    stated = [float(p[which == b].mean()) for b in filled]
    observed = [float(y[which == b].mean()) for b in filled]
    axes.plot([0, 1], [0, 1], color=GREY, linewidth=1, label="perfect")
    axes.plot(stated, observed, "o-", color=BLUE, label="observed")
    for x, height, b in zip(stated, observed, filled, strict=True):
        axes.annotate(f"{(which == b).sum():,}", (x, height), textcoords="offset points", xytext=(6, -10), fontsize=7)
    axes.set(xlabel="stated probability", ylabel="share that has the category", xlim=(0, 1), ylim=(0, 1))
    axes.legend(frameon=False, loc="upper left")
    return figure


def risk_against_coverage(items: Sequence[EvalItem], predictions: dict[str, Predictions], taxonomy: Taxonomy) -> Figure:
    """Draw the share of wrong sets among the most confident answers, per system (El-Yaniv & Wiener 2010)."""
    figure, axes = _axes(5, 4.2)
    known = [i for i, item in enumerate(items) if not item.insufficient]
    truth = label_matrix([items[i].labels for i in known], taxonomy)
    for i, (name, made) in enumerate(predictions.items()):
        guess, chance = made.predicted[known], made.probabilities[known]
        coverage, risk = risk_coverage(set_confidence(chance, guess), exact_matches(truth, guess))
        axes.plot(coverage, risk, label=name, linewidth=2 if i == 0 else 1, alpha=1 if i == 0 else 0.8)
    axes.set(xlabel="coverage: share of texts answered", ylabel="risk: share of these whose set is wrong", xlim=(0, 1), ylim=(0, None))
    axes.legend(frameon=False, fontsize=8)
    return figure


def category_bars(figures: dict[str, Estimate | None]) -> Figure:
    """Draw F1 per category with its interval, worst first; categories without a text are left out."""
    known = sorted(((name, figure) for name, figure in figures.items() if figure), key=lambda pair: -pair[1].value)
    figure, axes = _axes(7.5, 0.6 + 0.27 * max(1, len(known)))
    names = [f"{name} ({estimate.n})" for name, estimate in known]
    values = np.array([estimate.value for _, estimate in known])
    spans = np.array([[e.value - e.low, e.high - e.value] for _, e in known]).reshape(-1, 2).T.clip(min=0)
    axes.barh(names, values, xerr=spans, color=BLUE, error_kw={"ecolor": GREY, "linewidth": 1})
    axes.set(xlabel="F1 (texts with the category in brackets)", xlim=(0, 1))
    axes.margins(y=0.01)
    return figure


def confusions(items: Sequence[EvalItem], predictions: Predictions, taxonomy: Taxonomy) -> Counter[tuple[str, str]]:
    """Count what is taken for what: (missing label, wrongly guessed category); "none" where there is no other side."""
    counts: Counter[tuple[str, str]] = Counter()
    for item, row in zip(items, predictions.predicted, strict=True):
        if item.insufficient:
            continue
        guess = {name for name, hit in zip(taxonomy.ids, row, strict=True) if hit}
        missing, extra = sorted(set(item.labels) - guess), sorted(guess - set(item.labels))
        counts.update((a, b) for a in missing or ["none"] for b in extra or ["none"] if (a, b) != ("none", "none"))
    return counts


def confusion_map(counts: Counter[tuple[str, str]], taxonomy: Taxonomy) -> Figure:
    """Draw the confusions as a map: rows are what was right, columns what was said instead."""
    names = [*taxonomy.ids, "none"]
    grid = np.array([[counts[(right, said)] for said in names] for right in names], dtype=float)
    figure = Figure(figsize=(9, 8.4), layout="constrained")
    axes = figure.subplots()
    axes.imshow(grid, cmap="Blues", vmax=max(1.0, float(grid[:-1, :-1].max())))
    axes.set_xticks(range(len(names)), names, rotation=90, fontsize=7)
    axes.set_yticks(range(len(names)), names, fontsize=7)
    axes.set(xlabel="said instead", ylabel="right")
    for row, column in zip(*np.nonzero(grid), strict=True):
        axes.annotate(f"{grid[row, column]:.0f}", (column, row), ha="center", va="center", fontsize=6)
    return figure
