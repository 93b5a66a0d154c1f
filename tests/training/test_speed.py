"""A few steps are timed, and an epoch is reckoned from them."""

import pytest

from data.records import CorpusRecord
from data.taxonomy import load_taxonomy
from training.config import TrainingConfig
from training.speed import TrainingSpeed, training_report, training_speed


def test_steps_are_taken(tiny_config: TrainingConfig, few_records: list[CorpusRecord]) -> None:
    found = training_speed(tiny_config, few_records, load_taxonomy(), device="cpu", steps=3)
    assert (found.device, found.steps) == ("cpu", 3)
    assert found.texts_per_second > 0
    assert 0.7 * 0.6 * len(few_records) < found.epoch_texts < 1.3 * len(few_records)


def test_report() -> None:
    speed = TrainingSpeed("cpu", bf16=False, steps=20, texts_per_second=20.0, epoch_texts=6000)
    assert speed.epoch_minutes == pytest.approx(5.0)
    assert training_report([speed]) == "On cpu in float32: 20 texts/s over 20 steps; an epoch of 6,000 texts would take 5.0 minutes.\n"
