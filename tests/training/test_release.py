"""The whole path runs with any encoder: corpus, training, release folder, build, predictor."""

import dataclasses
import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from data.errors import ConfigurationError, ParityFailed, ReleaseDamaged, ReleaseMissing
from data.records import CorpusRecord
from data.splits import split_corpus
from data.taxonomy import Taxonomy
from model.artefact import ADAPTER, BUILT, HEAD, MANIFEST, MODEL_CARD, BuiltRelease, Release
from model.batches import BATCH_FILE
from model.predictor import Predictor
from model.session import Backend
from training.average import average_releases
from training.build import build_release, choose_backend
from training.config import TrainingConfig
from training.parity import Parity
from training.release import train_release


@pytest.fixture(scope="module")
def released(
    tmp_path_factory: pytest.TempPathFactory, tiny_config: TrainingConfig, few_records: list[CorpusRecord], taxonomy: Taxonomy
) -> Path:
    """A release of the tiny encoder, trained for two epochs."""
    folder = tmp_path_factory.mktemp("runs") / "release"
    train_release(tiny_config, few_records, taxonomy, folder, device="cpu", quiet=True)
    return folder


@pytest.fixture(scope="module")
def next_release(
    released: Path, tiny_config: TrainingConfig, few_records: list[CorpusRecord], taxonomy: Taxonomy
) -> tuple[Path, TrainingConfig]:
    """A release that was trained on from `released`, and its configuration."""
    config = tiny_config.model_copy(update={"epochs": 0.2, "learning_rate": 1e-3})
    folder = released.parent / "later"
    train_release(config, few_records, taxonomy, folder, device="cpu", quiet=True, start=released)
    return folder, config


