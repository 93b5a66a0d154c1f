"""Calibrating anew changes what is decided, never the weights, and the build goes on serving."""

import dataclasses
import json
import shutil
from pathlib import Path

import pytest

from data.records import CorpusRecord, load_corpus
from data.taxonomy import Taxonomy
from model.artefact import DECISION, MODEL_CARD, RELEASE_FOLDER, Release
from model.policy import RiskTarget, read_policy
from model.predictor import Predictor
from training.recalibrate import recalibrate


@pytest.fixture(scope="module")
def some_records() -> list[CorpusRecord]:
    """A twelfth of the corpus, pairs left out."""
    return [record for record in load_corpus()[::12] if not record.pair_id]


class TestRecalibrate:
    """A policy is chosen for, written, checked and told in the card."""

    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        return Path(shutil.copytree(RELEASE_FOLDER, tmp_path / "release"))

    def test_a_loose_policy(self, folder: Path, taxonomy: Taxonomy, some_records: list[CorpusRecord]) -> None:
        loose = dataclasses.replace(read_policy(taxonomy), missed=RiskTarget(0.2, 0.8), wrong=RiskTarget(0.4, 0.8), high_consequence=())
        weights = Release.load(folder, taxonomy).weights_hash
        done = recalibrate(folder, some_records, taxonomy, loose, rounds=2)
        assert done.found.chosen.missed.met
        assert done.resplits is not None
        assert done.resplits.rounds == 2
        release = Release.load(folder, taxonomy)
        assert release.weights_hash == weights
        assert release.manifest["metrics"]["test"]["decided"]["value"] > 0.3
        assert json.loads((folder / DECISION).read_text(encoding="utf-8"))["policy"]["missed"]["share"] == 0.2
        assert "at most 20.0% with 80% confidence" in (folder / MODEL_CARD).read_text(encoding="utf-8")
        assert Predictor.load(folder).thresholds == done.found.chosen.thresholds
        points = done.found.operating_points
        assert points[0]["decided"] == done.found.metrics["test"]["decided"]
        shares = [point["decided"]["value"] for point in points]
        assert shares == sorted(shares)
        assert "What other policies would give" in (folder / MODEL_CARD).read_text(encoding="utf-8")

    def test_an_impossible_policy_sends_everything_to_review(
        self, folder: Path, taxonomy: Taxonomy, some_records: list[CorpusRecord]
    ) -> None:
        strict = dataclasses.replace(read_policy(taxonomy), missed=RiskTarget(0.0001, 0.99), wrong=RiskTarget(0.0001, 0.99))
        done = recalibrate(folder, some_records, taxonomy, strict)
        assert len(done.found.chosen.unmet()) == 2
        assert done.found.metrics["test"]["decided"]["value"] == 0.0
        assert "could not be shown" in (folder / MODEL_CARD).read_text(encoding="utf-8")
