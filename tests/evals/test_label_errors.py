"""A label that contradicts its text is found; pairs do not give each other away."""

import numpy as np
import pytest

from data.records import CorpusRecord
from data.taxonomy import Taxonomy
from evals.label_errors import _folds, cross_validated, label_error_candidates


def record(number: int, text: str, *labels: str, pair_id: str = "") -> CorpusRecord:
    return CorpusRecord(
        f"r-{number}", text, labels, "shop", "positive" if labels else "ordinary", "2010s", "direct", "whole", pair_id=pair_id
    )


class TestFolds:
    """Members of a pair share a fold."""

    def test_pairs(self) -> None:
        records = [record(i, "t", pair_id=f"p{i // 2}") for i in range(40)]
        folds = _folds(records)
        assert (folds[::2] == folds[1::2]).all()
        assert len(set(folds.tolist())) > 1


class TestCandidates:
    """Confident learning ranks the planted error first and says what to look at."""

    def test_planted_error(self, taxonomy: Taxonomy) -> None:
        column = taxonomy.ids.index("covert-audio")
        records = [record(i, "t", "covert-audio") for i in range(20)] + [record(i, "t") for i in range(20, 40)]
        probabilities = np.full((40, len(taxonomy.ids)), 0.02)
        probabilities[:20, column] = 0.95
        probabilities[30, column] = 0.99
        (found,) = label_error_candidates(records, probabilities, taxonomy)
        assert (found.id, found.given, found.suggested) == ("r-30", (), ("covert-audio",))
        assert 0 <= found.quality < 0.5

    @pytest.mark.filterwarnings("ignore:Label not")
    def test_probabilities_come_from_models_that_did_not_see_the_record(self, taxonomy: Taxonomy) -> None:
        column = taxonomy.ids.index("covert-audio")
        audio = [record(i, f"hidden microphone in a plug, model {i}", "covert-audio") for i in range(30)]
        rest = [record(i, f"kettle of steel for the kitchen, colour {i}") for i in range(30, 60)]
        odd = record(99, "kettle of steel for the kitchen, colour 99", "covert-audio")
        probabilities = cross_validated([*audio, *rest, odd], taxonomy, quiet=True)[:, column]
        assert probabilities[:30].min() > 0.5
        assert probabilities[30:].max() < 0.3
