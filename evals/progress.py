"""The same work on many texts, a text for each core, with a progress bar on a terminal."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from rich.console import Console
from rich.progress import track

from model.each_core import on_each_core

Item = TypeVar("Item")
Result = TypeVar("Result")


def tracked(function: Callable[[Item], Result], items: Sequence[Item], workers: int, description: str, quiet: bool) -> Iterator[Result]:
    """Return what `function` makes of each item, as `model.each_core.on_each_core` does; `quiet` hides the bar."""
    console = Console(stderr=True)
    found = on_each_core(function, items, workers)
    yield from track(found, description=description, total=len(items), console=console, disable=quiet or not console.is_terminal)
