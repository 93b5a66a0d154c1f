"""`kill -9` in the middle of submissions and decisions loses nothing that was acknowledged and doubles nothing."""

import http.client
import json
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from serve.cases.verify import verify
from serve.clock import utc_now
from serve.store.cases import Filters, list_cases
from serve.store.database import Database
from tests.serve.accounts.world import World, make_world
from tests.serve.cases.test_routes import ACCEPT, PEOPLE

ROOT = Path(__file__).parents[3]
CASES = 200
KILLS = 4


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """A serving process that can be killed and started again."""

    def __init__(self, url: str) -> None:
        self.port, self._url = free_port(), url
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-m", "tests.serve.cases.server", str(self.port), self._url]
        self._process = subprocess.Popen(command, cwd=ROOT)
        for _ in range(600):
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5):
                    return
            except OSError:
                time.sleep(0.1)
        raise AssertionError("the server does not start")

    def kill(self) -> None:
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()


class Client:
    """Asks again, as a careful client does, until there is an answer."""

    def __init__(self, server: Server, world: World, over: threading.Event) -> None:
        self._server, self._world, self._over = server, world, over

    def post(self, who: str, path: str, content: Any, **headers: str) -> tuple[int, Any]:
        while not self._over.is_set():
            request = urllib.request.Request(
                f"http://127.0.0.1:{self._server.port}{path}",
                data=json.dumps(content).encode(),
                headers=self._world.bearer(who) | {"content-type": "application/json"} | headers,
            )
            try:
                with urllib.request.urlopen(request, timeout=30) as answer:
                    return answer.status, json.load(answer)
            except urllib.error.HTTPError as error:
                if error.code != 503:
                    return error.code, json.load(error)
            except (OSError, ValueError, http.client.HTTPException):  # cut off: before the answer or in the middle of it
                pass
            time.sleep(0.02)
        return 0, None


class Work:
    """Two submitters and two officers at work; notes what was acknowledged to them."""

    def __init__(self, client: Client, over: threading.Event) -> None:
        self._client, self._over = client, over
        self.submitted: dict[int, str] = {}
        self.decided: dict[str, int] = {}
        self.wrong: list[Any] = []
        self.submitters = [threading.Thread(target=self._submit, args=(i,)) for i in (0, 1)]
        self.officers = [threading.Thread(target=self._decide, args=(who,)) for who in ("ada", "ben")]
        for thread in (*self.submitters, *self.officers):
            thread.start()

    def _submit(self, first: int) -> None:
        for i in range(first, CASES, 2):
            status, case = self._client.post("exporter", "/v1/cases", {"description": f"a bug in pen {i}"}, **{"idempotency-key": f"k{i}"})
            if status in (200, 201):
                self.submitted[i] = case["id"]
            else:
                self.wrong.append((status, case))

    def _decide(self, who: str) -> None:
        while not self._over.is_set() and len(self.decided) < CASES:
            status, case = self._client.post(who, "/v1/review/claim", {})
            if status == 404:
                time.sleep(0.02)
            elif status == 200:
                self._decide_one(who, case)

    def _decide_one(self, who: str, case: dict[str, Any]) -> None:
        status, answer = self._client.post(who, f"/v1/cases/{case['id']}/decide", ACCEPT | {"version": case["version"]})
        if status == 200:
            self.decided[case["id"]] = answer["version"]
        elif status:
            self.wrong.append((status, answer))

    def finish(self) -> None:
        """Wait until all is submitted and no more is decided: a claim whose answer got lost stays with its officer, undecided."""
        for thread in self.submitters:
            thread.join(120)
        done = -1
        while done < len(self.decided) < CASES:
            done = len(self.decided)
            time.sleep(1)
        self._over.set()
        for thread in self.officers:
            thread.join(60)


class TestKill:
    """Every acknowledged submission and decision is there after the restart, none twice, and the audit holds."""

    def test_submissions_and_decisions(self, database_url: str) -> None:
        database = Database.open(database_url)
        world = make_world(database, utc_now, PEOPLE)
        server = Server(database_url)
        over = threading.Event()
        work = Work(Client(server, world, over), over)
        for kill in range(1, KILLS + 1):
            # Killed by progress, not by the clock: each time when a further share of the work was acknowledged.
            while len(work.submitted) < kill * CASES // (KILLS + 1) and any(thread.is_alive() for thread in work.submitters):
                time.sleep(0.005)
            assert len(work.submitted) < CASES
            server.kill()
            server.start()
        work.finish()
        server.kill()
        assert work.wrong == []
        with database.reading() as connection:
            stored = {case.id: case for case in list_cases(connection, Filters(), "", 10 * CASES)[0]}
        assert sorted(stored) == sorted(work.submitted.values())
        assert len(stored) == CASES
        for case_id, version in work.decided.items():
            assert (stored[case_id].state, stored[case_id].version) == ("determined", version)
        assert len(work.decided) > CASES // 2
        assert verify(database)[0] == []
        database.close()
