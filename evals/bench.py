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
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import Progress

from data.taxonomy import Taxonomy
from evals.items import EvalItem, label_matrix
from evals.metrics import micro_f1
from model.calibration import Calibration

Classify = Callable[[str], object]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Contender:
    """Somebody who answers a text.

    Attributes:
        run: answers one text; what is timed.
        many: answers all texts at once; timed in place of `run` where it is given.
        logits: text to scores [outputs] as calibration takes them, where the contender is our network; its F1 is then compared too.
    """

    name: str
    run: Classify
    logits: Callable[[str], Floats] | None = None
    many: Callable[[Sequence[str]], object] | None = None


@dataclass(frozen=True)
class Speed:
    """How fast one contender was.

    Attributes:
        texts_per_second: median over the rounds.
        p50_ms, p99_ms: latency of a single text, in milliseconds; None where texts are answered together.
        ratio: to the reference of the same run.
        micro_f1: on the held-out split; None where the contender is not our network.
    """

    name: str
    texts_per_second: float
    p50_ms: float | None
    p99_ms: float | None
    ratio: float
    micro_f1: float | None = None


def measure(contenders: Sequence[Contender], texts: Sequence[str], rounds: int = 3) -> list[Speed]:
    """Run every contender over the texts in turn, `rounds` times; the first contender is the reference."""
    seconds: dict[str, list[list[float]]] = {contender.name: [] for contender in contenders}
    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("Measuring", total=rounds * len(contenders))
        for _ in range(rounds):  # in turn, so that a slow spell of the machine meets all of them
            for contender in contenders:
                if contender.many is not None:
                    if not seconds[contender.name]:
                        contender.many(texts)  # a runtime may compile for every length that it meets
                    seconds[contender.name].append([_timed(contender.many, texts)])
                else:
                    for text in texts[:5]:
                        contender.run(text)
                    seconds[contender.name].append([_timed(contender.run, text) for text in texts])
                progress.advance(task)
    rates = {name: median(len(texts) / sum(run) for run in runs) for name, runs in seconds.items()}
    reference = rates[contenders[0].name]
    speeds = []
    for contender in contenders:
        rate, p50, p99 = rates[contender.name], None, None
        if contender.many is None:
            p50, p99 = np.percentile(np.concatenate([np.asarray(run) for run in seconds[contender.name]]) * 1000, [50, 99]).tolist()
        speeds.append(Speed(contender.name, rate, p50, p99, rate / reference))
    return speeds


def micro_f1_of(
    contender: Contender, items: Sequence[EvalItem], calibration: Calibration, threshold: float, taxonomy: Taxonomy
) -> float | None:
    """Return a network's micro-F1 on labelled items at the release's threshold; None where the contender is not our network."""
    if contender.logits is None:
        return None
    known = [item for item in items if not item.insufficient]
    truth = label_matrix([item.labels for item in known], taxonomy)
    probabilities = np.stack([calibration.probabilities(contender.logits(item.text)) for item in known])[:, :-1]
    return micro_f1(truth, probabilities >= threshold)


def integer_floor(texts_tokens: float, parameters: float = 10.6e6, rate: float = 800e9) -> float:
    """Return texts per second if every multiplication ran at the measured unsigned 8-bit rate: rate / (2 · parameters · tokens).

    Args:
        texts_tokens: mean tokens of a text.
        parameters: weights that each token meets: the six layers of MiniLM-L6, without the embedding table.
        rate: operations per second of u8s8 matrix products on two cores with AVX512-VNNI, as measured while scouting.
    """
    return rate / (2 * parameters * texts_tokens)


def _timed(classify: Callable[[Any], object], given: Any) -> float:
    start = time.perf_counter()
    classify(given)
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


def _number(value: float | None, digits: int) -> str:
    return "–" if value is None else f"{value:.{digits}f}"


def report(speeds: Sequence[Speed], texts: Sequence[str], memory_mb: float) -> str:
    """Return the figures as Markdown."""
    rows = "\n".join(
        f"| {s.name} | {s.texts_per_second:.0f} | {_number(s.p50_ms, 1)} | {_number(s.p99_ms, 1)} | {s.ratio:.2f} "
        f"| {_number(s.micro_f1, 4)} |"
        for s in speeds
    )
    about = machine()
    words = sum(len(text.split()) for text in texts) / len(texts)
    return (
        f"{len(texts)} texts of the held-out split, {words:.0f} words each on average, one at a time unless told otherwise, "
        f"on {about['cores']} cores ({about['architecture']}; {', '.join(about['features'])}); "
        f"peak memory with all contenders loaded {memory_mb:.0f} MiB.\n\n"
        "| contender | texts/s | p50 ms | p99 ms | ratio to the first | micro-F1 held out |\n|---|---|---|---|---|---|\n" + rows + "\n"
    )
