"""Thresholds keep to the policy on the split they were chosen on, and say so."""

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest

from data.taxonomy import Taxonomy
from model.calibration import Calibration, sigmoid
from model.confidence import NEIGHBOURS
from model.opinions import OpinionWeights
from model.outcome import Signals, decide, read_decision
from model.policy import Policy, RiskTarget, read_policy
from training.decision import CalibrationSplit, best_predicted_threshold, choose_decision
from training.resplits import Pool, check_resplits, observed
from training.surroundings import Surroundings


def split(taxonomy: Taxonomy, n: int, noise: float, seed: int = 3) -> CalibrationSplit:
    generator = np.random.default_rng(seed)
    labels = generator.random((n, len(taxonomy.ids))) < 0.03
    vague = generator.random(n) < 0.05
    labels[vague] = False
    logits = np.where(np.column_stack([labels, vague]), 4.0, -6.0) + generator.normal(0, noise, (n, len(taxonomy.ids) + 1))
    likeness = -np.sort(-generator.uniform(0.3, 1.0, (n, NEIGHBOURS)), axis=1)
    near = generator.random((n, NEIGHBOURS, len(taxonomy.ids))) < 0.01
    near[:, :7] |= labels[:, None, :]
    words = generator.integers(4, 200, n)
    opinion = np.where(labels, 2.0, -4.0) + generator.normal(0, 2 * noise, labels.shape)
    return CalibrationSplit(sigmoid(logits), labels, vague, Surroundings(likeness, near, words, opinion))


def plain(sample: CalibrationSplit) -> CalibrationSplit:
    """Return a split whose neighbours and words say nothing that could be learned from: all the same."""
    near = sample.surroundings
    assert near is not None
    likeness, words = near.likeness[:, :1].repeat(NEIGHBOURS, axis=1), np.full_like(near.words, 20)
    flat = Surroundings(likeness, np.zeros_like(near.labels), words, np.zeros_like(near.opinion))
    return dataclasses.replace(sample, surroundings=flat)


@pytest.fixture
def policy(taxonomy: Taxonomy) -> Policy:
    return dataclasses.replace(read_policy(taxonomy), wrong=RiskTarget(0.05, 0.95))


class TestChooseDecision:
    """The guarantee is counted the way the policy decides."""

    def test_counts_agree_with_deciding_one_by_one(self, taxonomy: Taxonomy, policy: Policy) -> None:
        sample = plain(split(taxonomy, 3000, 1.6))
        chosen = choose_decision(sample, policy)
        decisions = [
            decide(row[:-1], chosen.thresholds, taxonomy, Signals(insufficient=float(row[-1]), likeness=float(near)))
            for row, near in zip(sample.probabilities, sample.likeness, strict=True)
        ]
        assert chosen.confidence is None
        sure = ~sample.vague
        cleared = np.array([decision.outcome == "none" for decision in decisions])
        decided = np.array([decision.outcome == "categories" for decision in decisions])
        exact = np.array([(decision.predicted == row).all() for decision, row in zip(decisions, sample.labels, strict=True)])
        controlled = sample.labels.any(axis=1)
        assert chosen.missed.met
        assert chosen.wrong.met
        assert (cleared & controlled & sure).sum() == chosen.missed.errors
        assert controlled[sure].sum() == chosen.missed.n
        assert (decided & sure).sum() == chosen.wrong.n
        assert (decided & ~exact & sure).sum() == chosen.wrong.errors
        assert chosen.missed.upper is not None
        assert chosen.missed.upper <= policy.missed.share
        assert chosen.wrong.upper is not None
        assert chosen.wrong.upper <= policy.wrong.share
        rates = observed(sample, chosen.thresholds)
        assert rates[0] == pytest.approx(chosen.missed.rate)
        assert rates[1] == pytest.approx(chosen.wrong.rate)

    def test_screening_lets_the_stated_share_through(self, taxonomy: Taxonomy, policy: Policy) -> None:
        sample = split(taxonomy, 3000, 1.6)
        thresholds = choose_decision(sample, policy).thresholds
        sure = ~sample.vague
        assert (sample.probabilities[sure, -1] >= thresholds.insufficient).mean() == pytest.approx(policy.insufficient, abs=0.002)
        assert (sample.likeness[sure] < thresholds.likeness).mean() == pytest.approx(policy.out_of_domain, abs=0.002)

    def test_a_stricter_policy_decides_less(self, taxonomy: Taxonomy, policy: Policy) -> None:
        sample = plain(split(taxonomy, 3000, 2.2))
        strict = dataclasses.replace(policy, missed=RiskTarget(0.002, 0.95), wrong=RiskTarget(0.01, 0.95))
        loose = choose_decision(sample, policy).thresholds
        tight = choose_decision(sample, strict).thresholds
        assert tight.none_confidence > loose.none_confidence
        assert tight.categories_confidence > loose.categories_confidence

    def test_what_cannot_be_shown_is_said(self, taxonomy: Taxonomy, policy: Policy) -> None:
        chosen = choose_decision(split(taxonomy, 100, 1.6), policy)
        assert not chosen.missed.met
        assert len(chosen.unmet()) == 2
        assert "no text is cleared" in chosen.unmet()[0]
        assert observed(split(taxonomy, 100, 1.6), chosen.thresholds)[2] == 0.0

    def test_files(self, taxonomy: Taxonomy, policy: Policy, tmp_path: Path) -> None:
        chosen = choose_decision(split(taxonomy, 1000, 1.6), policy)
        chosen.write(tmp_path / "decision.json")
        assert read_decision(tmp_path / "decision.json")[0] == chosen.thresholds
        content = json.loads((tmp_path / "decision.json").read_text(encoding="utf-8"))
        assert content["guarantees"]["missed"]["n"] == chosen.missed.n
        assert content["policy"]["wrong"] == {"share": 0.05, "confidence": 0.95}

    def test_predicted_threshold_is_where_f1_is_highest(self) -> None:
        probabilities = np.array([[0.9], [0.8], [0.6], [0.3], [0.1]])
        labels = np.array([[True], [True], [True], [False], [False]])
        assert 0.4 <= best_predicted_threshold(probabilities, labels) <= 0.5  # the middle of the run from above 0.3 to 0.6


