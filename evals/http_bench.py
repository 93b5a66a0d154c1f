"""The service under load on the loopback address: cold start, memory, throughput and latency, and whether long texts hold up short ones.

Every run is bounded in requests; the server is started for it and ended by its own process id.
"""

import http.client
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from data.errors import ConfigurationError

CLI = Path(__file__).parent.parent / "cli.py"
START_SECONDS = 60.0
LONG_CHARACTERS = 99_000


@dataclass(frozen=True)
class Load:
    """Answers of a service at one concurrency.

    Attributes:
        concurrency: connections that ask at the same time.
        requests, failures: how many were sent, and how many were not answered with 200.
        per_second: answered requests per second.
        p50_ms, p99_ms: latency as the client sees it.
    """

    concurrency: int
    requests: int
    failures: int
    per_second: float
    p50_ms: float
    p99_ms: float


@dataclass(frozen=True)
class ServiceFigures:
    """What a serving process costs and gives.

    Attributes:
        first_start_seconds: from starting the process to its first classification, where it has yet to make its database.
        restart_seconds: the same where the database is there, as at every later start.
        resident_mb: resident memory after the load of short texts, in MiB.
        resident_long_mb: the same after texts of nearly 100,000 characters.
        file_mb: the part of it that is pages of files, which the kernel can take back and processes share.
        loads: per concurrency.
        short_p99_alone_ms, short_p99_beside_long_ms: latency of short texts without and with a text of nearly 100,000
            characters being read at the same time.
    """

    first_start_seconds: float
    restart_seconds: float
    resident_mb: float
    resident_long_mb: float
    file_mb: float
    loads: tuple[Load, ...]
    short_p99_alone_ms: float
    short_p99_beside_long_ms: float


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _ask(connection: http.client.HTTPConnection, text: str) -> int:
    connection.request("POST", "/v1/classify", json.dumps({"text": text}), {"content-type": "application/json"})
    response = connection.getresponse()
    response.read()
    return response.status


def connected(port: int) -> closing[http.client.HTTPConnection]:
    """Return a connection to the service that closes itself."""
    return closing(http.client.HTTPConnection("127.0.0.1", port, timeout=120))


@contextmanager
def serving(release: Path, database_url: str | None = None, settings: Mapping[str, str] | None = None) -> Iterator[tuple[int, int, float]]:
    """Start the service and yield its port, process id and the seconds to its first answer.

    Args:
        release: what serves.
        database_url: its database; a new SQLite file that goes away afterwards when None.
        settings: further environment variables.

    Raises:
        ConfigurationError: it did not answer in time.
    """
    with TemporaryDirectory(prefix="catchall-bench-") as folder:
        url = database_url or f"sqlite:///{folder}/catchall.db"
        own = {"CATCHALL_RELEASE_FOLDER": str(release), "CATCHALL_RATE_PER_ADDRESS": "off", "CATCHALL_DATABASE_URL": url}
        with _started(os.environ | own | dict(settings or {})) as started:
            yield started


@contextmanager
def _started(environment: Mapping[str, str]) -> Iterator[tuple[int, int, float]]:
    port = _free_port()
    command = [sys.executable, str(CLI), "serve", "--port", str(port)]
    start = time.perf_counter()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603 - our own command
    try:
        while time.perf_counter() - start < START_SECONDS and process.poll() is None:
            try:
                with connected(port) as connection:
                    ready = _ask(connection, "Handheld thermal imager") == 200
            except OSError:
                time.sleep(0.02)
                continue
            if ready:
                yield port, process.pid, time.perf_counter() - start
                return
        raise ConfigurationError(source="the service", reason="it did not answer in time")
    finally:
        process.terminate()
        process.wait(30)


