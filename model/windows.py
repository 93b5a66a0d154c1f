"""Tokenising and cutting into windows: the one owner, used by training, export and serving alike."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer

from data.errors import ReleaseDamaged
from model.artefact import TOKENIZER

MAX_TOKENS = 384
"""Tokens in a window, special tokens included; below the encoder's 512 positions, above all but 2 % of real texts."""
MAX_WINDOWS = 160
"""Windows read of one text: 46,000 tokens, more than 100,000 characters of English hold. Scripts with a token per character
can exceed it; the answer then says that the text was truncated."""
OVERLAP = 96
"""Tokens that neighbouring windows share, so that no sentence is seen only cut in two."""


@dataclass(frozen=True)
class Window:
    """A stretch of text as the encoder reads it.

    Attributes:
        ids: int64 [tokens], special tokens included.
        content: bool [tokens], False for special tokens.
        offsets: int [tokens, 2], half-open character range in the normalised text; (0, 0) for special tokens.
    """

    ids: NDArray[np.int64]
    content: NDArray[np.bool_]
    offsets: NDArray[np.int64]


class Windower:
    """Cuts normalised text into overlapping windows."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        tokenizer.no_padding()
        tokenizer.enable_truncation(max_length=MAX_TOKENS, stride=OVERLAP)
        self._tokenizer = tokenizer

    @classmethod
    def load(cls, path: Path) -> "Windower":
        """Read a `tokenizer.json`.

        Raises:
            ReleaseDamaged: the file is missing or no tokenizer.
        """
        try:
            return cls(Tokenizer.from_file(str(path)))
        except Exception as exc:  # the tokenizers library raises bare Exception
            raise ReleaseDamaged(file=path.name, reason=str(exc)) from exc

    def unused(self, number: int) -> int:
        """Return the id of one of the vocabulary's tokens that stand for no text.

        Raises:
            ReleaseDamaged: there is none of this number.
        """
        found = self._tokenizer.token_to_id(f"[unused{number}]")
        if found is None:
            raise ReleaseDamaged(file=TOKENIZER, reason=f"its vocabulary has no token [unused{number}]")
        return int(found)

    def windows(self, text: str) -> list[Window]:
        """Return at least one window; a text without a single token yields one of special tokens only."""
        first = self._tokenizer.encode(text)
        return [_window(encoding) for encoding in [first, *first.overflowing]]

    def bounded(self, text: str, most: int = MAX_WINDOWS) -> tuple[list[Window], bool]:
        """Return at most `most` windows, and whether any were left out."""
        windows = self.windows(text)
        return windows[:most], len(windows) > most


def _window(encoding: Encoding) -> Window:
    return Window(
        ids=np.asarray(encoding.ids, dtype=np.int64),
        content=np.asarray(encoding.special_tokens_mask) == 0,
        offsets=np.asarray(encoding.offsets, dtype=np.int64).reshape(-1, 2),
    )
