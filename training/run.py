"""Fine-tune: `catchall train --config CONFIG.toml --out FOLDER`.

Reads the corpus, trains encoder adapter and head with binary cross-entropy over the 29 categories (and whether the text
is too vague to tell), calibrates on the calibration split and writes a release folder. Checkpoints lie in
FOLDER/checkpoints; `--resume` goes on from the last one.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import torch
from datasets import Dataset
from torch import nn
from torch.optim import AdamW, Optimizer
from transformers import Trainer, TrainingArguments, set_seed

from data.errors import ConfigurationError
from data.records import CorpusRecord
from data.taxonomy import Taxonomy
from model.network import Network
from training.config import TrainingConfig
from training.examples import Collator

CHECKPOINTS = "checkpoints"


def choose_device(name: str) -> str:
    """Return "cpu" or "cuda" for `auto`, `cpu` or `cuda`.

    Raises:
        ConfigurationError: a GPU is asked for and there is none.
    """
    if name == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    if name == "cuda" and not torch.cuda.is_available():
        raise ConfigurationError(source="--device", reason="cuda was asked for, but torch sees no GPU")
    if name not in ("cpu", "cuda"):
        raise ConfigurationError(source="--device", reason=f"'{name}' is none of auto, cpu, cuda")
    return name


def has_bf16(device: str) -> bool:
    """Return whether the device computes in bf16 itself.

    A processor that does not emulates it, many times slower than float32 (docs/LOG.md).
    """
    if device != "cpu":
        return torch.cuda.is_bf16_supported(including_emulation=False)
    found = torch.cpu.get_capabilities()
    return bool(found.get("avx512_bf16") or found.get("amx_bf16"))


def parameter_groups(network: nn.Module, config: TrainingConfig) -> list[dict[str, Any]]:
    """Split the trainable parameters by learning rate (encoder, head) and decay (no decay on vectors)."""
    groups: dict[tuple[bool, bool], list[nn.Parameter]] = {}
    for name, parameter in network.named_parameters():
        if parameter.requires_grad:
            groups.setdefault((name.startswith("head."), parameter.ndim > 1), []).append(parameter)
    return [
        {
            "params": parameters,
            "lr": config.head_learning_rate if is_head else config.learning_rate,
            "weight_decay": config.weight_decay if decays else 0.0,
        }
        for (is_head, decays), parameters in groups.items()
    ]


class NetworkTrainer(Trainer):
    """The transformers Trainer with our two learning rates."""

    def __init__(self, *args: Any, config: TrainingConfig, **kwargs: Any) -> None:
        self._config = config
        super().__init__(*args, **kwargs)

    def create_optimizer(self, *_: Any) -> Optimizer:
        """Build AdamW over `parameter_groups`; the schedule is the Trainer's."""
        if self.optimizer is None:
            self.optimizer = AdamW(parameter_groups(cast("nn.Module", self.model), self._config))
        return self.optimizer


def smooth(rows: Dataset, amount: float) -> Dataset:
    """Pull every label from 0 and 1 by half of `amount` (Szegedy et al. 2016, section 7)."""
    if amount == 0:
        return rows
    return rows.map(lambda row: {"labels": [label * (1 - amount) + amount / 2 for label in row["labels"]]})


def fit(
    network: Network,
    rows: Dataset,
    config: TrainingConfig,
    out: Path,
    device: str,
    resume: bool = False,
    quiet: bool = False,
    mask_id: int = 0,
) -> Network:
    """Train `network` in place on `rows` (see `training.examples.build_dataset`) and return it.

    Args:
        out: checkpoints go to `out`/checkpoints.
        resume: go on from the last checkpoint there.
        mask_id: what a token hidden by `config.token_dropout` becomes.
    """
    set_seed(config.seed)
    steps = max(1, round(config.epochs * len(rows) / config.batch_size))
    arguments = TrainingArguments(
        output_dir=str(out / CHECKPOINTS),
        num_train_epochs=config.epochs,
        per_device_train_batch_size=config.batch_size,
        learning_rate=config.learning_rate,
        warmup_steps=round(config.warmup_share * steps),
        max_grad_norm=config.gradient_norm,
        lr_scheduler_type="linear",
        train_sampling_strategy="group_by_length",
        length_column_name="length",
        remove_unused_columns=False,
        label_names=["labels", "weights"],
        bf16=has_bf16(device),
        use_cpu=device == "cpu",
        dataloader_pin_memory=device != "cpu",
        save_strategy="epoch",
        save_total_limit=1,
        logging_steps=25,
        disable_tqdm=quiet,
        report_to=[],
        seed=config.seed,
        data_seed=config.seed,
    )
    trainer = NetworkTrainer(
        model=network,
        args=arguments,
        train_dataset=smooth(rows, config.label_smoothing),
        data_collator=Collator(mask_id=mask_id, token_dropout=config.token_dropout),
        config=config,
    )
    trainer.train(resume_from_checkpoint=resume or None)
    return network.cpu().eval()


def describe(records: Sequence[CorpusRecord], taxonomy: Taxonomy) -> dict[str, int]:
    """Count the records per category, `none` and `insufficient`."""
    counts = {name: sum(name in record.labels for record in records) for name in taxonomy.ids}
    counts["none"] = sum(not record.labels for record in records)
    counts["insufficient"] = sum(record.insufficient for record in records)
    return counts
