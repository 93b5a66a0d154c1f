"""Charts drawn here as SVG, with classes for the colours of both themes; every chart has its figures as a table beside it."""

from collections.abc import Sequence
from math import floor, log10

from markupsafe import Markup

WIDTH, HEIGHT = 640, 240
LEFT, RIGHT, TOP, BOTTOM = 48, 12, 12, 40
_TONES = ("one", "two", "three")


def nice_top(most: float) -> float:
    """Return a round number at or above the largest value, for the end of an axis; 1 for no values."""
    if most <= 0:
        return 1.0
    step = 10.0 ** floor(log10(most))
    return float(next(factor * step for factor in (1, 2, 4, 5, 10) if factor * step >= most))


def _frame(title: str, content: Markup) -> Markup:
    head = Markup('<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}">').format(WIDTH, HEIGHT, title)
    return head + content + Markup("</svg>")


def _y(share: float) -> float:
    return TOP + (HEIGHT - TOP - BOTTOM) * (1 - share)


def _x(share: float) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * share


def _grid(labels: Sequence[str]) -> Markup:
    """Return horizontal lines with their values, from the bottom to the top."""
    lines = Markup("")
    for i, label in enumerate(labels):
        y = _y(i / (len(labels) - 1))
        lines += Markup('<line class="grid" x1="{}" x2="{}" y1="{:.1f}" y2="{:.1f}"/>').format(LEFT, WIDTH - RIGHT, y, y)
        lines += Markup('<text x="{}" y="{:.1f}" text-anchor="end">{}</text>').format(LEFT - 6, y + 4, label)
    return lines


def _whole(value: float) -> str:
    return f"{value:g}"


def columns(title: str, labels: Sequence[str], series: Sequence[Sequence[float]], stacked: bool = False) -> Markup:
    """Return columns side by side, or on top of each other.

    Args:
        title: what a screen reader says.
        labels: below the columns; of many only some are written.
        series: per series one value per label; at most three series.
    """
    totals = [sum(values) if stacked else max(values) for values in zip(*series, strict=True)] if labels else []
    top = nice_top(max(totals, default=0))
    drawn = _grid([_whole(0), _whole(top / 2), _whole(top)])
    width = (WIDTH - LEFT - RIGHT) / max(len(labels), 1)
    every = max(1, -(-len(labels) // 8))
    for i, label in enumerate(labels):
        left, below = LEFT + i * width, 0.0
        for j, values in enumerate(series):
            bar = width * 0.7 if stacked else width * 0.7 / len(series)
            x = left + width * 0.15 + (0 if stacked else j * bar)
            share = values[i] / top
            drawn += Markup('<rect class="{}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}"/>').format(
                _TONES[j], x, _y(below + share), bar, _y(0) - _y(share)
            )
            below += share if stacked else 0
        if i % every == 0:
            # On a narrow screen, only every other one has room.
            kind = Markup(' class="between"') if i // every % 2 and len(labels) > 4 else ""
            place = (kind, left + width / 2, HEIGHT - BOTTOM + 18, label)
            drawn += Markup('<text{} x="{:.1f}" y="{}" text-anchor="middle">{}</text>').format(*place)
    drawn += Markup('<line class="axis" x1="{}" x2="{}" y1="{}" y2="{}"/>').format(LEFT, WIDTH - RIGHT, _y(0), _y(0))
    return _frame(title, drawn)


def curve(
    title: str,
    points: Sequence[tuple[float, float]],
    x_title: str,
    y_title: str,
    diagonal: bool = False,
    dots: bool = False,
    top: float = 1.0,
) -> Markup:
    """Return a curve over shares: x from 0 to 1, y from 0 to `top`.

    Args:
        title: what a screen reader says.
        points: (x, y), by x.
        diagonal: draw the line x = y.
        dots: mark each point.
    """
    drawn = _grid([f"{top * i / 4:g}" for i in range(5)])
    for i in range(5):
        drawn += Markup('<text x="{:.1f}" y="{}" text-anchor="middle">{:g}</text>').format(_x(i / 4), HEIGHT - BOTTOM + 16, i / 4)
    if diagonal:
        drawn += Markup('<line class="ideal" x1="{}" y1="{}" x2="{}" y2="{}"/>').format(_x(0), _y(0), _x(1), _y(1 / top))
    placed = [(_x(x), _y(min(y / top, 1.0))) for x, y in points]
    drawn += Markup('<polyline class="line" points="{}"/>').format(" ".join(f"{x:.1f},{y:.1f}" for x, y in placed))
    if dots:
        for x, y in placed:
            drawn += Markup('<circle class="dot" cx="{:.1f}" cy="{:.1f}" r="4"/>').format(x, y)
    drawn += Markup('<text x="{:.1f}" y="{}" text-anchor="middle">{}</text>').format((LEFT + WIDTH) / 2, HEIGHT - 4, x_title)
    drawn += Markup('<text x="{}" y="{}">{}</text>').format(LEFT + 8, TOP + 12, y_title)
    return _frame(title, drawn)
