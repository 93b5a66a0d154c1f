"""Texts are cut into sentences and passages without losing a character."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.sentences import MOST_WORDS, passages, sentences


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It sees heat. It records.", ["It sees heat. ", "It records."]),
        ("Range approx. 4 km, max. 5 km", ["Range approx. 4 km, max. 5 km"]),
        ("Sensor: 640 x 512\nLens: 35 mm\n", ["Sensor: 640 x 512\n", "Lens: 35 mm\n"]),
        ("Recording? No. For the police.", ["Recording? No. ", "For the police."]),
        ("made by J. Smith for v2.0 and up", ["made by J. Smith for v2.0 and up"]),
    ],
)
def test_sentences(text: str, expected: list[str]) -> None:
    assert [text[start:end] for start, end in sentences(text)] == expected


@given(st.text(alphabet='aB 1.!?\n"()', max_size=400))
def test_together_they_are_the_text(text: str) -> None:
    for cut in (sentences, passages):
        assert "".join(text[start:end] for start, end in cut(text)) == text


def test_passages_hold_whole_sentences() -> None:
    text = "One two three four five six seven eight nine ten. " * 20
    found = [text[start:end] for start, end in passages(text)]
    assert len(found) == 4
    assert all(len(each.split()) <= MOST_WORDS and each.strip().endswith("ten.") for each in found)


def test_a_long_sentence_stays_whole() -> None:
    text = "word " * 200
    assert list(passages(text)) == [(0, len(text))]
