"""Evidence is phrases of the original text, weighted by what they add to the logit."""

import numpy as np

from data.text import normalise
from model.evidence import evidence_spans


def spans_of(text: str, tokens: list[tuple[int, int, float]], limit: int = 5) -> list[tuple[str, float]]:
    offsets = np.array([(start, end) for start, end, _ in tokens])
    weights = np.array([weight for *_, weight in tokens])
    return [(span.text, span.weight) for span in evidence_spans(normalise(text), offsets, weights, limit)]


class TestEvidenceSpans:
    """Wordpieces become words, neighbouring strong words become phrases."""

    def test_merging(self) -> None:
        tokens = [(0, 0, 9.0), (0, 2, 1.0), (2, 4, 1.0), (5, 12, 0.9), (13, 15, -0.4), (16, 19, 0.7), (20, 25, 1.1)]
        assert spans_of("imsi catcher in the depot", tokens) == [("imsi catcher", 2.9), ("depot", 1.1)]

    def test_function_words_stay_inside(self) -> None:
        tokens = [(0, 3, 1.0), (4, 11, 1.0), (12, 14, 1.0), (15, 21, 1.0), (22, 24, -1.0), (25, 28, 1.0)]
        assert spans_of("the catcher of phones is for", tokens) == [("catcher of phones", 3.0)]

    def test_limit_keeps_the_heaviest(self) -> None:
        assert spans_of("a - b", [(0, 1, 1.0), (2, 3, -1.0), (4, 5, 2.0)], limit=1) == [("b", 2.0)]

    def test_nothing_speaks_for_it(self) -> None:
        assert spans_of("a b", [(0, 1, -1.0), (2, 3, 0.0)]) == []

    def test_what_speaks_against(self) -> None:
        offsets, weights = np.array([(0, 2), (3, 7), (8, 13)]), np.array([-0.1, -2.0, 3.0])
        found = evidence_spans(normalise("no real audio"), offsets, -weights, against=True)
        assert [(span.text, span.weight) for span in found] == [("real", -2.0)]

    def test_offsets_are_of_the_text_as_given(self) -> None:
        text = "<b>IM\u200bSI</b> unit"
        (span,) = evidence_spans(normalise(text), np.array([(0, 4)]), np.array([1.0]))
        assert (span.text, text[span.start : span.end]) == ("IM\u200bSI", "IM\u200bSI")

    def test_punctuation_at_the_edges_is_left_out(self) -> None:
        assert spans_of("(imsi, gsm).", [(0, 1, 1.0), (1, 5, 1.0), (5, 6, 1.0), (7, 10, 2.0), (10, 12, 1.0)]) == [("imsi, gsm", 6.0)]
        assert spans_of("!!", [(0, 2, 1.0)]) == [("!!", 1.0)]
