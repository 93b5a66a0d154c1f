"""The review in figures: what waits and for how long, what comes in and goes out, and how often people overrule the model."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

from serve.cases.agreement import Agreement, agreement, by_release
from serve.cases.desk import Desk
from serve.clock import parse_stamp, stamp
from serve.store.figures import Day, Decided, Waiting, days_since, decided_since, state_counts, waiting_cases
from serve.store.queue import QueueFigures, queue_figures

AGES = (24, 72, 168)
"""Ends of the classes of age, in hours; the last class is open."""


@dataclass(frozen=True)
class Throughput:
    """One day: cases that came and determinations made."""

    day: date
    submitted: int
    determined: int


@dataclass(frozen=True)
class Week:
    """The submissions of one week, from its Monday: what came in and what the model made of it.

    Attributes:
        outcomes: model outcome to count.
        likeliest: mean probability of the likeliest category.
        characters: mean length of the descriptions; None when none is kept.
    """

    monday: date
    count: int
    outcomes: dict[str, int]
    likeliest: float
    characters: float | None


@dataclass(frozen=True)
class Dashboard:
    """Figures of the review.

    Attributes:
        days: the length of the time looked at.
        ages: per class of `AGES` and the open one, how many wait.
        hours_to_decide: median from submission to determination; None when nothing was determined.
        late: how many of the waiting are past their time.
    """

    days: int
    queue: QueueFigures
    states: dict[str, int]
    ages: tuple[int, ...]
    late: int
    throughput: tuple[Throughput, ...]
    hours_to_decide: float | None
    agreement: Agreement


@dataclass(frozen=True)
class ModelInUse:
    """What the cases say about the model.

    Attributes:
        weeks: oldest first.
        releases: agreement per release that had answered.
        disagreements: determinations that differ from the guess, newest first.
    """

    weeks: tuple[Week, ...]
    releases: dict[str, Agreement]
    disagreements: tuple[Decided, ...]
    decided: int


def age_classes(waiting: Sequence[Waiting], now: str) -> tuple[int, ...]:
    """Return how many wait per class of age."""
    counts = [0] * (len(AGES) + 1)
    for each in waiting:
        hours = (parse_stamp(now) - parse_stamp(each.submitted_at)) / timedelta(hours=1)
        counts[sum(hours >= end for end in AGES)] += 1
    return tuple(counts)


def _throughput(days: Sequence[Day], decided: Sequence[Decided], first: date, last: date) -> tuple[Throughput, ...]:
    came: Counter[str] = Counter()
    for day in days:
        came[day.day] += day.count
    went = Counter(each.made_at[:10] for each in decided)
    span = [first + timedelta(days=i) for i in range((last - first).days + 1)]
    return tuple(Throughput(each, came[each.isoformat()], went[each.isoformat()]) for each in span)


def dashboard(desk: Desk, days: int) -> Dashboard:
    """Return the figures of the last `days` days, today among them."""
    now = desk.clock()
    first = now - timedelta(days=days - 1)
    since = stamp(first)[:10]
    with desk.database.reading() as connection:
        queue = queue_figures(connection, desk.now())
        decided = decided_since(connection, since)
        came = days_since(connection, since)
        waiting = waiting_cases(connection)
        states = state_counts(connection)
    hours = [(parse_stamp(each.made_at) - parse_stamp(each.submitted_at)) / timedelta(hours=1) for each in decided]
    return Dashboard(
        days=days,
        queue=queue,
        states=states,
        ages=age_classes(waiting, desk.now()),
        late=sum(bool(each.due_at and each.due_at < desk.now()) for each in waiting),
        throughput=_throughput(came, decided, first.date(), now.date()),
        hours_to_decide=median(hours) if hours else None,
        agreement=agreement(decided, desk.taxonomy.ids),
    )


def weeks_of(days: Sequence[Day]) -> tuple[Week, ...]:
    """Gather days into weeks; means are weighed by the counts."""
    groups: dict[date, list[Day]] = {}
    for each in days:
        day = date.fromisoformat(each.day)
        groups.setdefault(day - timedelta(days=day.weekday()), []).append(each)
    return tuple(_week(monday, rows) for monday, rows in sorted(groups.items()))


def _week(monday: date, rows: Sequence[Day]) -> Week:
    outcomes: Counter[str] = Counter()
    for row in rows:
        outcomes[row.outcome] += row.count
    count = sum(row.count for row in rows)
    kept = [row for row in rows if row.characters is not None]
    characters = sum(row.count * float(row.characters or 0) for row in kept) / sum(row.count for row in kept) if kept else None
    return Week(monday, count, dict(outcomes), sum(row.count * row.likeliest for row in rows) / count, characters)


def model_in_use(desk: Desk, days: int, most: int) -> ModelInUse:
    """Return drift, agreement per release and the newest `most` disagreements of the last `days` days."""
    since = stamp(desk.clock() - timedelta(days=days - 1))[:10]
    with desk.database.reading() as connection:
        decided = decided_since(connection, since)
        came = days_since(connection, since)
    differ = tuple(each for each in decided if not each.agrees)[:most]
    return ModelInUse(weeks_of(came), by_release(decided, desk.taxonomy.ids), differ, len(decided))


def queue_now(desk: Desk) -> QueueFigures:
    """Return the queue in numbers at this moment."""
    with desk.database.reading() as connection:
        return queue_figures(connection, desk.now())
