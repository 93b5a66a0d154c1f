"""The same work on many texts: a text for each core, in their order.

A description is too short to be shared: two threads on one text are little faster than one, a text on each of two cores is nearly
twice as fast (docs/decisions/0001). Answers are the same to the last digit, since each text is evaluated alone.
"""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

AHEAD = 4
"""Items taken ahead for each worker: enough that none waits behind a long text, few enough that a file is not read into memory."""


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def on_each_core(function: Callable[[Item], Result], items: Iterable[Item], workers: int) -> Iterator[Result]:
    """Return what `function` makes of each item, in their order; what it raises comes at its turn.

    Args:
        function: mostly work that lets go of the interpreter, as runtimes do while they compute.
        items: taken in the caller's thread, a few ahead.
        workers: at the same time; with one, nothing is taken ahead and no thread is started.
    """
    if workers <= 1:
        yield from map(function, items)
        return
    waiting: deque[Future[Result]] = deque()
    pool = ThreadPoolExecutor(workers, thread_name_prefix="text")
    try:
        for item in items:
            waiting.append(pool.submit(function, item))
            if len(waiting) >= workers * AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
