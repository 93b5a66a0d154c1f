"""The headline figures of a system on labelled items: each with n and an interval; what cannot be measured is None."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

import numpy as np

from data.taxonomy import Taxonomy
from evals.intervals import Estimate, bootstrap, wilson
from evals.items import EvalItem, Predictions, label_matrix
from evals.metrics import (
    area_under_risk_coverage,
    average_precision,
    category_f1,
    exact_matches,
    expected_calibration_error,
    labels_in_top,
    macro_f1,
    mean_known,
    micro_f1,
)
from model.confidence import set_confidence

TITLES = {
    "micro_f1": "micro-F1",
    "macro_f1": "macro-F1",
    "exact_set": "exact set",
    "label_in_top_3": "label in top 3",
    "average_precision": "average precision, mean over categories",
    "calibration_error": "calibration error, mean over categories",
    "area_under_risk_coverage": "area under risk–coverage (lower is better)",
    "over_control": "over-control: no category, yet one guessed",
    "missed": "missed: controlled, yet none",
    "decided": "decided without review",
    "decided_exact": "decided and exactly right",
    "insufficient_to_review": "too vague, sent to review",
}
"""Figure name to the words for it, in the order to show."""

RANKING_ROUNDS = 200
"""Bootstrap rounds for the figures that need sorting; the interval's ends move by less than their own width."""

MACRO_SUPPORT = 3
"""Categories with fewer texts are left out of macro-F1: their F1 is mostly noise."""


def _share(successes: Any, within: Any) -> Estimate | None:
    return wilson(int((successes & within).sum()), int(within.sum()))


def outcome_figures(items: Sequence[EvalItem], predictions: Predictions, taxonomy: Taxonomy) -> dict[str, Estimate | None]:
    """Return the figures of `TITLES` about outcomes, `missed` to `insufficient_to_review`; None for a system that never abstains."""
    if predictions.outcomes is None:
        return dict.fromkeys(("missed", "decided", "decided_exact", "insufficient_to_review"))
    vague = np.array([item.insufficient for item in items], dtype=bool)
    truth = label_matrix([item.labels for item in items if not item.insufficient], taxonomy)
    reviewed = np.array([outcome == "review" for outcome in predictions.outcomes], dtype=bool)
    cleared = np.array([outcome == "none" for outcome in predictions.outcomes], dtype=bool)[~vague]
    decided = ~reviewed[~vague]
    exact = exact_matches(truth, predictions.predicted[~vague]) if len(truth) else np.zeros(0, dtype=bool)
    return {
        "missed": _share(cleared, truth.any(axis=1)),
        "decided": _share(decided, np.ones(len(truth), dtype=bool)),
        "decided_exact": _share(exact, decided),
        "insufficient_to_review": _share(reviewed, vague),
    }


def headline(items: Sequence[EvalItem], predictions: Predictions, taxonomy: Taxonomy, rounds: int = 1000) -> dict[str, Estimate | None]:
    """Return the figures named in `TITLES`; those about outcomes are None for a system that never abstains."""
    vague = np.array([item.insufficient for item in items], dtype=bool)
    known = predictions.rows(np.flatnonzero(~vague))
    truth = label_matrix([item.labels for item in items if not item.insufficient], taxonomy)
    guess, n = known.predicted, len(truth)
    controlled = truth.any(axis=1)
    exact = exact_matches(truth, guess) if n else np.zeros(0, dtype=bool)
    top, labels = labels_in_top(truth, known.probabilities) if n else (0, 0)
    every = np.ones(n, dtype=bool)
    chance = known.probabilities
    confidence = set_confidence(chance, guess)
    few = min(rounds, RANKING_ROUNDS)
    figures = {
        "micro_f1": bootstrap(lambda i: micro_f1(truth[i], guess[i]), n, rounds),
        "macro_f1": bootstrap(lambda i: macro_f1(truth[i], guess[i], MACRO_SUPPORT), n, rounds),
        "exact_set": _share(exact, every),
        "label_in_top_3": wilson(top, labels),
        "average_precision": bootstrap(lambda i: mean_known(average_precision(truth[i], chance[i])), n, few, centred=True),
        "calibration_error": bootstrap(lambda i: mean_known(expected_calibration_error(truth[i], chance[i])), n, few, centred=True),
        "area_under_risk_coverage": bootstrap(lambda i: area_under_risk_coverage(confidence[i], exact[i]), n, few, centred=True),
        "over_control": _share(guess.any(axis=1), ~controlled),
    }
    return figures | outcome_figures(items, predictions, taxonomy)


def per_category(items: Sequence[EvalItem], predictions: Predictions, taxonomy: Taxonomy, rounds: int = 200) -> dict[str, Estimate | None]:
    """Return F1 per category, with a bootstrap interval and, as n, the number of its texts; None for a category without one."""
    known = [i for i, item in enumerate(items) if not item.insufficient]
    guess = predictions.predicted[known]
    truth = label_matrix([items[i].labels for i in known], taxonomy)
    figures: dict[str, Estimate | None] = {}
    for column, name in enumerate(taxonomy.ids):
        of, by = truth[:, column : column + 1], guess[:, column : column + 1]
        estimate = bootstrap(lambda i, of=of, by=by: category_f1(of[i], by[i])[0], len(known), rounds)  # type: ignore[misc]
        figures[name] = replace(estimate, n=int(of.sum())) if estimate else None
    return figures


def as_json(figures: dict[str, Estimate | None]) -> dict[str, Any]:
    """Return the figures as plain JSON types."""
    return {name: asdict(figure) if figure else None for name, figure in figures.items()}
