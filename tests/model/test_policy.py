"""The policy is data; what is wrong with it is named."""

from dataclasses import replace
from pathlib import Path

import pytest

from data.errors import ConfigurationError
from data.taxonomy import Taxonomy
from model.policy import POLICY_FILE, RiskTarget, read_policy


class TestPolicy:
    """The shipped policy loads; a damaged one says where."""

    def test_shipped(self, taxonomy: Taxonomy) -> None:
        policy = read_policy(taxonomy)
        assert (policy.missed.share, policy.missed.confidence) == (0.01, 0.95)
        assert (policy.wrong.share, policy.wrong.confidence) == (0.05, 0.80)
        assert set(policy.high_consequence) == {"intrusion-software", "ip-network-surveillance", "lawful-interception"}

    def test_fewer_reviews_differs_in_its_bounds_alone(self, taxonomy: Taxonomy) -> None:
        looser = replace(read_policy(taxonomy), missed=RiskTarget(0.02, 0.95), wrong=RiskTarget(0.08, 0.80))
        assert read_policy(taxonomy, POLICY_FILE.with_name("policy-fewer-reviews.toml")) == looser

    @pytest.mark.parametrize(
        ("old", "new", "reason"),
        [
            ("version = 1", "version = 2", "'version' must be 1"),
            ("share = 0.01", "share = 1.5", "'share' must be a number between 0 and 1, found 1.5"),
            ("share = 0.01", "share = true", "'share' must be"),
            ("share = 0.01", "", "'share' must be a number between 0 and 1, found None"),
            ("[family]", "[families]", "missing tables: family"),
            ('"intrusion-software"', '"teapot"', "teapot"),
            ("confidence = 0.90", "confidence = 0.90\ncolour = 1", "unknown settings: family.colour"),
            ("version = 1", "version = 1\ncolour = 1", "unknown settings: colour"),
            ("[missed]", "[missed", "policy.toml"),
        ],
    )
    def test_faults(self, tmp_path: Path, taxonomy: Taxonomy, old: str, new: str, reason: str) -> None:
        content = POLICY_FILE.read_text(encoding="utf-8")
        assert old in content
        (tmp_path / "policy.toml").write_text(content.replace(old, new, 1), encoding="utf-8")
        with pytest.raises(ConfigurationError) as caught:
            read_policy(taxonomy, tmp_path / "policy.toml")
        assert reason in str(caught.value)

    def test_missing_file(self, tmp_path: Path, taxonomy: Taxonomy) -> None:
        with pytest.raises(ConfigurationError, match=r"nowhere\.toml"):
            read_policy(taxonomy, tmp_path / "nowhere.toml")
