"""How much is done at once: a bounded queue in front of inference, in count and in time, with a lane of its own for long texts."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from starlette.types import ASGIApp, Receive, Scope, Send

from data.errors import ServiceBusy
from model.each_core import cores
from serve.problems import problem_of, send_problem

LONG_CHARACTERS = 6_000
"""A text above this takes several windows; long texts wait for each other, never before a short one."""
RETRY_AFTER_SECONDS = 1


class Capacity:
    """Slots for inference. Short texts share as many as there are cores, long ones have one of their own."""

    def __init__(self, concurrency: int = 0, patience_seconds: float = 10.0) -> None:
        """Set up the slots.

        Args:
            concurrency: short texts evaluated at the same time; 0: one per core that the process may use.
            patience_seconds: how long a text may wait for a slot.
        """
        self.concurrency = concurrency or cores()
        self._patience = patience_seconds
        self._short = threading.BoundedSemaphore(self.concurrency)
        self._long = threading.BoundedSemaphore(1)

    @contextmanager
    def slot(self, characters: int) -> Iterator[None]:
        """Hold a slot for a text of that many characters.

        Raises:
            ServiceBusy: none became free in time.
        """
        lane = self._long if characters > LONG_CHARACTERS else self._short
        if not lane.acquire(timeout=self._patience):
            raise ServiceBusy(retry_after=RETRY_AFTER_SECONDS)
        try:
            yield
        finally:
            lane.release()


class Admission:
    """ASGI middleware: at most `limit` requests for inference are in the house; one more is sent away at once with 503.

    The count is kept on the event loop, before a thread is taken, so that waiting requests can never use up all threads.
    """

    def __init__(self, app: ASGIApp, limit: int, takes_inference: Callable[[str, str], bool]) -> None:
        """Set up the layer; `takes_inference` says of a method and a path whether the model will be asked."""
        self._app = app
        self._limit = limit
        self._takes_inference = takes_inference
        self.inside = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request in, or send it away."""
        if scope["type"] != "http" or not self._takes_inference(scope["method"], scope["path"]):
            await self._app(scope, receive, send)
            return
        if self.inside >= self._limit:
            refusal = problem_of(ServiceBusy(retry_after=RETRY_AFTER_SECONDS))
            await send_problem(send, refusal, {"retry-after": str(RETRY_AFTER_SECONDS)})
            return
        self.inside += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self.inside -= 1
