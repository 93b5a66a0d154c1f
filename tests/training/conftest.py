"""A very small encoder and corpus, so that the whole path from corpus to serving runs in seconds."""

from pathlib import Path

import pytest

from data.records import CorpusRecord, load_corpus
from model.base_encoder import PACKAGED, find_encoder
from training.config import TrainingConfig, read_config


@pytest.fixture(scope="session")
def tiny_encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A random two-layer BERT with the packaged tokenizer, as a local folder."""
    import torch
    from transformers import BertConfig, BertModel

    torch.manual_seed(20261128)
    folder = tmp_path_factory.mktemp("encoder")
    config = BertConfig(
        hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64, max_position_embeddings=512, vocab_size=30522
    )
    BertModel(config).save_pretrained(folder)
    (folder / "tokenizer.json").write_text(find_encoder(PACKAGED).tokenizer_json(), encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def tiny_config(tiny_encoder: Path) -> TrainingConfig:
    return read_config().model_copy(update={"encoder": str(tiny_encoder), "epochs": 2, "batch_size": 16, "lora_rank": 4})


@pytest.fixture(scope="session")
def few_records() -> list[CorpusRecord]:
    """A slice through the corpus: every 40th record, and enough vague texts."""
    records = load_corpus()
    vague = [record for record in records if record.insufficient][:20]
    return [record for record in records[::40] if not record.insufficient and not record.pair_id] + vague
