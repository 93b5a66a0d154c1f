"""The fully fine-tuned peer is trained once and then comes from the cache."""

from pathlib import Path

import pytest

from data.records import CorpusRecord
from data.taxonomy import Taxonomy
from training import peers
from training.config import TrainingConfig
from training.peers import full_config, full_fine_tuning


class TestFullFineTuning:
    """All weights are trained; the second call trains nothing."""

    def test_configuration(self, tiny_config: TrainingConfig) -> None:
        full = full_config(tiny_config)
        assert full.adapter == "full"
        assert full.epochs == tiny_config.epochs
        assert full.hash != tiny_config.hash

    def test_cached(
        self,
        tiny_config: TrainingConfig,
        few_records: list[CorpusRecord],
        taxonomy: Taxonomy,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        probes = [record.text for record in few_records[:5]]
        first = full_fine_tuning(tiny_config, few_records, taxonomy, tmp_path, quiet=True).predict(probes)
        assert len(list(tmp_path.glob("full-*/encoder/model.safetensors"))) == 1

        def must_not_train(*_: object, **__: object) -> None:
            raise AssertionError("trained again")

        monkeypatch.setattr(peers, "train_release", must_not_train)
        second = full_fine_tuning(tiny_config, few_records, taxonomy, tmp_path, quiet=True).predict(probes)
        assert (first.probabilities == second.probabilities).all()
