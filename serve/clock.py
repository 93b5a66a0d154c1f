"""The time, as something that is passed in; and its one written form."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Returns the time now, aware, in UTC."""

_FORM = "%Y-%m-%dT%H:%M:%S.%fZ"


def utc_now() -> datetime:
    """Return the time of the machine."""
    return datetime.now(UTC)


def stamp(moment: datetime) -> str:
    """Return a moment as text that sorts as time does: `2026-11-27T22:00:00.000000Z`."""
    # isoformat, unlike strftime, pads years below 1000 on every platform.
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def parse_stamp(text: str) -> datetime:
    """Return the moment of a stamp, aware, in UTC.

    Raises:
        ValueError: the text is no stamp.
    """
    return datetime.strptime(text, _FORM).replace(tzinfo=UTC)
