"""What the documents promise is what the repository holds."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from serve.settings import Settings

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


class TestReadme:
    """The README names what exists."""

    @pytest.mark.parametrize("name", sorted(Settings.model_fields))
    def test_every_setting_is_documented(self, name: str) -> None:
        assert f"`CATCHALL_{name.upper()}`" in README

    def test_make_targets_exist(self) -> None:
        targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
        assert set(re.findall(r"`?make ([a-z]+)`?", README)) <= targets

    def test_commands_exist(self) -> None:
        commands = set(re.findall(r"catchall ([a-z]+)", README))
        help_text = subprocess.run([sys.executable, str(ROOT / "cli.py"), "--help"], capture_output=True, text=True, check=True).stdout
        assert {command for command in commands if command not in help_text} == set()

    def test_links_lead_somewhere(self) -> None:
        for document in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]:
            for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", document.read_text(encoding="utf-8")):
                assert (document.parent / target).exists(), f"{document.name}: {target}"


class TestPins:
    """Installs are reproducible and name no address."""

    def test_constraints(self) -> None:
        lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
        assert all(re.fullmatch(r"[A-Za-z0-9_.\-]+==[A-Za-z0-9_.]+", line) for line in lines)
        assert "torch==2.13.0" in lines


class TestLayers:
    """Imports point down only."""

    def test_import_linter(self) -> None:
        done = subprocess.run([Path(sys.executable).parent / "lint-imports"], cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout
