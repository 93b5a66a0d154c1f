"""The network exported for batches answers as the trained one does, whatever shares a batch."""

from pathlib import Path

import numpy as np
import onnxruntime as ort
import pytest
import torch

from data.errors import ReleaseDamaged
from model.base_encoder import find_encoder
from model.batches import BATCH_FILE, OpenVinoBatches, padded, sorted_batches
from model.session import OUTPUTS
from model.windows import Window
from training.config import TrainingConfig
from training.export import export_batches
from training.network_io import build_network
from training.parity import torch_logits

LENGTHS = (3, 40, 17, 16, 9, 33, 2, 384, 12, 12, 25)


@pytest.fixture(scope="module")
def windows() -> list[Window]:
    generator = np.random.default_rng(0)
    found = []
    for length in LENGTHS:
        content = np.ones(length, dtype=bool)
        content[[0, -1]] = False
        found.append(Window(generator.integers(1000, 20000, length), content, np.zeros((length, 2), dtype=np.int64)))
    return found


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory, tiny_config: TrainingConfig, windows: list[Window]) -> tuple[Path, np.ndarray]:  # type: ignore[type-arg]
    """The file, and the logits [windows, outputs] of torch, one window at a time."""
    torch.manual_seed(1)
    network = build_network(tiny_config.model_copy(update={"adapter": "full"}), find_encoder(tiny_config.encoder), 5).eval()
    path = tmp_path_factory.mktemp("batches") / BATCH_FILE
    export_batches(network, path)
    return path, torch_logits(network, windows)


def test_padding_and_neighbours_change_nothing(exported: tuple[Path, np.ndarray], windows: list[Window]) -> None:  # type: ignore[type-arg]
    path, expected = exported
    session = ort.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    for batch in sorted_batches(windows):
        ids, mask, content = padded([windows[i] for i in batch])
        contributions, bias, _ = session.run(list(OUTPUTS), {"input_ids": ids, "mask": mask, "content": content})
        np.testing.assert_allclose(contributions.sum(-1) + bias, expected[batch], atol=1e-4)


class TestOpenVino:
    """OpenVINO gives the same answers in the order asked for, again and again."""

    def test_order(self, exported: tuple[Path, np.ndarray], windows: list[Window]) -> None:  # type: ignore[type-arg]
        pytest.importorskip("openvino")
        path, expected = exported
        batches = OpenVinoBatches(path, threads=2)
        for _ in range(2):
            found = batches.run(windows)
            assert [output.contributions.shape[1] for output in found] == list(LENGTHS)
            np.testing.assert_allclose(np.stack([output.logits for output in found]), expected, atol=0.05)  # bf16 holds three digits
        assert batches.run([]) == []
        assert len(batches.run(windows[:1])) == 1

    def test_no_network(self, tmp_path: Path) -> None:
        pytest.importorskip("openvino")
        (tmp_path / BATCH_FILE).write_bytes(b"no")
        with pytest.raises(ReleaseDamaged, match=BATCH_FILE):
            OpenVinoBatches(tmp_path / BATCH_FILE)
