"""What the documents promise is what the repository holds."""

import json
import re
import subprocess
import sys
import tomllib
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

    def test_npm(self) -> None:
        folder = ROOT / "tests" / "browser"
        assert '"resolved"' not in (folder / "package-lock.json").read_text(encoding="utf-8")
        wanted = json.loads((folder / "package.json").read_text(encoding="utf-8"))["dependencies"]
        assert all(re.fullmatch(r"[0-9.]+", version) for version in wanted.values())


class TestPictures:
    """The pictures of the pages stay small."""

    def test_sizes(self) -> None:
        sizes = {path.name: path.stat().st_size for path in (ROOT / "docs" / "screenshots").glob("*")}
        assert {name: size for name, size in sizes.items() if size > 150_000} == {}
        assert sum(sizes.values()) < 6_000_000


class TestPackages:
    """What is installed is what the repository holds: every package, and every file that one needs beside its code."""

    SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]

    def test_every_package(self) -> None:
        tops = {name.split(".")[0] for name in self.SETTINGS["packages"]}
        found = {str(path.parent.relative_to(ROOT)).replace("/", ".") for top in tops for path in (ROOT / top).rglob("__init__.py")}
        assert found == set(self.SETTINGS["packages"])

    def test_every_file(self) -> None:
        missing = []
        for package in self.SETTINGS["packages"]:
            folder = ROOT / package.replace(".", "/")
            patterns = self.SETTINGS["package-data"].get(package, [])
            covered = {path for pattern in patterns for path in folder.glob(pattern)}
            others = {path for inner in folder.rglob("__init__.py") if inner.parent != folder for path in inner.parent.rglob("*")}
            beside = [path for path in set(folder.rglob("*")) - covered - others if path.is_file() and path.suffix not in (".py", ".pyc")]
            missing += [str(path.relative_to(ROOT)) for path in beside if not any(part.startswith((".b", "built")) for part in path.parts)]
        assert missing == []


class TestLayers:
    """Imports point down only."""

    def test_import_linter(self) -> None:
        done = subprocess.run([Path(sys.executable).parent / "lint-imports"], cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout
