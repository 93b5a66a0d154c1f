"""Building the network from a configuration, and writing and reading its trained weights (safetensors only)."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file

from data.errors import ReleaseDamaged
from data.records import CorpusRecord
from data.taxonomy import Taxonomy
from model.artefact import ADAPTER, ENCODER, HEAD
from model.base_encoder import BaseEncoder
from model.network import HEADS, Network
from training.config import TrainingConfig


def build_network(config: TrainingConfig, base: BaseEncoder, outputs: int) -> Network:
    """Return an untrained network of `outputs` outputs: base encoder, adapter if any, fresh head."""
    encoder: Any = base.load()
    width = int(encoder.config.hidden_size)
    if config.adapter == "lora":
        from peft import LoraConfig, get_peft_model

        lora = LoraConfig(
            r=config.lora_rank,
            lora_alpha=config.lora_alpha,
            lora_dropout=config.lora_dropout,
            target_modules=list(config.lora_targets),
            bias="none",
        )
        encoder = get_peft_model(encoder, lora)
    return Network(encoder, HEADS[config.head](width, outputs, config.head_dropout))


def set_bias(network: Network, shares: Sequence[float]) -> None:
    """Set the head's bias to the log-odds of the share of examples that each output holds for (Lin et al. 2017, section 4.1)."""
    prior = torch.tensor(shares).clamp(1e-3, 1 - 1e-3)
    with torch.no_grad():
        network.head.bias.copy_(torch.log(prior / (1 - prior)))


def set_prior(network: Network, records: list[CorpusRecord], taxonomy: Taxonomy) -> None:
    """Set the head's bias by the share of each output in the training records."""
    shares = [sum(name in record.labels for record in records) / len(records) for name in taxonomy.ids]
    shares.append(sum(record.insufficient for record in records) / len(records))
    set_bias(network, shares)


def save_network(network: Network, config: TrainingConfig, folder: Path) -> list[str]:
    """Write the trained weights (half precision for the adapter) and return the names written, relative to `folder`."""
    save_file({name: tensor.contiguous() for name, tensor in network.head.state_dict().items()}, folder / HEAD)
    if config.adapter == "full":
        (folder / ENCODER).mkdir(exist_ok=True)
        state = {name: tensor.contiguous() for name, tensor in network.encoder.state_dict().items()}
        save_file(state, folder / ENCODER / "model.safetensors")
        return [HEAD, f"{ENCODER}/model.safetensors"]
    encoder: Any = network.encoder
    encoder.save_pretrained(folder / ADAPTER)
    (folder / ADAPTER / "README.md").unlink(missing_ok=True)
    description = folder / ADAPTER / "adapter_config.json"
    about = json.loads(description.read_text(encoding="utf-8")) | {"base_model_name_or_path": config.encoder}  # not this machine's path
    description.write_text(json.dumps(about, indent=2) + "\n", encoding="utf-8")
    weights = folder / ADAPTER / "adapter_model.safetensors"
    save_file({name: tensor.half() for name, tensor in load_file(weights).items()}, weights)
    return [HEAD, f"{ADAPTER}/adapter_model.safetensors"]


def load_adapter(network: Network, folder: Path) -> None:
    """Read the adapter of a trained folder into a network that has one of the same shape.

    Raises:
        ReleaseDamaged: it holds weights that the network has no place for.
        OSError, SafetensorError, RuntimeError: it cannot be read, or is of another shape.
    """
    from peft import set_peft_model_state_dict

    encoder: Any = network.encoder
    state = load_file(folder / ADAPTER / "adapter_model.safetensors")
    result: Any = set_peft_model_state_dict(encoder, {name: tensor.float() for name, tensor in state.items()})
    if result.unexpected_keys:
        raise ReleaseDamaged(file=ADAPTER, reason=f"unexpected weights {result.unexpected_keys[:3]}")


def load_weights(network: Network, config: TrainingConfig, folder: Path) -> None:
    """Read head and encoder or adapter of a trained folder into a network of the same shape, so that training goes on from there.

    Raises:
        ReleaseDamaged: a weights file is missing, damaged or of another shape.
    """
    try:
        network.head.load_state_dict(load_file(folder / HEAD))
        if config.adapter == "full":
            network.encoder.load_state_dict(load_file(folder / ENCODER / "model.safetensors"))
        else:
            load_adapter(network, folder)
    except (OSError, SafetensorError, RuntimeError, KeyError) as exc:
        raise ReleaseDamaged(file=f"{HEAD} or {config.adapter} weights", reason=str(exc)) from exc


def load_network(config: TrainingConfig, base: BaseEncoder, outputs: int, folder: Path) -> Network:
    """Return the trained network in float32, adapter merged, ready for evaluation.

    Raises:
        ReleaseDamaged: a weights file does not fit the network.
    """
    network = build_network(config, base, outputs)
    load_weights(network, config, folder)
    if config.adapter == "lora":
        encoder: Any = network.encoder
        network.encoder = encoder.merge_and_unload()
    return network.eval()
