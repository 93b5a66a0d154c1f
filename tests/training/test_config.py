"""The training configuration is checked whole, and its hash follows its content."""

from pathlib import Path

import pytest

from data.errors import ConfigurationError
from training.config import DEFAULT_CONFIG, config_from, read_config


class TestTrainingConfig:
    """A wrong field is named."""

    def test_default_is_valid_and_hashed(self) -> None:
        config = read_config()
        assert config.hash == read_config().hash
        assert config.hash != config.model_copy(update={"epochs": 99.0}).hash
        assert config_from(config.as_json(), "manifest") == config

    @pytest.mark.parametrize(
        ("line", "name"),
        [
            ("epochs = 0", "epochs"),
            ('epochs = "many"', "epochs"),
            ("warmup_share = 1.5", "warmup_share"),
            ("cycles = 0", "cycles"),
            ('head = "guess"', "head"),
            ("colour = 1", "colour"),
            ("lora_targets = []", "lora_targets"),
        ],
    )
    def test_faults_are_named(self, tmp_path: Path, line: str, name: str) -> None:
        kept = [old for old in DEFAULT_CONFIG.read_text(encoding="utf-8").splitlines() if not old.startswith(f"{name} =")]
        (tmp_path / "c.toml").write_text("\n".join([*kept, line]), encoding="utf-8")
        with pytest.raises(ConfigurationError, match=rf"c\.toml.*{name}"):
            read_config(tmp_path / "c.toml")

    def test_a_missing_field_is_named(self, tmp_path: Path) -> None:
        (tmp_path / "c.toml").write_text("epochs = 1\n", encoding="utf-8")
        with pytest.raises(ConfigurationError, match="batch_size"):
            read_config(tmp_path / "c.toml")

    @pytest.mark.parametrize("content", ["epochs = [", "\xff"])
    def test_unreadable(self, tmp_path: Path, content: str) -> None:
        (tmp_path / "c.toml").write_text(content, encoding="latin-1")
        with pytest.raises(ConfigurationError, match=r"c\.toml"):
            read_config(tmp_path / "c.toml")
