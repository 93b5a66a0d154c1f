"""Shared test set-up: nothing reaches a model hub, and the built release is loaded once."""

import os

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

import pytest

from data.taxonomy import Taxonomy, load_taxonomy
from model.predictor import Predictor


@pytest.fixture(scope="session")
def taxonomy() -> Taxonomy:
    return load_taxonomy()


@pytest.fixture(scope="session")
def predictor() -> Predictor:
    """The committed release, as built by `make test`."""
    return Predictor.load()
