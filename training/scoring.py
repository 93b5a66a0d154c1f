"""Logits of the torch network, window for window as serving combines them."""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from rich.progress import track

from data.text import normalise
from model.network import Network
from model.windows import Windower
from training.examples import Collator, window_row


def logits_of(network: Network, windower: Windower, texts: Sequence[str], device: str = "cpu", quiet: bool = True) -> NDArray[np.float64]:
    """Return logits [texts, outputs]: per output the highest over a text's windows.

    Raises:
        InputError: a text cannot be normalised.
    """
    collator = Collator()
    network = network.to(device).eval()
    rows: list[NDArray[np.float64]] = []
    for text in track(texts, description="Scoring", disable=quiet):
        batch = collator([window_row(window) for window in windower.windows(normalise(text).text)])
        with torch.inference_mode():
            logits = network(**{name: tensor.to(device) for name, tensor in batch.items()})["logits"]
        rows.append(logits.max(dim=0).values.double().cpu().numpy())
    return np.stack(rows)
