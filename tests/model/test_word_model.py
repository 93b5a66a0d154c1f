"""The word model against scikit-learn's own weighting, its file and damage to it."""

import re
from pathlib import Path

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer

from data.errors import ReleaseDamaged
from model.word_model import BUCKETS, LONGEST, RUNS, WordModel, bucket_counts, weigh
from tests.word_terms import terms


def a_model(categories: int = 3, seed: int = 1) -> WordModel:
    generator = np.random.default_rng(seed)
    weights = generator.normal(0, 1, (BUCKETS, categories)).astype(np.float16)
    return WordModel(weights, np.array([-1.0, 0.0, 2.0][:categories], dtype=np.float32), np.ones(BUCKETS, dtype=np.float32))


class TestWeights:
    """Words, pairs of words and runs of letters, sublinear counts times rarity, of unit length."""

    TEXTS = ("The camera sees the road.", "The radar sees; the camera, the CAMERA records", "a road of roads")

    def test_as_scikit_learn_weighs(self) -> None:
        peer = TfidfVectorizer(analyzer=terms, sublinear_tf=True).fit(self.TEXTS)
        found = np.bincount(np.concatenate([bucket_counts(text)[0] for text in self.TEXTS]), minlength=BUCKETS)
        rarity = np.log((1 + len(self.TEXTS)) / (1 + found)) + 1
        for text in self.TEXTS:
            buckets, counts = bucket_counts(text)
            assert sorted(weigh(counts, rarity[buckets]).tolist()) == pytest.approx(sorted(peer.transform([text]).data.tolist()))

    def test_case_and_punctuation_do_not_count(self) -> None:
        one, other = bucket_counts("IMSI-catcher, portable"), bucket_counts("imsi catcher portable")
        assert one[0].tolist() == other[0].tolist()
        assert one[1].tolist() == other[1].tolist()

    def test_order_counts(self) -> None:
        assert bucket_counts("dog bites man")[0].tolist() != bucket_counts("man bites dog")[0].tolist()

    def test_a_slip_leaves_most_of_a_word(self) -> None:
        right, wrong, other = (set(bucket_counts(word)[0].tolist()) for word in ("interception", "intercept1on", "perception"))
        assert len(right & wrong) > len(right) / 3 > len(right & other) / 2 > 0

    def test_what_is_longer_than_any_word_costs_no_more(self) -> None:
        generator = np.random.default_rng(2)
        letters = "".join(generator.choice(list("abcdefghij"), 100_000).tolist())
        assert len(bucket_counts(letters)[0]) <= 1 + len(RUNS) * LONGEST

    @pytest.mark.parametrize("text", ["a road of roads of a road", "İstanbul 4K camera", "word", "?!"])
    def test_words_add_up(self, text: str) -> None:
        model = a_model()
        opinion = model.opinion(text)
        places, said = opinion.places, opinion.said
        assert [text[start:end] for start, end in places.tolist()] == re.findall(r"\w+", text)
        assert said.sum(axis=0) + model.constants == pytest.approx(model.log_odds(text))

    def test_nothing_to_read(self) -> None:
        assert len(bucket_counts("!?")[0]) == 0
        assert a_model().log_odds("!?").tolist() == [-1.0, 0.0, 2.0]


class TestFile:
    """Written and read without change; damage is named."""

    def test_round_trip(self, tmp_path: Path) -> None:
        model = a_model()
        model.write(tmp_path / "words.npz")
        read = WordModel.read(tmp_path / "words.npz", 3)
        assert read.log_odds("a camera on a pole").tolist() == model.log_odds("a camera on a pole").tolist()

    def test_damage(self, tmp_path: Path) -> None:
        path = tmp_path / "words.npz"
        with pytest.raises(ReleaseDamaged, match=r"words\.npz"):
            WordModel.read(path, 3)
        a_model().write(path)
        with pytest.raises(ReleaseDamaged, match="shape"):
            WordModel.read(path, 4)
        path.write_bytes(path.read_bytes()[:5000])
        with pytest.raises(ReleaseDamaged, match=r"words\.npz"):
            WordModel.read(path, 3)
        np.savez(path, weights=np.zeros(3))
        with pytest.raises(ReleaseDamaged, match=r"words\.npz"):
            WordModel.read(path, 3)
