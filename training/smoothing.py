"""Evening out activations before they are quantised (Xiao et al. 2023, 'SmoothQuant').

A dynamic int8 product scales all activations of a text by their largest; a few channels of the encoder are so large that the others
lose their last bits. Each channel is therefore divided by a factor, and the weights that it meets are multiplied by it: the network
computes the same function, and rounds less of it away.
"""

import copy
from collections.abc import Iterable, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from model.network import Network
from model.windows import Window
from training.parity import torch_logits

STRENGTH = 0.75
"""How much of a channel's size moves into the weights, 0 to 1; chosen by the drift of logits on the calibration split (docs/LOG.md)."""
_LIMITS = (0.05, 20.0)
_SMALLEST = 1e-5


class ScaledLinear(nn.Module):
    """A linear layer whose input is divided by a factor per channel first."""

    inverse: Tensor

    def __init__(self, linear: nn.Linear, factors: Tensor) -> None:
        super().__init__()
        self.linear = linear
        self.register_buffer("inverse", 1 / factors)

    def forward(self, x: Tensor) -> Tensor:
        """Return the layer's output [..., outputs] for `x` [..., inputs]."""
        result: Tensor = self.linear(x * self.inverse)
        return result


def largest_inputs(network: Network, windows: Sequence[Window]) -> dict[str, Tensor]:
    """Return, per linear layer by name, the largest absolute value of each of its input channels over `windows`."""
    found: dict[str, Tensor] = {}

    def watch(name: str) -> Any:
        def hook(_: nn.Module, inputs: tuple[Tensor, ...]) -> None:
            largest = inputs[0].detach().abs().flatten(0, -2).amax(dim=0)
            found[name] = torch.maximum(found[name], largest) if name in found else largest

        return hook

    hooks = [module.register_forward_pre_hook(watch(name)) for name, module in network.named_modules() if isinstance(module, nn.Linear)]
    try:
        torch_logits(network, windows)
    finally:
        for hook in hooks:
            hook.remove()
    return found


def factors_of(largest: Tensor, weights: Iterable[Tensor]) -> Tensor:
    """Return the factors [inputs] for channels of that size which meet `weights`, each [outputs, inputs]; their median is 1."""
    met = torch.stack([weight.abs().amax(dim=0) for weight in weights]).amax(dim=0)
    factors = largest.clamp(min=_SMALLEST) ** STRENGTH / met.clamp(min=_SMALLEST) ** (1 - STRENGTH)
    return (factors / factors.median()).clamp(*_LIMITS)


def smoothed(network: Network, windows: Sequence[Window]) -> Network:
    """Return a network that computes the same with evener activations; one whose encoder is no BERT comes back as it is.

    Args:
        windows: texts on which the activations are measured.
    """
    layers = getattr(getattr(network.encoder, "encoder", None), "layer", None)
    if layers is None:
        return network
    largest = largest_inputs(network, windows)
    result = copy.deepcopy(network)
    encoder: Any = result.encoder
    with torch.no_grad():
        for i, layer in enumerate(encoder.encoder.layer):
            place = f"encoder.encoder.layer.{i}"
            attention = layer.attention.self
            sides = (attention.query, attention.key, attention.value)
            shared = factors_of(largest[f"{place}.attention.self.query"], [side.weight for side in sides])
            attention.query, attention.key, attention.value = (_scaled(side, shared) for side in sides)
            for owner, name in ((layer.intermediate, "intermediate.dense"), (layer.output, "output.dense")):
                owner.dense = _scaled(owner.dense, factors_of(largest[f"{place}.{name}"], [owner.dense.weight]))
            # What attention mixes are values, so their scale needs no step of its own: the values come out smaller.
            mixed = layer.attention.output.dense
            factors = factors_of(largest[f"{place}.attention.output.dense"], [mixed.weight])
            attention.value.linear.weight /= factors[:, None]
            attention.value.linear.bias /= factors
            mixed.weight *= factors
    return result


def _scaled(linear: nn.Linear, factors: Tensor) -> ScaledLinear:
    linear.weight *= factors
    return ScaledLinear(linear, factors)