class TestConfidence:
    """The learned confidence serves where it ranks errors better, and only there."""

    def test_telling_neighbours_are_used(self, taxonomy: Taxonomy, policy: Policy) -> None:
        chosen = choose_decision(split(taxonomy, 3000, 2.2), policy)
        assert chosen.confidence is not None
        assert chosen.areas["learned"] < chosen.areas["product over categories"] < chosen.areas["maximum probability"]

    def test_without_an_index_the_plain_one_serves(self, taxonomy: Taxonomy, policy: Policy) -> None:
        chosen = choose_decision(dataclasses.replace(split(taxonomy, 1000, 1.6), surroundings=None), policy)
        assert chosen.confidence is None
        assert set(chosen.areas) == {"maximum probability", "product over categories"}
        assert chosen.thresholds.likeness == 1.0


class TestResplits:
    """Cutting anew counts breaks, and pairs never stand on both sides."""

    def pool(self, taxonomy: Taxonomy, n: int) -> Pool:
        sample = split(taxonomy, n, 1.6, seed=8)
        logits = np.log(sample.probabilities.clip(1e-9, 1 - 1e-9) / (1 - sample.probabilities).clip(1e-9))
        labels = np.column_stack([sample.labels, sample.vague])
        weights = np.ones_like(labels)
        weights[sample.vague, :-1] = False
        return Pool(logits, labels, weights, sample.surroundings, [f"g{i // 2}" for i in range(n)])

    def temperature(self, taxonomy: Taxonomy) -> Calibration:
        return Calibration.identity(len(taxonomy.ids) + 1)

    def test_a_model_that_means_what_it_says_seldom_breaks(self, taxonomy: Taxonomy, policy: Policy) -> None:
        found = check_resplits(self.pool(taxonomy, 2400), policy, self.temperature(taxonomy), rounds=20)
        assert found.rounds == 20
        assert found.missed is not None
        assert found.missed.value <= 0.25
        assert found.missed_rate <= policy.missed.share
        assert found.decided > 0.3

    def test_the_same_every_time(self, taxonomy: Taxonomy, policy: Policy) -> None:
        pool, calibration = self.pool(taxonomy, 600), self.temperature(taxonomy)
        assert check_resplits(pool, policy, calibration, rounds=3) == check_resplits(pool, policy, calibration, rounds=3)

    def test_opinions_are_weighed_anew_where_they_count(self, taxonomy: Taxonomy, policy: Policy) -> None:
        pool, alone = self.pool(taxonomy, 2400), self.temperature(taxonomy)
        together = dataclasses.replace(alone, opinions=OpinionWeights(9.0, 9.0))  # the weights themselves do not matter
        assert check_resplits(pool, policy, together, rounds=3) != check_resplits(pool, policy, alone, rounds=3)
