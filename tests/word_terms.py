"""The terms of the word model as scikit-learn's own analysers find them: what its tests compare with."""

import re

from sklearn.feature_extraction.text import CountVectorizer

from model.word_model import RUNS


def terms(text: str) -> list[str]:
    """Return words, pairs of words and runs of letters of a text; scikit-learn marks the ends of a word by blanks."""
    words = CountVectorizer(ngram_range=(1, 2), token_pattern=r"\w+").build_analyzer()(text)
    plain = " ".join(re.findall(r"\w+", text))
    runs = CountVectorizer(analyzer="char_wb", ngram_range=(min(RUNS), max(RUNS))).build_analyzer()(plain)
    return [*words, *(f"run {run}" for run in runs if len(run) in RUNS)]
