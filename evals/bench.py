"""`catchall bench`: texts per second of serving and of its peers, in one run on this machine. Ratios travel, figures do not."""

import os
import platform
import resource
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from rich.console import Console
from rich.progress import Progress

Classify = Callable[[str], object]


@dataclass(frozen=True)
class Speed:
    """How fast one contender was.

    Attributes:
        texts_per_second: median over the rounds.
        p50_ms, p99_ms: latency of a single text, in milliseconds.
        ratio: to the reference of the same run.
    """

    name: str
    texts_per_second: float
    p50_ms: float
    p99_ms: float
    ratio: float


def measure(contenders: dict[str, Classify], texts: Sequence[str], rounds: int = 3) -> list[Speed]:
    """Run every contender over the texts in turn, `rounds` times; the first contender is the reference."""
    seconds: dict[str, list[list[float]]] = {name: [] for name in contenders}
    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("Measuring", total=rounds * len(contenders))
        for _ in range(rounds):  # in turn, so that a slow spell of the machine meets all of them
            for name, classify in contenders.items():
                for text in texts[:5]:
                    classify(text)
                seconds[name].append([_timed(classify, text) for text in texts])
                progress.advance(task)
    rates = {name: median(len(texts) / sum(run) for run in runs) for name, runs in seconds.items()}
    reference = rates[next(iter(rates))]
    speeds = []
    for name, runs in seconds.items():
        latencies = np.concatenate([np.asarray(run) for run in runs]) * 1000
        p50, p99 = np.percentile(latencies, [50, 99])
        speeds.append(Speed(name, rates[name], float(p50), float(p99), rates[name] / reference))
    return speeds


def _timed(classify: Classify, text: str) -> float:
    start = time.perf_counter()
    classify(text)
    return time.perf_counter() - start


def machine() -> dict[str, Any]:
    """Describe the machine without naming it."""
    flags = ""
    if Path("/proc/cpuinfo").exists():
        flags = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    features = [name for name in ("avx2", "avx512f", "avx512_vnni", "avx512_bf16", "amx_int8") if f" {name}" in flags]
    return {"cores": os.cpu_count(), "architecture": platform.machine(), "features": features, "python": platform.python_version()}


def peak_memory_mb() -> float:
    """Return the largest resident memory of this process so far, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def report(speeds: Sequence[Speed], texts: Sequence[str], memory_mb: float) -> str:
    """Return the figures as Markdown."""
    rows = "\n".join(f"| {s.name} | {s.texts_per_second:.0f} | {s.p50_ms:.1f} | {s.p99_ms:.1f} | {s.ratio:.2f} |" for s in speeds)
    about = machine()
    words = sum(len(text.split()) for text in texts) / len(texts)
    return (
        f"{len(texts)} texts of the held-out split, {words:.0f} words each on average, one at a time, on {about['cores']} cores "
        f"({about['architecture']}; {', '.join(about['features'])}); peak memory with all contenders loaded {memory_mb:.0f} MiB.\n\n"
        "| contender | texts/s | p50 ms | p99 ms | ratio to the first |\n|---|---|---|---|---|\n" + rows + "\n"
    )
