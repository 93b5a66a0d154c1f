"""Sentence embeddings of the untrained base encoder: mean over tokens, unit length (Reimers & Gurevych 2019)."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track
from tokenizers import Tokenizer

from data.text import normalise
from model.base_encoder import PACKAGED, find_encoder

MAX_TOKENS = 256
"""What all-MiniLM-L6-v2 was trained on; longer texts are cut."""


class FrozenEmbedder:
    """Embeds texts with the base encoder as it comes; remembers what it has embedded."""

    def __init__(self, encoder: str = PACKAGED, quiet: bool = False) -> None:
        base = find_encoder(encoder)
        self._encoder: Any = base.load().eval()
        self._tokenizer = Tokenizer.from_str(base.tokenizer_json())
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(max_length=MAX_TOKENS)
        self._known: dict[str, NDArray[np.float64]] = {}
        self._quiet = quiet

    def embed(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Return unit vectors [texts, width].

        Raises:
            InputError: a text cannot be normalised.
        """
        console = Console(stderr=True)
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        for text in track(new, description="Embedding", console=console, disable=self._quiet or not console.is_terminal):
            self._known[text] = self._one(text)
        return np.stack([self._known[text] for text in texts])

    def _one(self, text: str) -> NDArray[np.float64]:
        import torch

        ids = torch.tensor([self._tokenizer.encode(normalise(text).text).ids])
        with torch.inference_mode():
            states = self._encoder(input_ids=ids, attention_mask=torch.ones_like(ids)).last_hidden_state[0]
        vector: NDArray[np.float64] = states.mean(dim=0).double().numpy()
        return vector / np.linalg.norm(vector)
