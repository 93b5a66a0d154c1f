"""`catchall release average` and `catchall reader average`: one network out of several of the same line, by the mean of their weights.

Releases that were trained on from one another lie close enough for the mean of their weights to be a good network too. On
texts like the corpus it is as good as the latest; on texts from elsewhere it keeps what the latest forgot (model soups and
robust fine-tuning: Wortsman et al. 2022a and 2022b; figures in docs/LOG.md).
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer

from data.errors import ConfigurationError
from data.records import CorpusRecord
from data.taxonomy import Taxonomy
from model.artefact import MANIFEST, Release
from model.base_encoder import BaseEncoder, find_encoder
from model.network import Network
from model.reader_files import READER, read_reader_facts
from model.windows import Windower
from training.config import TrainingConfig, config_from
from training.cycles import set_mean, trained_weights
from training.network_io import build_network, load_weights
from training.reader_fit import check_outputs, rewrite_weights
from training.release import starting_release, write_release


def mean_network(networks: Sequence[Network]) -> Network:
    """Return the last of networks of one shape, its trainable weights replaced by the mean over all."""
    return set_mean(networks[-1], [trained_weights(network) for network in networks])


def average_releases(
    folders: Sequence[Path], records: Sequence[CorpusRecord], taxonomy: Taxonomy, folder: Path, quiet: bool = False
) -> dict[str, Any]:
    """Write the release whose weights are the mean of others, calibrated and measured anew; returns its manifest.

    Args:
        folders: two releases or more, of one shape; the configuration of the last is kept.

    Raises:
        ConfigurationError: fewer than two releases, or their shapes differ.
        ReleaseError: one is missing, damaged or of another taxonomy.
    """
    if len(folders) < 2:
        raise ConfigurationError(source="catchall release average", reason="name at least two releases")
    latest = Release.load(folders[-1], taxonomy)
    config: TrainingConfig = config_from(latest.manifest["config"], MANIFEST)
    releases = [starting_release(each, config, taxonomy, source="catchall release average") for each in folders]
    base = find_encoder(config.encoder)
    networks = _networks([release.folder for release in releases], config, base, len(taxonomy.ids) + 1)
    windower = Windower(Tokenizer.from_str(base.tokenizer_json()))
    names = [release.name for release in releases]
    return write_release(mean_network(networks), config, base, windower, records, taxonomy, folder, quiet, averaged=names)


def average_readers(folders: Sequence[Path], folder: Path) -> dict[str, Any]:
    """Write the reader whose weights are the mean of others; returns its manifest.

    Thresholds and figures are those of the last until `training.reader.calibrate_reader` chooses them anew.

    Args:
        folders: two readers or more of the same outputs and one shape; the configuration of the last is kept.

    Raises:
        ConfigurationError: fewer than two readers, or they read different things.
        ReleaseMissing, ReleaseDamaged: one is not there, not what its manifest says, or of another shape.
    """
    if len(folders) < 2:
        raise ConfigurationError(source="catchall reader average", reason="name at least two readers")
    latest = read_reader_facts(folders[-1])
    for each in folders[:-1]:
        check_outputs(read_reader_facts(each), latest.outputs, each)
    config: TrainingConfig = config_from(latest.manifest["config"], READER)
    networks = _networks(folders, config, find_encoder(config.encoder), len(latest.outputs))
    return rewrite_weights(folder, mean_network(networks), config, latest)


def _networks(folders: Sequence[Path], config: TrainingConfig, base: BaseEncoder, outputs: int) -> list[Network]:
    networks = []
    for folder in folders:
        network = build_network(config, base, outputs)
        load_weights(network, config, folder)
        networks.append(network)
    return networks
