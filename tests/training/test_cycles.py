"""Training in cycles: what is averaged, and that an interrupted run goes on where it was."""

from pathlib import Path

import pytest
import torch
from datasets import Dataset
from safetensors.torch import load_file
from tokenizers import Tokenizer

from data.records import CorpusRecord
from data.taxonomy import Taxonomy
from model.base_encoder import find_encoder
from model.network import Network
from model.windows import Windower
from training import cycles
from training.config import TrainingConfig
from training.cycles import END, fit_in_cycles, is_begun, trained_weights
from training.examples import build_dataset
from training.network_io import build_network


@pytest.fixture
def config(tiny_config: TrainingConfig) -> TrainingConfig:
    return tiny_config.model_copy(update={"epochs": 1.0, "cycles": 2})


@pytest.fixture(scope="module")
def rows(tiny_config: TrainingConfig, few_records: list[CorpusRecord], taxonomy: Taxonomy) -> Dataset:
    windower = Windower(Tokenizer.from_str(find_encoder(tiny_config.encoder).tokenizer_json()))
    return build_dataset(few_records[:48], windower, taxonomy)


def fresh(config: TrainingConfig, taxonomy: Taxonomy) -> Network:
    torch.manual_seed(1)
    return build_network(config, find_encoder(config.encoder), len(taxonomy.ids) + 1)


class TestCycles:
    """The network is the mean of the ends of its cycles."""

    def test_mean_of_the_ends(self, tmp_path: Path, config: TrainingConfig, rows: Dataset, taxonomy: Taxonomy) -> None:
        before = trained_weights(network := fresh(config, taxonomy))
        assert not is_begun(tmp_path)
        fit_in_cycles(network, rows, config, tmp_path, "cpu", quiet=True)
        assert is_begun(tmp_path)
        first, second = (load_file(tmp_path / "checkpoints" / f"cycle-{n}" / END) for n in (1, 2))
        moved = 0
        for name, weight in trained_weights(network).items():
            torch.testing.assert_close(weight, (first[name] + second[name]) / 2)
            moved += int(not torch.equal(first[name], second[name]) and not torch.equal(first[name], before[name]))
        assert moved > len(before) / 2

    def test_one_cycle_is_plain_training(self, tmp_path: Path, config: TrainingConfig, rows: Dataset, taxonomy: Taxonomy) -> None:
        one = config.model_copy(update={"cycles": 1})
        ours, plain = fresh(config, taxonomy), fresh(config, taxonomy)
        fit_in_cycles(ours, rows, one, tmp_path / "a", "cpu", quiet=True)
        cycles.fit(plain, rows, one, tmp_path / "b", "cpu", quiet=True)
        for name, weight in trained_weights(plain).items():
            assert torch.equal(weight, trained_weights(ours)[name])

    def test_ended_cycles_are_not_trained_again(
        self, tmp_path: Path, config: TrainingConfig, rows: Dataset, taxonomy: Taxonomy, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        whole = fit_in_cycles(fresh(config, taxonomy), rows, config, tmp_path / "whole", "cpu", quiet=True)
        real, seeds = cycles.fit, []

        def stops_in_the_second(network: Network, rows: Dataset, config: TrainingConfig, *rest: object) -> Network:
            seeds.append(config.seed)
            if len(seeds) == 2:
                raise KeyboardInterrupt
            return real(network, rows, config, *rest)  # type: ignore[arg-type]

        monkeypatch.setattr(cycles, "fit", stops_in_the_second)
        with pytest.raises(KeyboardInterrupt):
            fit_in_cycles(fresh(config, taxonomy), rows, config, tmp_path / "cut", "cpu", quiet=True)
        resumed = fit_in_cycles(fresh(config, taxonomy), rows, config, tmp_path / "cut", "cpu", resume=True, quiet=True)
        assert seeds == [config.seed, config.seed + 1, config.seed + 1]
        for name, weight in trained_weights(whole).items():
            torch.testing.assert_close(weight, trained_weights(resumed)[name])
