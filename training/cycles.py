"""Training in cycles: the learning rate rises and falls several times, and the network is the mean of the weights at the ends.

Stochastic weight averaging over a cyclical schedule (Izmailov et al. 2018, "Averaging Weights Leads to Wider Optima and Better
Generalization"); what it gives here is in docs/LOG.md.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import torch
from datasets import Dataset
from safetensors.torch import load_file, save_file
from torch import Tensor

from model.network import Network
from training.config import TrainingConfig
from training.run import CHECKPOINTS, fit

END = "end.safetensors"
"""The trained weights with which a cycle ended, in full precision."""


def trained_weights(network: Network) -> dict[str, Tensor]:
    """Return a copy of the parameters that training changes, by name."""
    return {name: parameter.detach().clone() for name, parameter in network.named_parameters() if parameter.requires_grad}


def set_mean(network: Network, weights: Sequence[Mapping[str, Tensor]]) -> Network:
    """Replace the trained weights of a network by the mean of several of its shape, and return it."""
    with torch.no_grad():
        for name, parameter in network.named_parameters():
            if parameter.requires_grad:
                parameter.copy_(torch.stack([each[name] for each in weights]).mean(dim=0))
    return network


def is_begun(out: Path) -> bool:
    """Return whether the folder holds something to go on from."""
    return any((out / CHECKPOINTS).rglob("checkpoint-*")) or any((out / CHECKPOINTS).glob(f"*/{END}"))


def fit_in_cycles(
    network: Network,
    rows: Dataset,
    config: TrainingConfig,
    out: Path,
    device: str,
    resume: bool = False,
    quiet: bool = False,
    mask_id: int = 0,
) -> Network:
    """Train `network` in place for `config.cycles` cycles of `config.epochs` epochs each, every one with a seed of its own, and return it.

    Args:
        rows, device, quiet, mask_id: see `training.run.fit`.
        out: what a cycle needs to go on, and what it ended with, lie in `out`/checkpoints/cycle-1 and so on.
        resume: go on from what lies there: ended cycles are read, the one that was interrupted goes on from its last checkpoint.
    """
    ends = []
    for number in range(config.cycles):
        folder = out / CHECKPOINTS / f"cycle-{number + 1}"
        end = folder / END
        if resume and end.exists():
            ends.append(load_file(end))
            set_mean(network, ends[-1:])
        else:
            its_own = config.model_copy(update={"seed": config.seed + number})
            fit(network, rows, its_own, folder, device, resume and any(folder.rglob("checkpoint-*")), quiet, mask_id)
            ends.append(trained_weights(network))
            save_file(ends[-1], end)
    return set_mean(network, ends)
