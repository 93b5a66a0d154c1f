"""The packaged encoder is the pinned one; anything else is named by path."""

from pathlib import Path

import pytest

from data.errors import ConfigurationError
from model import base_encoder
from model.base_encoder import PACKAGED, PACKAGED_SHA256, find_encoder


class TestFindEncoder:
    """No weights are trusted by name alone."""

    def test_packaged(self) -> None:
        assert find_encoder(PACKAGED).sha256 == PACKAGED_SHA256

    def test_changed_weights_are_refused(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(base_encoder, "PACKAGED_SHA256", "0" * 64)
        with pytest.raises(ConfigurationError, match="not the pinned one"):
            find_encoder(PACKAGED)

    def test_a_folder_without_a_model(self, tmp_path: Path) -> None:
        with pytest.raises(ConfigurationError, match=tmp_path.name):
            find_encoder(str(tmp_path)).load()