class TestTrainRelease:
    """A release folder says where it came from and serves after a build."""

    def test_folder(self, released: Path, taxonomy: Taxonomy, tiny_config: TrainingConfig) -> None:
        manifest = Release.load(released, taxonomy).manifest
        assert set(manifest["files"]) == {HEAD, f"{ADAPTER}/adapter_model.safetensors", "calibration.json", "decision.json"}
        assert manifest["config"] == tiny_config.as_json()
        described = json.loads((released / ADAPTER / "adapter_config.json").read_text(encoding="utf-8"))
        assert described["base_model_name_or_path"] == tiny_config.encoder  # as configured, not where this machine keeps it
        assert manifest["config_hash"] == tiny_config.hash
        assert (released / MODEL_CARD).read_text(encoding="utf-8").startswith(f"# Model card: {manifest['name']}")
        assert not (released / "checkpoints").exists()

    def test_build_and_serve(self, released: Path, taxonomy: Taxonomy, few_records: list[CorpusRecord]) -> None:
        build = build_release(released, taxonomy, few_records)
        floats = next(parity for parity in build.parities if parity.backend == "onnxruntime-float32")
        assert floats.logit_max < 1e-3
        predictor = Predictor.load(released)
        assert predictor.classify("Handheld unit").release == predictor.release
        assert predictor.backend == build.backend
        train = [record for record in split_corpus(few_records).train if not record.insufficient]
        assert len(predictor.precedents) == build.precedents == len(train)
        assert (released / BUILT / BATCH_FILE).exists() == build.uses_batches
        assert build.on_each_core > 0
        for way in ({"many": True}, {"batches": True}):
            (answer,) = Predictor.load(released, **way).classify_many(["Handheld unit"])
            assert getattr(answer, "release", "") == predictor.release

    def test_damaged_batches_stop_only_those_who_use_them(
        self, released: Path, taxonomy: Taxonomy, few_records: list[CorpusRecord], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        pytest.importorskip("openvino")
        monkeypatch.setattr("training.build.PAYS", 0.0)
        assert build_release(released, taxonomy, few_records).uses_batches
        assert BuiltRelease.load(released, taxonomy).check_batches()
        (released / BUILT / BATCH_FILE).write_bytes(b"no")
        assert Predictor.load(released).classify("Handheld unit").release
        with pytest.raises(ReleaseDamaged, match=BATCH_FILE):
            Predictor.load(released, batches=True)

    def test_a_build_that_differs_writes_nothing(
        self, released: Path, taxonomy: Taxonomy, few_records: list[CorpusRecord], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        import shutil

        shutil.rmtree(released / BUILT, ignore_errors=True)
        monkeypatch.setattr("training.parity.MEAN_BOUND", -1.0)
        with pytest.raises(ParityFailed, match="Nothing was written"):
            build_release(released, taxonomy, few_records)
        assert not (released / BUILT).exists()
        assert not list(released.glob(".building-*"))

    def test_full_fine_tuning(
        self, tmp_path: Path, tiny_config: TrainingConfig, few_records: list[CorpusRecord], taxonomy: Taxonomy
    ) -> None:
        config = tiny_config.model_copy(update={"adapter": "full", "head": "mean", "epochs": 1.0, "label_smoothing": 0.1})
        train_release(config, few_records, taxonomy, tmp_path / "full", device="cpu", quiet=True)
        build = build_release(tmp_path / "full", taxonomy, few_records, ("onnxruntime-float32", "onnxruntime-int8"))
        assert {parity.backend for parity in build.parities} == {"onnxruntime-float32", "onnxruntime-int8"}

    def test_training_repeats_with_its_seed(
        self, tmp_path: Path, released: Path, tiny_config: TrainingConfig, few_records: list[CorpusRecord], taxonomy: Taxonomy
    ) -> None:
        again = train_release(tiny_config, few_records, taxonomy, tmp_path / "again", device="cpu", quiet=True)
        first = json.loads((released / MANIFEST).read_text(encoding="utf-8"))
        assert again["files"] == first["files"]


class TestResume:
    """An interrupted run goes on; an unfinished one is never overwritten by accident."""

    def test_nothing_to_resume(
        self, tmp_path: Path, tiny_config: TrainingConfig, few_records: list[CorpusRecord], taxonomy: Taxonomy
    ) -> None:
        with pytest.raises(ConfigurationError, match="no checkpoint"):
            train_release(tiny_config, few_records, taxonomy, tmp_path, device="cpu", resume=True, quiet=True)

    def test_an_unfinished_run_is_in_the_way(
        self, tmp_path: Path, tiny_config: TrainingConfig, few_records: list[CorpusRecord], taxonomy: Taxonomy
    ) -> None:
        (tmp_path / "checkpoints" / "checkpoint-1").mkdir(parents=True)
        with pytest.raises(ConfigurationError, match="--resume"):
            train_release(tiny_config, few_records, taxonomy, tmp_path, device="cpu", quiet=True)

    def test_resumes_after_a_crash(
        self,
        tmp_path: Path,
        tiny_config: TrainingConfig,
        few_records: list[CorpusRecord],
        taxonomy: Taxonomy,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        with monkeypatch.context() as patch:
            patch.setattr("training.release.write_release", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
            with pytest.raises(KeyboardInterrupt):
                train_release(tiny_config, few_records, taxonomy, tmp_path, device="cpu", quiet=True)
        manifest = train_release(tiny_config, few_records, taxonomy, tmp_path, device="cpu", resume=True, quiet=True)
        assert manifest["corpus_records"] == len(few_records)


class TestStart:
    """Training may go on from a release of the same shape, and says so."""

    def test_goes_on_from_its_weights(
        self, tmp_path: Path, released: Path, tiny_config: TrainingConfig, few_records: list[CorpusRecord], taxonomy: Taxonomy
    ) -> None:
        still = tiny_config.model_copy(update={"epochs": 0.1, "learning_rate": 1e-9, "head_learning_rate": 1e-9})
        manifest = train_release(still, few_records, taxonomy, tmp_path / "next", device="cpu", quiet=True, start=released)
        before = Release.load(released, taxonomy)
        assert manifest["started_from"] == before.name
        assert f"going on from `{before.name}`" in (tmp_path / "next" / MODEL_CARD).read_text(encoding="utf-8")
        for name in (HEAD, f"{ADAPTER}/adapter_model.safetensors"):
            first, second = (load_file(folder / name) for folder in (released, tmp_path / "next"))
            assert all(torch.allclose(first[key].float(), second[key].float(), atol=1e-6) for key in first)

    def test_another_shape(
        self, tmp_path: Path, released: Path, tiny_config: TrainingConfig, few_records: list[CorpusRecord], taxonomy: Taxonomy
    ) -> None:
        wider = tiny_config.model_copy(update={"lora_rank": 8})
        with pytest.raises(ConfigurationError, match="differs from the configuration in lora_rank"):
            train_release(wider, few_records, taxonomy, tmp_path / "next", device="cpu", quiet=True, start=released)
        assert not (tmp_path / "next").exists()

    def test_no_release(self, tmp_path: Path, tiny_config: TrainingConfig, few_records: list[CorpusRecord], taxonomy: Taxonomy) -> None:
        with pytest.raises(ReleaseMissing):
            train_release(tiny_config, few_records, taxonomy, tmp_path / "next", device="cpu", quiet=True, start=tmp_path)


class TestAverage:
    """The mean of releases of one line is a release that says what it is the mean of."""

    def test_mean(
        self, tmp_path: Path, released: Path, next_release: tuple[Path, TrainingConfig], few_records: list[CorpusRecord], taxonomy: Taxonomy
    ) -> None:
        later, config = next_release
        manifest = average_releases([released, later], few_records, taxonomy, tmp_path / "mean", quiet=True)
        names = [Release.load(folder, taxonomy).name for folder in (released, later)]
        assert manifest["average_of"] == names
        assert manifest["config"] == config.as_json()
        assert f"the mean of `{names[0]}`, `{names[1]}`" in (tmp_path / "mean" / MODEL_CARD).read_text(encoding="utf-8")
        for name in (HEAD, f"{ADAPTER}/adapter_model.safetensors"):
            first, second, mean = (load_file(folder / name) for folder in (released, later, tmp_path / "mean"))
            assert not all(torch.equal(first[key], second[key]) for key in first)
            assert all(torch.allclose((first[key].float() + second[key].float()) / 2, mean[key].float(), atol=2e-3) for key in first)
        assert Release.load(tmp_path / "mean", taxonomy).manifest["metrics"]["test"]["micro_f1"]["n"] > 0

    def test_one_is_no_mean(self, tmp_path: Path, released: Path, few_records: list[CorpusRecord], taxonomy: Taxonomy) -> None:
        with pytest.raises(ConfigurationError, match="at least two"):
            average_releases([released], few_records, taxonomy, tmp_path / "mean")

    def test_other_shapes(
        self, tmp_path: Path, released: Path, tiny_config: TrainingConfig, few_records: list[CorpusRecord], taxonomy: Taxonomy
    ) -> None:
        wider = tiny_config.model_copy(update={"lora_rank": 8, "epochs": 0.1})
        train_release(wider, few_records, taxonomy, tmp_path / "wider", device="cpu", quiet=True)
        with pytest.raises(ConfigurationError, match="lora_rank"):
            average_releases([released, tmp_path / "wider"], few_records, taxonomy, tmp_path / "mean")
        assert not (tmp_path / "mean").exists()


def parity_of(backend: Backend, speed: float = 1.0, **changes: float) -> Parity:
    return dataclasses.replace(Parity(backend, 1, 0.0, 0.0, 0.0, speed), **changes)  # type: ignore[arg-type]


class TestParity:
    """Every bound is enforced, also against not-a-number."""

    @pytest.mark.parametrize("field", ["logit_max", "mean", "max"])
    @pytest.mark.parametrize("value", [9.0, float("nan")])
    def test_bounds(self, field: str, value: float) -> None:
        assert parity_of("onnxruntime-float32").fault() is None
        fault = parity_of("onnxruntime-float32", **{field: value}).fault()
        assert isinstance(fault, ParityFailed)
        assert "onnxruntime-float32" in str(fault)

    def test_a_fast_backend_may_differ_in_logits(self) -> None:
        assert parity_of("openvino-bf16", logit_max=2.0).fault() is None


class TestChoice:
    """The fastest backend that passes serves; without a sound float32 export nothing does."""

    def test_fastest(self) -> None:
        floats, int8 = parity_of("onnxruntime-float32", 50.0), parity_of("onnxruntime-int8", 110.0)
        assert choose_backend([floats, int8, parity_of("openvino-bf16", 160.0)]) == "openvino-bf16"
        assert choose_backend([floats, int8, parity_of("openvino-bf16", 160.0, max=0.9)]) == "onnxruntime-int8"
        assert choose_backend([floats, parity_of("onnxruntime-int8", 110.0, mean=0.9)]) == "onnxruntime-float32"

    def test_unsound_export(self) -> None:
        with pytest.raises(ParityFailed):
            choose_backend([parity_of("onnxruntime-float32", logit_max=1.0), parity_of("onnxruntime-int8", 110.0)])
