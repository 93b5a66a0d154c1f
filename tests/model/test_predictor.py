"""The predictor answers the same for the same text, explains itself, and bounds its input."""

import numpy as np
import pytest

from data.errors import BlankText, InvalidCharacters, TextTooLong
from data.text import normalise
from model.outcome import BESIDE
from model.predictor import Predictor
from model.windows import Windower

CATCHER = (
    "Suitcase unit that appears to nearby handsets as their operator's cell, collects the IMSI and IMEI of every phone in "
    "range and lets the officer pick one for voice and SMS interception."
)
SOAP = "Lavender soap bars, 100 g each, wrapped in recycled paper, carton of 48."


class TestClassify:
    """Plain cases come out right, with everything the answer promises."""

    def test_interceptor(self, predictor: Predictor) -> None:
        answer = predictor.classify(CATCHER)
        assert answer.categories[0].id == "mobile-interception"
        assert answer.categories[0].predicted
        assert answer.characters == len(CATCHER)
        assert (answer.release, answer.taxonomy) == (predictor.release, predictor.taxonomy.hash)

    def test_soap(self, predictor: Predictor) -> None:
        answer = predictor.classify(SOAP)
        assert answer.outcome == "none"
        assert not any(score.predicted for score in answer.categories)

    def test_order_and_listing(self, predictor: Predictor) -> None:
        few, every = predictor.classify(CATCHER), predictor.classify(CATCHER, every=True)
        probabilities = [score.probability for score in every.categories]
        assert probabilities == sorted(probabilities, reverse=True)
        assert {score.id for score in every.categories} == set(predictor.taxonomy.ids)
        assert all(score.probability >= 0.01 or score.predicted for score in few.categories)

    def test_nothing_is_certain(self, predictor: Predictor) -> None:
        answer = predictor.classify(CATCHER, every=True)
        assert all(0 < score.probability < 1 for score in answer.categories)
        assert 0 < answer.confidence < 1

    def test_review_goes_with_reasons(self, predictor: Predictor) -> None:
        for text in (CATCHER, SOAP, "Model X-200, as per attached data sheet"):
            answer = predictor.classify(text)
            assert answer.review.required == bool(answer.review.reasons)
            assert (answer.outcome == "review") == bool(set(answer.review.reasons) - BESIDE)

    def test_evidence_points_into_the_text_as_given(self, predictor: Predictor) -> None:
        text = "<p>\u202e" + CATCHER.replace("IMSI", "IM\u200bSI") + "</p>"
        for score in predictor.classify(text).categories:
            for span in score.evidence:
                assert text[span.start : span.end] == span.text
                assert span.weight > 0

    @pytest.mark.parametrize("change", [str.upper, lambda t: f"<div>{t}</div>", lambda t: t.replace(" ", "\u00a0"), lambda t: t + "\n\n"])
    def test_the_same_text_gets_the_same_answer(self, predictor: Predictor, change: object) -> None:
        assert callable(change)
        expected, _ = predictor.decide(CATCHER)
        got, _ = predictor.decide(change(CATCHER))
        assert got.confidence == pytest.approx(expected.confidence, abs=1e-9)

    def test_repeats_exactly(self, predictor: Predictor) -> None:
        assert predictor.classify(CATCHER) == predictor.classify(CATCHER)


class TestScores:
    """Contributions plus bias are the logit, also through int8 and over windows."""

    @pytest.mark.parametrize("text", [SOAP, CATCHER, (SOAP + " ") * 60 + CATCHER])
    def test_additivity(self, predictor: Predictor, text: str) -> None:
        scores = predictor.network_scores(normalise(text))
        bias = predictor._session.run(np.array([101, 102]), np.array([False, False])).bias
        summed = [contributions.sum() for contributions in scores.contributions] + bias
        assert summed == pytest.approx(scores.logits, abs=1e-4)

    def test_a_paragraph_is_found_in_a_long_text(self, predictor: Predictor) -> None:
        answer = predictor.classify((SOAP + " ") * 200 + CATCHER + (" " + SOAP) * 200)
        assert answer.categories[0].id == "mobile-interception"


class TestBounds:
    """Unusable input is refused with a named error; odd input is answered."""

    @pytest.mark.parametrize(
        ("text", "error"), [("", BlankText), ("\u200b", BlankText), ("a\ud800", InvalidCharacters), ("x" * 100_001, TextTooLong)]
    )
    def test_refusals(self, predictor: Predictor, text: str, error: type[Exception]) -> None:
        with pytest.raises(error):
            predictor.classify(text)

    @pytest.mark.parametrize("text", ["x", "。", "\U0001f6f8", "\u0301", "لعبة", "0", "\ue000 a"])
    def test_odd_texts_are_answered(self, predictor: Predictor, text: str) -> None:
        assert predictor.classify(text).outcome in ("categories", "none", "review")

    def test_what_is_not_read_is_told(self, predictor: Predictor, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(Windower.bounded, "__defaults__", (2,))
        answer = predictor.classify(SOAP * 100)
        assert answer.truncated
        assert (answer.outcome, "truncated" in answer.review.reasons) == ("review", True)
        assert not predictor.classify(SOAP).truncated


class TestSignals:
    """What is no English product description goes to a person, with the reason."""

    def test_foreign_language(self, predictor: Predictor) -> None:
        answer = predictor.classify("Lavendelseife in Stücken zu 100 Gramm, eingewickelt in Papier, Karton mit 48 Stück für den Handel")
        assert answer.outcome == "review"
        assert "unsupported_language" in answer.review.reasons

    def test_a_long_document_is_never_cleared(self, predictor: Predictor) -> None:
        answer = predictor.classify((SOAP + " ") * 60)
        assert answer.outcome == "review"
        assert "out_of_domain" in answer.review.reasons

    def test_high_consequence(self, predictor: Predictor) -> None:
        text = "Spyware for police: infects the suspect's phone without a click, reads encrypted chats and reports to the agency's server."
        answer = predictor.classify(text)
        assert answer.categories[0].id == "intrusion-software"
        assert answer.review.required
        assert "high_consequence" in answer.review.reasons

    def test_what_speaks_against_is_shown(self, predictor: Predictor) -> None:
        answer = predictor.classify("Detects IMSI catchers and warns the owner of the phone. " + SOAP, every=True)
        against = [span for score in answer.categories for span in score.against]
        assert against
        assert all(span.weight < 0 for span in against)
        assert all(len(score.against) <= 5 and len(score.evidence) <= 5 for score in answer.categories)
