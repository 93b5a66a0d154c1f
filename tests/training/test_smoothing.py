"""Smoothing changes no answer, only how even the activations are."""

import numpy as np
import torch

from model.base_encoder import find_encoder
from model.windows import Window
from training.config import TrainingConfig
from training.network_io import build_network
from training.parity import torch_logits
from training.smoothing import STRENGTH, ScaledLinear, factors_of, largest_inputs, smoothed


def windows(count: int = 6) -> list[Window]:
    generator = np.random.default_rng(0)
    return [
        Window(generator.integers(1000, 20000, 12), np.ones(12, dtype=bool), np.stack([np.arange(12), np.arange(12) + 1], axis=1))
        for _ in range(count)
    ]


def network_with_a_large_channel(config: TrainingConfig) -> object:
    torch.manual_seed(0)
    network = build_network(config.model_copy(update={"adapter": "full"}), find_encoder(config.encoder), 5).eval()
    with torch.no_grad():
        for layer in network.encoder.encoder.layer:
            layer.attention.output.LayerNorm.weight[3] = 40.0
    return network


class TestSmoothed:
    """The function stays, the peaks go."""

    def test_same_answers(self, tiny_config: TrainingConfig) -> None:
        network = network_with_a_large_channel(tiny_config)
        even = smoothed(network, windows())  # type: ignore[arg-type]
        assert any(isinstance(module, ScaledLinear) for module in even.modules())
        np.testing.assert_allclose(torch_logits(even, windows()), torch_logits(network, windows()), atol=1e-4)  # type: ignore[arg-type]

    def test_peaks_are_lower(self, tiny_config: TrainingConfig) -> None:
        network = network_with_a_large_channel(tiny_config)
        before = largest_inputs(network, windows())["encoder.encoder.layer.0.intermediate.dense"]  # type: ignore[arg-type]
        after = largest_inputs(smoothed(network, windows()), windows())  # type: ignore[arg-type]
        inside = after["encoder.encoder.layer.0.intermediate.dense.linear"]
        assert before.max() / before.median() > 10
        assert inside.max() / inside.median() < before.max() / before.median() / 2

    def test_the_network_given_is_left_alone(self, tiny_config: TrainingConfig) -> None:
        network = network_with_a_large_channel(tiny_config)
        expected = torch_logits(network, windows())  # type: ignore[arg-type]
        smoothed(network, windows())  # type: ignore[arg-type]
        np.testing.assert_array_equal(torch_logits(network, windows()), expected)  # type: ignore[arg-type]


def test_factors() -> None:
    factors = factors_of(torch.tensor([1.0, 16.0, 1.0]), [torch.ones(2, 3)])
    torch.testing.assert_close(factors, torch.tensor([1.0, 16.0**STRENGTH, 1.0]))
    assert torch.isfinite(factors_of(torch.zeros(3), [torch.zeros(2, 3)])).all()
