"""Fitting the word model, the second opinion on what the network says."""

from collections.abc import Sequence

import numpy as np
from rich.console import Console
from rich.progress import track
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from data.records import CorpusRecord
from data.splits import split_corpus
from data.taxonomy import Taxonomy
from data.text import normalise
from model.word_model import BUCKETS, WordModel, bucket_counts, weigh

INVERSE_REGULARISATION = 10.0
"""As good as 30 on the calibration split, and smoother (docs/LOG.md)."""

TOLERANCE = 1e-6
"""Largest slope of the mean loss at which fitting stops. At scikit-learn's own 1e-4 it stops well before the optimum (docs/LOG.md)."""


def _always(positives: int, texts: int) -> float:
    """Return the log odds of a category that all texts have or none has, by the rule of succession."""
    return float(np.log(positives + 1) - np.log(texts - positives + 1))


def fit_word_model(records: Sequence[CorpusRecord], taxonomy: Taxonomy, quiet: bool = True) -> WordModel:
    """Fit on the training split; vague texts, whose categories nobody knows, are left out.

    Args:
        records: the whole corpus.
        taxonomy: its categories.
        quiet: without a progress bar.

    Raises:
        ValueError: no text is left.
    """
    known = [record for record in split_corpus(records).train if not record.insufficient]
    if not known:
        raise ValueError("no labelled text in the training split")
    rows = [bucket_counts(normalise(record.text).text) for record in known]
    lengths = [len(buckets) for buckets, _ in rows]
    where = np.concatenate([buckets for buckets, _ in rows])
    rarity = np.log((1 + len(rows)) / (1 + np.bincount(where, minlength=BUCKETS))) + 1
    values = np.concatenate([weigh(counts, rarity[buckets]) for buckets, counts in rows])
    table = csr_matrix((values, where, np.concatenate([[0], np.cumsum(lengths)])), shape=(len(rows), BUCKETS))
    weights, constants = np.zeros((BUCKETS, len(taxonomy.ids))), np.zeros(len(taxonomy.ids))
    console = Console(stderr=True)
    shown = track(taxonomy.ids, description="Fitting the word model", console=console, disable=quiet or not console.is_terminal)
    for i, name in enumerate(shown):
        has = np.array([name in record.labels for record in known])
        if has.all() or not has.any():
            constants[i] = _always(int(has.sum()), len(has))
            continue
        fitted = LogisticRegression(C=INVERSE_REGULARISATION, max_iter=200, tol=TOLERANCE).fit(table, has)
        weights[:, i], constants[i] = fitted.coef_[0], fitted.intercept_[0]
    return WordModel(weights.astype(np.float16), constants.astype(np.float32), rarity.astype(np.float32))
