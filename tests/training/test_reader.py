"""The attribute reader: targets, thresholds, and the whole path from sentences to reading."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from data.errors import ConfigurationError, ParityFailed
from data.parameter_facts import load_parameters
from evals.parameters import DEVELOPMENT_SENTENCES, TEST_SENTENCES, TRAINING_SENTENCES, ParameterItem, load_items
from model.artefact import HEAD
from model.attribute_reader import AttributeReader
from model.reader_files import READER, ReaderThresholds
from training import reader as reader_module
from training.average import average_readers
from training.config import TrainingConfig
from training.reader import (
    KeptBack,
    build_reader,
    calibrate_reader,
    choose_thresholds,
    counts,
    equal_weights,
    evidence_of,
    outputs_of,
    split_items,
    targets_of,
    train_reader,
)

OUTPUTS = outputs_of(load_parameters())


class TestTargets:
    """Labels are both sides of an attribute; doubt has no weight."""

    def test_versions_and_doubt(self) -> None:
        item = ParameterItem("a", "text", {"cooled": (True, False), "end_user": ("military",)}, frozenset({"covert"}))
        labels, weights = targets_of(item, OUTPUTS)
        told = {output for output, label in zip(OUTPUTS, labels, strict=True) if label}
        assert told == {("cooled", True), ("cooled", False), ("end_user", "military")}
        assert {output for output, weight in zip(OUTPUTS, weights, strict=True) if not weight} == {("covert", True), ("covert", False)}

    def test_the_test_set_is_not_trained_on(self) -> None:
        test = {item.text for item in load_items(TEST_SENTENCES)}
        assert not test & {item.text for file in (*DEVELOPMENT_SENTENCES, *TRAINING_SENTENCES) for item in load_items(file)}

    def test_split_is_by_text(self) -> None:
        items = load_items(DEVELOPMENT_SENTENCES[0])
        train, kept = split_items(items)
        assert len(train) + len(kept) == len(items)
        assert 0.08 < len(kept) / len(items) < 0.25
        assert split_items(reversed(items))[1] == kept[::-1]


class TestThresholds:
    """The loosest thresholds that keep the precision."""

    def test_counts(self) -> None:
        nothing = np.full((2, 2), -np.inf)
        beside = nothing.copy()
        beside[1, 0] = -1.0
        evidence = KeptBack(
            alone=np.array([[3.0, -9.0], [-np.inf, 1.0]]),
            beside=beside,
            labels=np.array([[True, False], [True, True]]),
            counted=np.array([[True, True], [True, True]]),
        )
        assert counts(evidence, ReaderThresholds(2.0, 0.0)) == (1, 0, 2)
        assert counts(evidence, ReaderThresholds(2.0, -1.0)) == (2, 0, 1)
        assert counts(evidence, ReaderThresholds(-10.0, -1.0)) == (3, 1, 0)

    def test_precision_is_kept(self) -> None:
        generator = np.random.default_rng(0)
        logits = generator.normal(0, 3, (400, 3))
        labels = generator.random((400, 3)) < 1 / (1 + np.exp(-logits))
        evidence = KeptBack(logits, np.full((400, 3), -np.inf), labels, np.ones((400, 3), dtype=bool))
        strict, loose = choose_thresholds(evidence, 0.97), choose_thresholds(evidence, 0.80)
        assert strict.alone > loose.alone
        for thresholds, precision in ((strict, 0.97), (loose, 0.80)):
            right, wrong, _ = counts(evidence, thresholds)
            assert right / (right + wrong) >= precision

    def test_groups_count_the_same(self) -> None:
        weights = equal_weights([1, 0, 3])
        assert weights.tolist() == pytest.approx([2.0, 2 / 3, 2 / 3, 2 / 3])
        nothing = np.full((4, 1), -np.inf)
        beside = np.array([[0.0], [1.0], [0.0], [0.0]])
        # At 0 the phrase is right in the only plain sentence and wrong in two of the three hard ones.
        evidence = KeptBack(nothing, beside, np.array([[True], [True], [False], [False]]), np.ones((4, 1), dtype=bool))
        everything = ReaderThresholds(9.0, 0.0)
        assert counts(evidence, everything) == (2, 2, 0)
        assert counts(evidence, everything, weights) == pytest.approx((2 + 2 / 3, 4 / 3, 0))
        assert choose_thresholds(evidence, 0.6).with_phrase > 0
        assert choose_thresholds(evidence, 0.6, weights).with_phrase <= 0

    def test_phrases_count_in_their_passage(self) -> None:
        item = ParameterItem("a", "Stirling-cooled camera. " + "Plain words follow here. " * 20 + "Nothing more.", {"cooled": (True,)})
        pieces: list[str] = []

        def logits(texts: list[str]) -> np.ndarray:  # type: ignore[type-arg]
            pieces.extend(texts)
            return np.arange(len(texts), dtype=float)[:, None] * np.ones(len(OUTPUTS))

        evidence = evidence_of([item], OUTPUTS, logits)  # type: ignore[arg-type]
        cooled = OUTPUTS.index(("cooled", True))
        assert len(pieces) == 2
        assert (evidence.beside[0, cooled], evidence.alone[0, cooled]) == (0.0, 1.0)


class TestTrain:
    """From sentences to a reader that loads and answers, with a very small encoder."""

    @pytest.fixture(scope="class")
    @classmethod
    def trained(cls, tiny_config: TrainingConfig, tmp_path_factory: pytest.TempPathFactory) -> Path:
        folder = tmp_path_factory.mktemp("reader")
        items = load_items(DEVELOPMENT_SENTENCES[0])[:80]
        manifest = train_reader(tiny_config, [items[:60], items[60:]], load_parameters(), folder, device="cpu", quiet=True)
        assert manifest["sentences"] == 80
        assert manifest["kept_back"]["sentences"] == len(split_items(items)[1])
        assert not (folder / "checkpoints").exists()
        return folder

    def test_build_and_read(self, trained: Path) -> None:
        parity = build_reader(trained, ["Cooled camera for soldiers.", "Tea."])
        assert parity.texts == 2
        reader = AttributeReader.load(trained)
        assert reader.facts.outputs == OUTPUTS
        (told,) = reader.told("Cooled camera for soldiers.")
        assert told.scores.logits.shape == (len(OUTPUTS),)

    def test_going_on_from_a_reader_keeps_its_head(self, trained: Path, tiny_config: TrainingConfig, tmp_path: Path) -> None:
        still = tiny_config.model_copy(update={"learning_rate": 1e-9, "head_learning_rate": 1e-9, "cycles": 1})
        items = load_items(DEVELOPMENT_SENTENCES[0])[:80]
        train_reader(still, [items], load_parameters(), tmp_path / "later", start=trained, device="cpu", quiet=True)
        before, after = (load_file(folder / HEAD) for folder in (trained, tmp_path / "later"))
        assert all(torch.allclose(before[name], after[name], atol=1e-4) for name in before)

    def test_another_reader_lends_its_adapter_only(self, trained: Path, tiny_config: TrainingConfig, tmp_path: Path) -> None:
        other = tmp_path / "other"
        shutil.copytree(trained, other)
        manifest = json.loads((other / READER).read_text(encoding="utf-8"))
        (other / READER).write_text(json.dumps(manifest | {"outputs": manifest["outputs"][1:]}), encoding="utf-8")
        still = tiny_config.model_copy(update={"learning_rate": 1e-9, "head_learning_rate": 1e-9, "cycles": 1})
        items = load_items(DEVELOPMENT_SENTENCES[0])[:80]
        train_reader(still, [items], load_parameters(), tmp_path / "later", start=other, device="cpu", quiet=True)
        before, after = (load_file(folder / HEAD) for folder in (trained, tmp_path / "later"))
        assert not all(torch.allclose(before[name], after[name], atol=1e-4) for name in before)

    def test_thresholds_alone_can_be_chosen_anew(self, trained: Path, tmp_path: Path) -> None:
        folder = tmp_path / "reader"
        shutil.copytree(trained, folder)
        build_reader(folder, ["Cooled camera for soldiers.", "Tea."])
        items = load_items(DEVELOPMENT_SENTENCES[0])
        first = calibrate_reader(folder, [items], load_parameters())
        assert first["kept_back"]["sentences"] == len(split_items(items)[1])
        other = first | {"thresholds": {"alone": 5.5, "with_phrase": 5.5}, "kept_back": {}, "phrases_alone": {}}
        (folder / READER).write_text(json.dumps(other), encoding="utf-8")
        assert AttributeReader.load(folder).facts.thresholds == ReaderThresholds(5.5, 5.5)
        again = calibrate_reader(folder, [items], load_parameters())
        assert again == first == json.loads((folder / READER).read_text(encoding="utf-8"))
        assert again["thresholds"] != other["thresholds"]

    def test_thresholds_of_other_attributes_are_refused(self, trained: Path, tmp_path: Path) -> None:
        folder = tmp_path / "reader"
        shutil.copytree(trained, folder)
        build_reader(folder, ["Cooled camera for soldiers.", "Tea."])
        fewer = {name: each for name, each in load_parameters().items() if name != "cooled"}
        with pytest.raises(ConfigurationError, match="other parameters"):
            calibrate_reader(folder, [load_items(DEVELOPMENT_SENTENCES[0])], fewer)

    def test_the_mean_of_readers_is_a_reader(self, trained: Path, tiny_config: TrainingConfig, tmp_path: Path) -> None:
        once = tiny_config.model_copy(update={"cycles": 1})
        items = load_items(DEVELOPMENT_SENTENCES[0])[:80]
        train_reader(once, [items], load_parameters(), tmp_path / "later", start=trained, device="cpu", quiet=True)
        manifest = average_readers([trained, tmp_path / "later"], tmp_path / "mean")
        first, second, mean = (load_file(folder / HEAD) for folder in (trained, tmp_path / "later", tmp_path / "mean"))
        assert not all(torch.allclose(first[name], second[name]) for name in first)
        assert all(torch.allclose((first[name] + second[name]) / 2, mean[name], atol=1e-6) for name in first)
        assert manifest["outputs"] == [list(output) for output in OUTPUTS]
        build_reader(tmp_path / "mean", ["Cooled camera for soldiers.", "Tea."])
        assert AttributeReader.load(tmp_path / "mean").facts.manifest == manifest

    def test_only_readers_of_the_same_outputs_have_a_mean(self, trained: Path, tmp_path: Path) -> None:
        with pytest.raises(ConfigurationError, match="at least two"):
            average_readers([trained], tmp_path / "mean")
        other = tmp_path / "other"
        shutil.copytree(trained, other)
        manifest = json.loads((other / READER).read_text(encoding="utf-8"))
        (other / READER).write_text(json.dumps(manifest | {"outputs": manifest["outputs"][1:]}), encoding="utf-8")
        with pytest.raises(ConfigurationError, match="other parameters"):
            average_readers([other, trained], tmp_path / "mean")
        assert not (tmp_path / "mean").exists()

    def test_a_build_that_differs_writes_nothing(self, trained: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        for left in (trained / "built").glob("*"):
            left.unlink()
        monkeypatch.setattr(reader_module, "torch_logits", lambda network, windows: np.full((len(windows), len(OUTPUTS)), 9.0))
        with pytest.raises(ParityFailed):
            build_reader(trained, ["Cooled camera."])
        assert not list((trained / "built").glob("*"))
