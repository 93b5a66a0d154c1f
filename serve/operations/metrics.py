"""Prometheus figures of one application; nothing global. Labels are bounded: route templates, never paths."""

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from threading import Lock

from prometheus_client import CollectorRegistry, Gauge, Histogram
from prometheus_client import Counter as Count
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import generate_latest

from model.outcome import Outcome

OUTCOMES: tuple[Outcome, ...] = ("categories", "none", "review")
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
WINDOW = 1_000
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


@dataclass(frozen=True)
class QueueState:
    """The review queue at one moment.

    Attributes:
        waiting: cases that nobody holds and that wait for an officer.
        held: cases that an officer holds.
        oldest_seconds: age of the oldest waiting case; 0 when none waits.
        overdue: waiting or held cases past their due time.
    """

    waiting: int
    held: int
    oldest_seconds: float
    overdue: int


class OutcomeMix:
    """The outcomes of the last answers, and how far they are from the first ones of this process.

    The distance is the total variation between the two mixes (0: the same, 1: nothing in common). It is not there until
    two windows of answers were given: absence is not 0.
    """

    def __init__(self, window: int = WINDOW) -> None:
        self._window = window
        self._first: list[Outcome] = []
        self._last: deque[Outcome] = deque(maxlen=window)
        self._lock = Lock()

    def add(self, outcome: Outcome) -> None:
        """Take one answer into account."""
        with self._lock:
            if len(self._first) < self._window:
                self._first.append(outcome)
            else:
                self._last.append(outcome)

    def shares(self) -> dict[Outcome, float]:
        """Return the shares among the last answers; empty before the first."""
        with self._lock:
            recent = [*self._first, *self._last][-self._window :]
        return _shares(recent)

    def drift(self) -> float | None:
        """Return the distance between the last and the first answers, 0..1; None until there are enough."""
        with self._lock:
            if len(self._last) < self._window:
                return None
            now, then = _shares(self._last), _shares(self._first)
        return sum(abs(now[outcome] - then[outcome]) for outcome in OUTCOMES) / 2

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield the figures for a scrape."""
        shares = GaugeMetricFamily(
            "catchall_outcome_share", f"Share of each outcome among the last {self._window} answers", labels=["outcome"]
        )
        for outcome, share in self.shares().items():
            shares.add_metric([outcome], share)
        yield shares
        drift = self.drift()
        if drift is not None:
            text = f"Total variation between the outcomes of the last and the first {self._window} answers of this process"
            yield GaugeMetricFamily("catchall_outcome_drift", text, value=drift)


def _shares(outcomes: Iterable[Outcome]) -> dict[Outcome, float]:
    counts = Counter(outcomes)
    total = counts.total()
    return {outcome: counts[outcome] / total for outcome in OUTCOMES} if total else {}


class _Queue:
    """Reads the review queue when it is scraped; a database that is down leaves the figures out."""

    def __init__(self, read: Callable[[], QueueState | None]) -> None:
        self._read = read

    def collect(self) -> Iterator[GaugeMetricFamily]:
        state = self._read()
        if state is None:
            return
        cases = GaugeMetricFamily("catchall_review_cases", "Cases in the review queue", labels=["state"])
        for name, value in (("waiting", state.waiting), ("held", state.held), ("overdue", state.overdue)):
            cases.add_metric([name], value)
        yield cases
        yield GaugeMetricFamily("catchall_review_oldest_seconds", "Age of the oldest waiting case", value=state.oldest_seconds)


class _Deliveries:
    """Counts deliveries of webhooks when they are scraped; a database that is down leaves the figures out."""

    def __init__(self, read: Callable[[], Mapping[str, int] | None]) -> None:
        self._read = read

    def collect(self) -> Iterator[GaugeMetricFamily]:
        counts = self._read()
        if counts is None:
            return
        family = GaugeMetricFamily("catchall_webhook_deliveries", "Messages to webhooks that wait or were given up", labels=["state"])
        for state, count in counts.items():
            family.add_metric([state], count)
        yield family


class Metrics:
    """What is counted about one running application."""

    def __init__(self, release: str, taxonomy: str, version: str) -> None:
        self.registry = CollectorRegistry()
        labels = ("method", "route")
        self._requests = Count("catchall_requests", "Answered requests", (*labels, "status"), registry=self.registry)
        self._seconds = Histogram("catchall_request_seconds", "Time to answer", labels, buckets=_SECONDS, registry=self.registry)
        self.in_flight = Gauge("catchall_requests_in_flight", "Requests being answered", registry=self.registry)
        self._outcomes = Count("catchall_outcomes", "Classifications by outcome", ("outcome",), registry=self.registry)
        self._reasons = Count("catchall_review_reasons", "Reasons for which a person must look", ("reason",), registry=self.registry)
        self._unusable = Count("catchall_unusable_texts", "Texts that could not be classified", ("error",), registry=self.registry)
        information = Gauge("catchall_release", "The release that answers", ("release", "taxonomy", "version"), registry=self.registry)
        information.labels(release, taxonomy, version).set(1)
        self.mix = OutcomeMix()
        self.registry.register(self.mix)

    def watch_queue(self, read: Callable[[], QueueState | None]) -> None:
        """Add the review queue; `read` is called for each scrape and returns None when the database does not answer."""
        self.registry.register(_Queue(read))

    def watch_deliveries(self, read: Callable[[], Mapping[str, int] | None]) -> None:
        """Add the deliveries of webhooks; `read` is called for each scrape and returns None when the database does not answer."""
        self.registry.register(_Deliveries(read))

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count an answered request."""
        known = method if method in METHODS else "other"
        self._requests.labels(known, route, str(status)).inc()
        self._seconds.labels(known, route).observe(seconds)

    def classified(self, outcome: Outcome, reasons: Iterable[str]) -> None:
        """Count a classification."""
        self._outcomes.labels(outcome).inc()
        for reason in reasons:
            self._reasons.labels(reason).inc()
        self.mix.add(outcome)

    def refused(self, error: str) -> None:
        """Count a text that could not be classified, by the class of the error."""
        self._unusable.labels(error).inc()

    def page(self) -> bytes:
        """Return the figures in the text format of Prometheus."""
        return generate_latest(self.registry)
