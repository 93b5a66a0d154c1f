"""A stop finishes what was begun: tested with a real process and a real signal."""

import http.client
import json
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PATIENCE = 60.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def eventually(holds: Callable[[], bool]) -> None:
    """Wait until something holds; a machine that never gets there fails the test, a slow one does not."""
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, "it never came to hold"
        time.sleep(0.02)


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def ask(port: int) -> tuple[int, dict[str, object], str | None]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request(
            "POST", "/v1/classify", json.dumps({"text": "soap"}), {"content-type": "application/json", "x-request-id": "last"}
        )
        response = connection.getresponse()
        return response.status, json.loads(response.read()), response.getheader("x-request-id")
    finally:
        connection.close()


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def process(request: pytest.FixtureRequest, port: int, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, str(Path(__file__).with_name("gated_server.py")), str(port), str(tmp_path)]
    environment = {"PYTHONPATH": str(ROOT)} | getattr(request, "param", {})
    with subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True) as process:
        try:
            eventually(lambda: listens(port))
            yield process
        finally:
            process.kill()


class TestStop:
    """After SIGTERM nobody new is let in, those inside get their answers, and the process ends."""

    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "SIGINT"])
    def test_in_flight(self, process: subprocess.Popen[str], port: int, tmp_path: Path, number: signal.Signals) -> None:
        answers: list[tuple[int, dict[str, object], str | None]] = []
        asking = threading.Thread(target=lambda: answers.append(ask(port)))
        asking.start()
        eventually((tmp_path / "entered").exists)
        process.send_signal(number)
        eventually(lambda: not listens(port))
        assert process.poll() is None
        assert answers == []
        (tmp_path / "open").touch()
        asking.join(PATIENCE)
        ((status, content, request_id),) = answers
        assert (status, content["outcome"], request_id) == (200, "none", "last")
        assert process.stderr is not None
        lines = [json.loads(line) for line in process.stderr.read().splitlines() if line.startswith("{")]
        process.wait(PATIENCE)
        assert [line["status"] for line in lines if line["event"] == "request"] == [200]

    @pytest.mark.parametrize("process", [{"CATCHALL_SHUTDOWN_SECONDS": "1"}], indirect=True)
    def test_no_longer_than_allowed(self, process: subprocess.Popen[str], port: int, tmp_path: Path) -> None:
        answers: list[tuple[int, dict[str, object], str | None]] = []
        asking = threading.Thread(target=lambda: answers.append(ask(port)))
        asking.start()
        eventually((tmp_path / "entered").exists)
        process.send_signal(signal.SIGTERM)
        asking.join(PATIENCE)
        process.wait(PATIENCE)
        ((status, content, request_id),) = answers
        assert (status, content["type"], request_id) == (503, "urn:catchall:problem:service-stopping", "last")
