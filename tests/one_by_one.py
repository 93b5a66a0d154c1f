"""A session where batches are asked for."""

from collections.abc import Sequence

from model.session import NetworkOutput, Session
from model.windows import Window


class OneByOne:
    """A session of one window at a time, where batches are asked for."""

    together = 1

    def __init__(self, session: Session) -> None:
        self._session = session

    def run(self, windows: Sequence[Window]) -> list[NetworkOutput]:
        """See `Batches.run`."""
        return [self._session.run(window.ids, window.content) for window in windows]
