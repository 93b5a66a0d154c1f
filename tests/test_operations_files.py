"""What is written for those who run the service agrees with the service."""

import re
from pathlib import Path

import pytest
import yaml

from serve.operations.metrics import Metrics, QueueState
from serve.settings import Settings

ROOT = Path(__file__).parent.parent
MANUAL = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
CONTAINERFILE = (ROOT / "Containerfile").read_text(encoding="utf-8")
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))


def variables(text: str) -> set[str]:
    return set(re.findall(r"CATCHALL_[A-Z_]+", text)) - {"CATCHALL_PG"}


class TestManual:
    """The manual names every figure, and only settings that exist."""

    def test_every_figure(self) -> None:
        metrics = Metrics("r", "t", "v")
        metrics.watch_queue(lambda: QueueState(0, 0, 0.0, 0))
        for name in re.findall(r"^# TYPE (catchall\S+?)(?:_created)? ", metrics.page().decode(), re.MULTILINE):
            assert f"`{name}" in MANUAL, name

    @pytest.mark.parametrize("document", [MANUAL, CONTAINERFILE, str(COMPOSE)], ids=["manual", "Containerfile", "compose"])
    def test_settings_exist(self, document: str) -> None:
        assert variables(document) <= {f"CATCHALL_{name.upper()}" for name in Settings.model_fields}


class TestContainer:
    """The image is built from what is there, runs without rights, and serves without torch."""

    def test_copied_files_exist(self) -> None:
        for line in re.findall(r"^COPY (?!--from)(.+) \S+$", CONTAINERFILE, re.MULTILINE):
            for name in line.split():
                assert (ROOT / name).exists(), name

    def test_every_package_is_copied(self) -> None:
        copied = set(re.findall(r"^COPY (\w+) \w+$", CONTAINERFILE, re.MULTILINE))
        assert copied == {"commands", "data", "evals", "model", "serve", "training"}

    def test_the_last_stage(self) -> None:
        last = CONTAINERFILE.rpartition("\nFROM ")[2]
        assert "train" not in last
        assert re.search(r"^USER 10001$", last, re.MULTILINE)


class TestCompose:
    """There is no default password, nothing is open to the network, and a stop has time to finish."""

    def test_password_must_be_set(self) -> None:
        assert COMPOSE["services"]["database"]["environment"]["POSTGRES_PASSWORD"].startswith("${POSTGRES_PASSWORD:?")

    def test_ports_are_local(self) -> None:
        ports = [port for service in COMPOSE["services"].values() for port in service.get("ports", [])]
        assert ports
        assert all(port.startswith("127.0.0.1:") for port in ports)

    def test_grace(self) -> None:
        service = COMPOSE["services"]["catchall"]
        assert int(service["stop_grace_period"].removesuffix("s")) > int(service["environment"]["CATCHALL_SHUTDOWN_SECONDS"])
