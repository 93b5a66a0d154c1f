"""The peer trained like ours but with all weights of the encoder: full fine-tuning, kept in a cache by corpus and configuration."""

from collections.abc import Sequence
from pathlib import Path

from data.errors import ReleaseMissing
from data.records import CorpusRecord
from data.splits import corpus_hash
from data.taxonomy import Taxonomy
from evals.systems import Catchall
from model.predictor import Predictor
from training.build import build_release
from training.config import TrainingConfig
from training.release import train_release

FULL_LEARNING_RATE = 1e-4
"""3e-4 on the whole encoder collapsed to the label prior; 1e-4 works (docs/LOG.md)."""


def full_config(config: TrainingConfig) -> TrainingConfig:
    """Return the same configuration with every weight of the encoder trained."""
    return config.model_copy(update={"adapter": "full", "learning_rate": FULL_LEARNING_RATE})


def full_fine_tuning(
    config: TrainingConfig, records: Sequence[CorpusRecord], taxonomy: Taxonomy, cache: Path, quiet: bool = False
) -> Catchall:
    """Return the fully fine-tuned peer, trained and built on first use (about as long as training ours).

    Args:
        cache: folder of peers; one sub-folder per corpus, taxonomy and configuration.

    Raises:
        ConfigurationError: an interrupted training run lies in the cache; delete it to start again.
        ReleaseError: the cached peer is damaged.
    """
    full = full_config(config)
    folder = cache / f"full-{corpus_hash(records)}-{taxonomy.hash}-{full.hash}"
    try:
        predictor = Predictor.load(folder, many=True)
    except ReleaseMissing:
        train_release(full, records, taxonomy, folder, quiet=quiet)
        build_release(folder, taxonomy, records, quiet=quiet)
        predictor = Predictor.load(folder, many=True)
    return Catchall(predictor, name="full fine-tuning", quiet=quiet)
