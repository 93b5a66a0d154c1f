"""The benchmark counts and formats rightly; how fast anything is, it asserts nowhere."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest

from data.taxonomy import Taxonomy
from evals.bench import Contender, Speed, integer_floor, measure, micro_f1_of, report
from evals.http_bench import Load, ServiceFigures, load, resident_mb, service_report
from evals.items import EvalItem
from model.calibration import Calibration


class TestMeasure:
    """Every contender gets every text, every round, and the first is the reference."""

    def test_rounds(self) -> None:
        asked: list[str] = []
        first = Contender("first", lambda text: asked.append(f"1{text}"))
        second = Contender("second", lambda text: asked.append(f"2{text}"))
        speeds = measure([first, second], ["a", "b"], rounds=2)
        assert [speed.name for speed in speeds] == ["first", "second"]
        assert speeds[0].ratio == 1.0
        assert sorted(set(asked)) == ["1a", "1b", "2a", "2b"]
        assert asked.count("1a") == 4  # warmed up and counted, twice

    def test_texts_together(self) -> None:
        asked: list[list[str]] = []
        first, many = Contender("first", len), Contender("many", len, many=lambda texts: asked.append(list(texts)))
        speeds = measure([first, many], ["a", "b"], rounds=2)
        assert asked == [["a", "b"]] * 3  # warmed up once
        assert speeds[1].p50_ms is speeds[1].p99_ms is None
        assert speeds[0].p50_ms is not None
        assert "| many | 10 | – | – | 0.50 | – |" in report([Speed("many", 10.0, None, None, 0.5)], ["a"], 1.0)

    def test_report(self) -> None:
        page = report([Speed("x", 100.0, 9.5, 12.0, 1.0, 0.75), Speed("y", 50.0, 19.0, 30.0, 0.5)], ["one two", "three"], 200.0)
        assert "| x | 100 | 9.5 | 12.0 | 1.00 | 0.7500 |" in page
        assert "| y | 50 | 19.0 | 30.0 | 0.50 | – |" in page

    def test_integer_floor(self) -> None:
        assert integer_floor(100, parameters=10e6, rate=800e9) == pytest.approx(400)

    def test_micro_f1(self, taxonomy: Taxonomy) -> None:
        def logits(text: str) -> np.ndarray:  # type: ignore[type-arg]
            row = np.full(30, -9.0)
            row[taxonomy.ids.index("covert-audio")] = 9.0 if "bug" in text else -9.0
            return row

        items = [EvalItem("1", "bug", ("covert-audio",)), EvalItem("2", "soap", ("covert-audio",)), EvalItem("3", "?", ("insufficient",))]
        score = micro_f1_of(Contender("n", logits, logits), items, Calibration.identity(30), 0.5, taxonomy)
        assert score == pytest.approx(2 / 3)
        assert micro_f1_of(Contender("n", logits), items, Calibration.identity(30), 0.5, taxonomy) is None


@pytest.fixture
def server() -> Iterator[ThreadingHTTPServer]:
    """A service that refuses every text that says so."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            self.send_response(503 if "refuse" in body["text"] else 200)
            self.send_header("content-length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


class TestLoad:
    """The load is bounded, counted, and says what failed."""

    def test_counts(self, server: ThreadingHTTPServer) -> None:
        found = load(server.server_address[1], ["soap", "refuse"], concurrency=3, requests=20)
        assert (found.concurrency, found.requests, found.failures) == (3, 20, 10)
        assert found.p50_ms <= found.p99_ms

    def test_report(self) -> None:
        figures = ServiceFigures(2.5, 1.25, 210.4, 250.2, 80.0, (Load(16, 300, 2, 96.0, 150.0, 260.0),), 12.0, 15.0)
        page = service_report(figures, bare_loop_per_second=100.0)
        assert "| 16 | 96 | 0.96 | 150 | 260 | 2 of 300 |" in page
        assert "First answer 1.2 s" in page
        assert "p99 12 ms alone, 15 ms while texts of 99,000 characters" in page

    def test_memory_of_this_process(self) -> None:
        import os

        assert resident_mb(os.getpid()) > 10
        assert 0 < resident_mb(os.getpid(), "RssFile") < resident_mb(os.getpid())
        assert np.isnan(resident_mb(2**30))
