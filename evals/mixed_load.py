"""Mixed traffic against the service on the loopback address: submissions, reading, review and plain classification at the same time.

Bounded in seconds. The server is started for it, on a database that the caller names, and ended by its own process id.
"""

import http.client
import json
import random
import secrets
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from data.errors import ConfigurationError
from evals.http_bench import connected, resident_mb, serving

SCOPES = ["classify", "cases:read", "cases:write", "review"]
EXPORTERS = 3
OFFICER_SHARE = 0.25
"""Of the connections. Each has an officer of its own: one who took a case twice would rightly be refused; the others share exporters."""


@dataclass(frozen=True)
class Person:
    """Somebody with an API key."""

    role: str
    secret: str


@dataclass
class Tally:
    """What came back: seconds by kind of request, and every answer that was not among the expected ones."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    failures: list[str] = field(default_factory=list)
    submitted: list[str] = field(default_factory=list)
    decided: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


@dataclass(frozen=True)
class MixedFigures:
    """The load and what it gave.

    Attributes:
        database: `sqlite` or `postgresql`.
        kinds: for each kind of request how many, and the 50th and 99th percentile of its time in ms.
        failures: answers with an unexpected status, as text.
        lost: acknowledged submissions that could not be read afterwards.
        resident_mb: memory of the serving process at the end, MiB.
    """

    database: str
    concurrency: int
    seconds: float
    kinds: dict[str, tuple[int, float, float]]
    failures: tuple[str, ...]
    submitted: int
    decided: int
    lost: int
    resident_mb: float


def _ask(
    connection: http.client.HTTPConnection, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None
) -> tuple[int, Any, http.client.HTTPMessage]:
    content = None if body is None else json.dumps(body)
    connection.request(method, path, content, {"content-type": "application/json"} | (headers or {}))
    response = connection.getresponse()
    answer = response.read()
    return response.status, json.loads(answer) if answer else None, response.headers


def _settle(port: int, password: str, officers: int) -> list[Person]:
    """Make organisations, users and keys as the first administrator."""
    with connected(port) as connection:
        status, who, headers = _ask(connection, "POST", "/v1/session", {"name": "admin", "password": password})
        if status != 200:
            raise ConfigurationError(source="the service", reason=f"the first administrator cannot log in (status {status})")
        allowed = {"cookie": str(headers["set-cookie"]).partition(";")[0], "x-csrf-token": who["csrf_token"]}

        def make(path: str, body: dict[str, Any]) -> Any:
            status, made, _ = _ask(connection, "POST", path, body, allowed)
            if status != 201:
                raise ConfigurationError(source="the service", reason=f"POST {path} answered {status}")
            return made

        people = []
        for role, n in (("exporter", EXPORTERS), ("officer", officers)):
            home = make("/v1/organisations", {"name": f"{role}s {secrets.token_hex(4)}"})["id"]
            for _ in range(n):
                user = make("/v1/users", {"organisation_id": home, "name": f"{role} {secrets.token_hex(4)}", "role": role})["id"]
                key = make("/v1/keys", {"name": "load", "scopes": SCOPES, "user_id": user})
                people.append(Person(role, key["secret"]))
        return people


class _Visitor:
    """One connection and what its holder does with it, drawn by seed."""

    def __init__(self, connection: http.client.HTTPConnection, person: Person, texts: Sequence[str], tally: Tally, seed: int) -> None:
        self._connection = connection
        self._headers = {"authorization": f"Bearer {person.secret}"}
        self._texts = texts
        self._tally = tally
        self._chance = random.Random(seed)
        deeds: dict[str, list[Callable[[], None]]] = {
            "exporter": [self._submit] * 4 + [self._read] * 3 + [self._list, self._classify],
            "officer": [self._review] * 6 + [self._list, self._queue, self._classify],
        }
        self._deeds = deeds[person.role]

    def act(self) -> None:
        """Do one thing."""
        self._chance.choice(self._deeds)()

    def _timed(self, kind: str, expected: tuple[int, ...], method: str, path: str, body: Any = None) -> tuple[int, Any]:
        start = time.perf_counter()
        status, content, _ = _ask(self._connection, method, path, body, self._headers)
        with self._tally.lock:
            self._tally.seconds[kind].append(time.perf_counter() - start)
            if status not in expected:
                self._tally.failures.append(f"{kind}: {status}")
        return status, content

    def _text(self) -> str:
        return self._chance.choice(self._texts)

    def _submit(self) -> None:
        body = {"description": self._text(), "product_name": f"item {self._chance.randrange(10_000)}", "destination": "NO"}
        status, case = self._timed("submit a case", (201,), "POST", "/v1/cases", body)
        if status == 201:
            with self._tally.lock:
                self._tally.submitted.append(case["id"])

    def _read(self) -> None:
        with self._tally.lock:
            known = self._tally.submitted[-200:]
        if known:
            self._timed("read a case", (200,), "GET", f"/v1/cases/{self._chance.choice(known)}")

    def _list(self) -> None:
        self._timed("list and search cases", (200,), "GET", f"/v1/cases?limit=20&q={self._chance.choice(('item', 'camera', 'software'))}")

    def _queue(self) -> None:
        self._timed("read the queue", (200,), "GET", "/v1/review/queue?limit=20")

    def _classify(self) -> None:
        self._timed("classify", (200,), "POST", "/v1/classify", {"text": self._text()})

    def _review(self) -> None:
        status, case = self._timed("claim the next case", (200, 404), "POST", "/v1/review/claim")
        if status == 200:
            body = {"version": case["version"], "action": "accept", "reason_code": "description_matches"}
            status, _ = self._timed("decide a case", (200,), "POST", f"/v1/cases/{case['id']}/decide", body)
            with self._tally.lock:
                self._tally.decided += status == 200


def _visit(port: int, person: Person, texts: Sequence[str], tally: Tally, seed: int, end: float) -> None:
    with connected(port) as connection:
        visitor = _Visitor(connection, person, texts, tally, seed)
        while time.perf_counter() < end:
            try:
                visitor.act()
            except (OSError, http.client.HTTPException, ValueError) as error:
                with tally.lock:
                    tally.failures.append(type(error).__name__)
                connection.close()


def _lost(port: int, person: Person, ids: Sequence[str]) -> int:
    with connected(port) as connection:
        headers = {"authorization": f"Bearer {person.secret}"}
        return sum(_ask(connection, "GET", f"/v1/cases/{each}", None, headers)[0] != 200 for each in ids)


def mixed_load(
    release: Path, texts: Sequence[str], database_url: str | None, seconds: float = 120.0, concurrency: int = 32
) -> MixedFigures:
    """Start the service on an empty database and send mixed traffic over `concurrency` connections for `seconds`.

    Without a `database_url` the database is a SQLite file that goes away afterwards.

    Raises:
        ConfigurationError: the service did not start, or the database is not empty.
    """
    password = secrets.token_urlsafe(24)
    environment = {"CATCHALL_BOOTSTRAP_PASSWORD": password, "CATCHALL_RATE_PER_KEY": "off", "CATCHALL_RATE_LOGIN": "off"}
    with serving(release, database_url, environment) as (port, pid, _):
        n = max(1, round(concurrency * OFFICER_SHARE))
        people = _settle(port, password, n)
        exporters = [person for person in people if person.role == "exporter"]
        officers = [person for person in people if person.role == "officer"]
        tally = Tally()
        crew = [officers[i] if i < n else exporters[i % EXPORTERS] for i in range(concurrency)]
        start = time.perf_counter()
        visits = [
            threading.Thread(target=_visit, args=(port, person, texts, tally, seed, start + seconds)) for seed, person in enumerate(crew)
        ]
        for visit in visits:
            visit.start()
        for visit in visits:
            visit.join()
        took = time.perf_counter() - start
        lost = _lost(port, exporters[0], tally.submitted)
        memory = resident_mb(pid)
    kinds = {}
    for kind, times in sorted(tally.seconds.items()):
        p50, p99 = np.percentile(np.array(times) * 1000, [50, 99])
        kinds[kind] = (len(times), float(p50), float(p99))
    database = (database_url or "sqlite:").partition(":")[0].partition("+")[0]
    return MixedFigures(database, concurrency, took, kinds, tuple(tally.failures), len(tally.submitted), tally.decided, lost, memory)


def mixed_report(figures: MixedFigures) -> str:
    """Return the figures as Markdown."""
    total = sum(n for n, _, _ in figures.kinds.values())
    failed = f"{len(figures.failures)} of {total} failed"
    if figures.failures:
        failed += f" ({', '.join(sorted(set(figures.failures))[:8])})"
    rows = "\n".join(f"| {kind} | {n} | {p50:.0f} | {p99:.0f} |" for kind, (n, p50, p99) in figures.kinds.items())
    per_second = total / figures.seconds
    return (
        f"{figures.database}, {figures.concurrency} connections for {figures.seconds:.0f} s: {per_second:.0f} requests/s, {failed}; "
        f"{figures.submitted} cases submitted, {figures.lost} of them lost, {figures.decided} decisions; resident memory "
        f"{figures.resident_mb:.0f} MiB.\n\n| request | n | p50 ms | p99 ms |\n|---|---|---|---|\n{rows}\n"
    )
