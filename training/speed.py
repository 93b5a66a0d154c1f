"""How fast training is on this machine: a few steps of the real thing, and what an epoch would take."""

import random
import time
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass

import torch
from tokenizers import Tokenizer
from torch.optim import AdamW

from data.records import CorpusRecord
from data.splits import split_corpus
from data.taxonomy import Taxonomy
from model.base_encoder import find_encoder
from model.windows import Windower
from training.augment import joined_records
from training.config import TrainingConfig
from training.examples import Collator, build_dataset
from training.network_io import build_network
from training.run import choose_device, has_bf16, parameter_groups

STEPS = 24
WARM_UP = 4


@dataclass(frozen=True)
class TrainingSpeed:
    """What was measured.

    Attributes:
        device: "cpu" or "cuda".
        bf16: whether products were computed in bf16.
        steps: how many were timed.
        texts_per_second: over these steps.
        epoch_texts: texts of an epoch, those joined from two included.
    """

    device: str
    bf16: bool
    steps: int
    texts_per_second: float
    epoch_texts: int

    @property
    def epoch_minutes(self) -> float:
        """What an epoch would take at this rate."""
        return self.epoch_texts / self.texts_per_second / 60


def training_speed(
    config: TrainingConfig, records: Sequence[CorpusRecord], taxonomy: Taxonomy, device: str = "auto", steps: int = STEPS
) -> TrainingSpeed:
    """Time training steps as `catchall train` takes them: batches of texts of like length, forward, backward, update.

    Raises:
        ConfigurationError: the device or the encoder cannot be had.
    """
    device = choose_device(device)
    base = find_encoder(config.encoder)
    train = list(split_corpus(records).train)
    epoch = len(train) + len(joined_records(train, config.joined_share, config.seed))
    generator = random.Random(config.seed)  # noqa: S311 - a seeded draw
    chosen = generator.sample(train, min(len(train), (steps + WARM_UP) * config.batch_size))
    rows = sorted(build_dataset(chosen, Windower(Tokenizer.from_str(base.tokenizer_json())), taxonomy), key=lambda row: row["length"])
    batches = [rows[i : i + config.batch_size] for i in range(0, len(rows), config.batch_size)]
    generator.shuffle(batches)
    network = build_network(config, base, len(taxonomy.ids) + 1).to(device).train()
    optimiser = AdamW(parameter_groups(network, config))
    collate = Collator(token_dropout=config.token_dropout)
    start, texts = time.perf_counter(), 0
    for number, batch in enumerate(batches):
        if number == min(WARM_UP, len(batches) - 1):
            start, texts = time.perf_counter(), 0
        tensors = {name: tensor.to(device) for name, tensor in collate(batch).items()}
        with torch.autocast(device, torch.bfloat16) if has_bf16(device) else nullcontext():
            loss = network(**tensors)["loss"]
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), config.gradient_norm)
        optimiser.step()
        optimiser.zero_grad()
        loss.item()  # waits for a GPU
        texts += len(batch)
    timed = max(1, len(batches) - WARM_UP)
    return TrainingSpeed(device, has_bf16(device), timed, texts / (time.perf_counter() - start), epoch)


def training_report(speeds: Sequence[TrainingSpeed]) -> str:
    """Return the figures as Markdown, a sentence for each device."""
    return "".join(
        f"On {each.device} in {'bf16' if each.bf16 else 'float32'}: {each.texts_per_second:.0f} texts/s over {each.steps} steps; "
        f"an epoch of {each.epoch_texts:,} texts would take {each.epoch_minutes:.1f} minutes.\n"
        for each in speeds
    )
