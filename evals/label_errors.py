"""Label-error candidates: cross-validated probabilities of a statistical model, ranked by confident learning (cleanlab)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track

from data.records import CorpusRecord
from data.taxonomy import Taxonomy
from evals.baselines import TfidfLogistic
from evals.items import label_matrix

FOLDS = 5
UNLIKELY, LIKELY = 0.05, 0.5
"""A given category below the first, or an absent one above the second, is worth a look."""


@dataclass(frozen=True)
class Candidate:
    """A record whose labels a model trained without it finds unlikely.

    Attributes:
        given: its labels.
        suggested: categories to look at: given ones that look wrong, absent ones that look right.
        quality: cleanlab's score of the labels, 0 (surely wrong) to 1.
    """

    id: str
    given: tuple[str, ...]
    suggested: tuple[str, ...]
    quality: float


def _folds(records: Sequence[CorpusRecord], seed: int = 0) -> NDArray[np.int64]:
    """Return a fold per record; the members of a pair share theirs, or one would give the other away."""
    groups = sorted({record.group for record in records})
    drawn = dict(zip(groups, np.random.default_rng(seed).integers(0, FOLDS, len(groups)).tolist(), strict=True))
    return np.array([drawn[record.group] for record in records], dtype=np.int64)


def cross_validated(records: Sequence[CorpusRecord], taxonomy: Taxonomy, quiet: bool = False) -> NDArray[np.float64]:
    """Return probabilities [records, categories], each record's from a model that did not see it."""
    truth = label_matrix([record.labels for record in records], taxonomy)
    folds = _folds(records)
    result = np.zeros(truth.shape)
    console = Console(stderr=True)
    for fold in track(range(FOLDS), description="Cross-validating", console=console, disable=quiet or not console.is_terminal):
        inside, outside = np.flatnonzero(folds != fold).tolist(), np.flatnonzero(folds == fold).tolist()
        model = TfidfLogistic().fit([records[i].text for i in inside], truth[inside])
        result[outside] = model.probabilities([records[i].text for i in outside])
    return result


def label_error_candidates(
    records: Sequence[CorpusRecord], probabilities: NDArray[np.float64], taxonomy: Taxonomy, limit: int = 200
) -> list[Candidate]:
    """Return up to `limit` records whose labels look wrong, worst first (Thyagarajan et al. 2022, multi-label classification).

    Args:
        records: none of them `insufficient`.
        probabilities: out-of-sample [records, categories].
    """
    from cleanlab.multilabel_classification import filter as multilabel_filter
    from cleanlab.multilabel_classification import get_label_quality_scores

    truth = label_matrix([record.labels for record in records], taxonomy)
    given = [np.flatnonzero(row).tolist() for row in truth]
    flagged = multilabel_filter.find_label_issues(given, probabilities, n_jobs=1)
    quality = get_label_quality_scores(given, probabilities)
    doubtful = np.where(truth, probabilities < UNLIKELY, probabilities > LIKELY)
    chosen = sorted(np.flatnonzero(flagged & doubtful.any(axis=1)).tolist(), key=lambda i: quality[i])[:limit]
    return [
        Candidate(
            id=records[i].id,
            given=records[i].labels,
            suggested=tuple(name for name, doubt in zip(taxonomy.ids, doubtful[i], strict=True) if doubt),
            quality=float(quality[i]),
        )
        for i in chosen
    ]