def resident_mb(pid: int, part: str = "VmRSS") -> float:
    """Return the resident memory of a process in MiB, or a part of it (`RssAnon`, `RssFile`); not a number where /proc does not tell."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    except OSError:
        return float("nan")
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith(f"{part}:")), float("nan"))


def load(port: int, texts: Sequence[str], concurrency: int, requests: int) -> Load:
    """Send `requests` texts over `concurrency` connections and return what came back."""
    latencies: list[float] = []
    failures: list[int] = []
    lock = threading.Lock()
    counter = iter(range(requests))

    def work() -> None:
        with connected(port) as connection:
            while True:
                with lock:
                    number = next(counter, None)
                if number is None:
                    return
                start = time.perf_counter()
                status = _ask(connection, texts[number % len(texts)])
                with lock:
                    latencies.append(time.perf_counter() - start)
                    if status != 200:
                        failures.append(status)

    threads = [threading.Thread(target=work) for _ in range(concurrency)]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - start
    p50, p99 = np.percentile(np.array(latencies) * 1000, [50, 99])
    return Load(concurrency, requests, len(failures), (requests - len(failures)) / seconds, float(p50), float(p99))


def _beside_long(port: int, texts: Sequence[str], requests: int) -> Load:
    long_text = (" ".join(texts) + " ") * (LONG_CHARACTERS // max(1, sum(map(len, texts))) + 1)
    done = threading.Event()

    def keep_reading() -> None:
        with connected(port) as connection:
            while not done.is_set():
                _ask(connection, long_text[:LONG_CHARACTERS])

    reader = threading.Thread(target=keep_reading)
    reader.start()
    time.sleep(0.5)
    try:
        return load(port, texts, 1, requests)
    finally:
        done.set()
        reader.join(120)


def measure_service(release: Path, texts: Sequence[str], concurrencies: Sequence[int] = (1, 16, 64), requests: int = 300) -> ServiceFigures:
    """Start the service on a release and measure it with `texts`.

    Raises:
        ConfigurationError: the service did not start.
    """
    with TemporaryDirectory(prefix="catchall-bench-") as folder:
        database = f"sqlite:///{folder}/catchall.db"
        with serving(release, database) as (_, _, first):
            pass
        with serving(release, database) as (port, pid, again):
            load(port, texts, 2, 20)  # warm up
            loads = tuple(load(port, texts, concurrency, requests) for concurrency in concurrencies)
            alone = load(port, texts, 1, min(requests, 100))
            short = resident_mb(pid)
            beside = _beside_long(port, texts, min(requests, 100))
            return ServiceFigures(first, again, short, resident_mb(pid), resident_mb(pid, "RssFile"), loads, alone.p99_ms, beside.p99_ms)


def service_report(figures: ServiceFigures, bare_loop_per_second: float) -> str:
    """Return the figures as Markdown, throughput also as a share of the bare loop of the same run."""
    rows = "\n".join(
        f"| {each.concurrency} | {each.per_second:.0f} | {each.per_second / bare_loop_per_second:.2f} | {each.p50_ms:.0f} | "
        f"{each.p99_ms:.0f} | {each.failures} of {each.requests} |"
        for each in figures.loads
    )
    return (
        f"First answer {figures.restart_seconds:.1f} s after the start of the process "
        f"({figures.first_start_seconds:.1f} s where it has yet to make its database). "
        f"Resident memory after the load: {figures.resident_mb:.0f} MiB; after texts of {LONG_CHARACTERS:,} characters: "
        f"{figures.resident_long_mb:.0f} MiB, of which {figures.file_mb:.0f} are pages of files that the kernel can take back. "
        f"Short texts, one connection: p99 {figures.short_p99_alone_ms:.0f} ms alone, "
        f"{figures.short_p99_beside_long_ms:.0f} ms while texts of {LONG_CHARACTERS:,} characters are read beside them.\n\n"
        "| concurrency | requests/s | share of the bare loop | p50 ms | p99 ms | failed |\n|---|---|---|---|---|---|\n" + rows + "\n"
    )
