"""Shared test set-up: nothing reaches a model hub, and the built release is loaded once."""

import os

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # the cores are shared out among the workers already

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
