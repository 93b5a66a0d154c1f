"""The quantity reader: targets, thresholds, and the whole path from sentences to reading."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer

from data.errors import ConfigurationError
from data.parameter_facts import load_parameters
from evals.parameters import DEVELOPMENT_SENTENCES, QUANTITY_SENTENCES, TEST_SENTENCES, ParameterItem, load_items
from model.base_encoder import PACKAGED, find_encoder
from model.quantity_reader import QuantityReader, Weighed
from model.reader_files import ReaderThresholds
from model.windows import Windower
from training.config import TrainingConfig
from training.network_io import load_network
from training.quantity_reader import (
    calibrate_quantity_reader,
    choose_quantity_thresholds,
    examples_of,
    logits_of_examples,
    measure_weighed,
    quantities_of,
    train_quantity_reader,
    weighed_of,
)
from training.reader import build_reader, split_items

OUTPUTS = quantities_of(load_parameters())
NAMES = [name for name, _ in OUTPUTS]


@pytest.fixture(scope="module")
def windower() -> Windower:
    return Windower(Tokenizer.from_str(find_encoder(PACKAGED).tokenizer_json()))


class TestSentences:
    """What it is trained on."""

    def test_labels_are_quantities(self) -> None:
        items = [item for file in QUANTITY_SENTENCES for item in load_items(file)]
        assert {name for item in items for name in {*item.expects, *item.may}} == set(NAMES)
        assert len({item.id for item in items}) == len(items) == len({item.text for item in items})

    def test_the_test_set_is_not_trained_on(self) -> None:
        test = {item.text for item in load_items(TEST_SENTENCES)}
        assert not test & {item.text for file in QUANTITY_SENTENCES for item in load_items(file)}


class TestExamples:
    """One example per measure: its tokens, and what it tells."""

    def test_labels_and_weights(self, windower: Windower) -> None:
        item = ParameterItem("a", "Seen at 3 km, 2 kg, 50 Hz.", {"detection_range": ((3, 3),)}, frozenset({"payload"}))
        seen, mass, rate = examples_of([item], windower, OUTPUTS)
        assert [name for name, label in zip(NAMES, seen.row["labels"], strict=True) if label] == ["detection_range"]
        assert {name for name, weight in zip(NAMES, seen.row["weights"], strict=True) if weight} >= {"detection_range", "altitude"}
        assert not any(mass.row["labels"]) and not any(mass.row["weights"])
        assert not any(rate.row["labels"]) and any(rate.row["weights"])
        assert sum(seen.row["content"]) == 2 + 2  # "3", "km" and the markers around them
        assert seen.row["length"] == len(seen.row["input_ids"])

    def test_the_same_value_twice_is_asked_where_the_rules_see_it(self, windower: Windower) -> None:
        text = "Imager. Frame rate: 60 Hz. Mains: 60 Hz."
        first, second = examples_of([ParameterItem("a", text, {"frame_rate": ((60, 60),)})], windower, OUTPUTS)
        index = NAMES.index("frame_rate")
        assert (first.candidate.named, first.row["weights"][index]) == ("frame_rate", 1.0)
        assert (second.row["labels"][index], second.row["weights"][index]) == (1.0, 0.0)


ITEMS = [
    ParameterItem("a", "Seen at 3 km.", {"detection_range": ((3, 3),)}),
    ParameterItem("b", "Seen at 4 km.", {"detection_range": ((4, 4),)}),
    ParameterItem("c", "It lies 5 km off.", {}),
]


class TestThresholds:
    """The loosest thresholds that keep the precision."""

    def weighed(self, windower: Windower, logits: list[float]) -> list[list[Weighed]]:
        values = np.zeros((len(ITEMS), len(OUTPUTS)))
        values[:, NAMES.index("detection_range")] = logits
        found = weighed_of(examples_of(ITEMS, windower, OUTPUTS), values, OUTPUTS, len(ITEMS))
        return [[Weighed(each.candidate, {"detection_range": each.logits["detection_range"]}) for each in some] for some in found]

    def test_precision_is_kept(self, windower: Windower) -> None:
        weighed = self.weighed(windower, [5.0, 1.0, 3.0])
        strict = choose_quantity_thresholds([ITEMS], weighed, 0.97)
        loose = choose_quantity_thresholds([ITEMS], weighed, 0.6)
        counts = {name: measure_weighed(ITEMS, weighed, each).kinds["quantity"] for name, each in (("s", strict), ("l", loose))}
        assert (counts["s"].false_positives, counts["l"].false_positives) == (0, 1)
        assert counts["l"].true_positives == 2

    def test_every_group_counts_the_same(self, windower: Windower) -> None:
        weighed = self.weighed(windower, [5.0, 1.0, 3.0])
        together = choose_quantity_thresholds([ITEMS], weighed, 0.65)
        apart = choose_quantity_thresholds([ITEMS[:2], ITEMS[2:]], weighed, 0.65)  # the one wrong value weighs as much as both right ones
        assert measure_weighed(ITEMS, weighed, together).kinds["quantity"].false_positives == 1
        assert measure_weighed(ITEMS, weighed, apart).kinds["quantity"].false_positives == 0

    def test_nothing_read_is_nothing_right(self, windower: Windower) -> None:
        score = measure_weighed(ITEMS, self.weighed(windower, [5.0, 1.0, 3.0]), ReaderThresholds(9.0, 9.0)).kinds["quantity"]
        assert (score.true_positives, score.false_positives, score.false_negatives) == (0, 0, 2)


class TestTrain:
    """From sentences to a reader that loads and answers, with a very small encoder."""

    @pytest.fixture(scope="class")
    @classmethod
    def trained(cls, tiny_config: TrainingConfig, tmp_path_factory: pytest.TempPathFactory) -> Path:
        folder = tmp_path_factory.mktemp("quantities")
        items, plain = load_items(QUANTITY_SENTENCES[0])[:60], load_items(DEVELOPMENT_SENTENCES[0])[:10]
        config = tiny_config.model_copy(update={"head": "mean"})
        manifest = train_quantity_reader(config, [items], plain, load_parameters(), folder, device="cpu", quiet=True)
        assert manifest["sentences"] == 70
        assert manifest["kept_back"]["sentences"] == manifest["rules_alone"]["sentences"] == len(split_items(items)[1])
        assert not (folder / "checkpoints").exists()
        return folder

    def test_serving_says_what_training_says(self, trained: Path, tiny_config: TrainingConfig, windower: Windower) -> None:
        build_reader(trained, ["Seen at 3 km.", "Tea."])
        item = ParameterItem("a", "A walker is seen at 3 km by the camera of 50 Hz, says the maker.", {})
        examples = examples_of([item], windower, OUTPUTS)
        network = load_network(tiny_config.model_copy(update={"head": "mean"}), find_encoder(tiny_config.encoder), len(OUTPUTS), trained)
        expected = logits_of_examples(network, examples)
        for each, row in zip(QuantityReader.load(trained).weigh(item.text), expected, strict=True):
            for name, logit in each.logits.items():
                assert logit == pytest.approx(row[NAMES.index(name)], abs=0.1)

    def test_thresholds_are_chosen_anew(self, trained: Path, tmp_path: Path) -> None:
        shutil.copytree(trained, tmp_path / "reader")
        build_reader(tmp_path / "reader", ["Seen at 3 km.", "Tea."])
        items = load_items(QUANTITY_SENTENCES[0])[:60]
        manifest = calibrate_quantity_reader(tmp_path / "reader", [items], load_parameters())
        assert manifest["kept_back"]["sentences"] == len(split_items(items)[1])
        assert QuantityReader.load(tmp_path / "reader").facts.thresholds == ReaderThresholds(**manifest["thresholds"])

    def test_a_reader_of_something_else_is_refused(self, trained: Path) -> None:
        build_reader(trained, ["Seen at 3 km.", "Tea."])
        fewer = {name: each for name, each in load_parameters().items() if name != "payload"}
        with pytest.raises(ConfigurationError, match="other parameters"):
            calibrate_quantity_reader(trained, [load_items(QUANTITY_SENTENCES[0])[:20]], fewer)
