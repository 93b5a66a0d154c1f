"""The word model is the logistic regression it claims to be, fitted on the training split alone."""

from collections.abc import Sequence

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from data.records import CorpusRecord, load_corpus
from data.splits import split_corpus
from data.taxonomy import Taxonomy
from data.text import normalise
from tests.word_terms import terms
from training.word_model import INVERSE_REGULARISATION, TOLERANCE, fit_word_model


@pytest.fixture(scope="module")
def some_records() -> Sequence[CorpusRecord]:
    """Return every twentieth record: some categories are rare in them."""
    return load_corpus()[::20]


class TestFitWordModel:
    """Against scikit-learn's own pipeline, and at the edges."""

    def test_against_scikit_learn(self, taxonomy: Taxonomy, some_records: Sequence[CorpusRecord]) -> None:
        name = "thermal-night-vision"
        model = fit_word_model(some_records, taxonomy)
        parts = split_corpus(some_records)
        known = [record for record in parts.train if not record.insufficient]
        peer = make_pipeline(
            TfidfVectorizer(analyzer=terms, sublinear_tf=True),
            LogisticRegression(C=INVERSE_REGULARISATION, max_iter=200, tol=TOLERANCE),
        ).fit([normalise(record.text).text for record in known], [name in record.labels for record in known])
        texts = [normalise(record.text).text for record in known[:60]]
        ours = np.array([model.log_odds(text)[taxonomy.ids.index(name)] for text in texts])
        # Not the same to the last digit: words that share a bucket, and weights of half precision.
        assert np.corrcoef(ours, peer.decision_function(texts))[0, 1] > 0.99

    def test_what_never_occurs(self, taxonomy: Taxonomy, some_records: Sequence[CorpusRecord]) -> None:
        ordinary = [record for record in some_records if not record.labels]
        model = fit_word_model(ordinary, taxonomy)
        known = len([record for record in split_corpus(ordinary).train if not record.insufficient])
        assert not model.weights.any()
        assert model.constants.tolist() == pytest.approx([-np.log(known + 1)] * len(taxonomy.ids), rel=1e-6)

    def test_held_out_texts_play_no_part(self, taxonomy: Taxonomy, some_records: Sequence[CorpusRecord]) -> None:
        few = some_records[:120]
        one, other = fit_word_model(few, taxonomy), fit_word_model(split_corpus(few).train, taxonomy)
        assert one.log_odds("a hidden camera").tolist() == other.log_odds("a hidden camera").tolist()

    def test_nothing_to_fit(self, taxonomy: Taxonomy) -> None:
        with pytest.raises(ValueError, match="no labelled text"):
            fit_word_model([], taxonomy)
