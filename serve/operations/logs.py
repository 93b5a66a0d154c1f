"""Structured logs: one JSON object a line, on standard error. No description and no exception message is ever in one.

An exception's message may quote what was sent (a database driver names the parameters), so a failure is logged as its
class and where it happened; the request id leads from the log line to the answer.
"""

import logging
import sys
import traceback
from collections.abc import Callable, Iterator
from typing import Any, Literal, TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

LogFormat = Literal["auto", "json", "console"]
LogLevel = Literal["debug", "info", "warning", "error"]

_MAX_FRAMES = 20
_ROOT = "catchall"


def _behind(error: BaseException) -> Iterator[BaseException]:
    """Yield what caused an error, nearest first; an error that is its own cause ends the chain."""
    seen = {id(error)}
    cause = error.__cause__ or error.__context__
    while cause is not None and id(cause) not in seen:
        yield cause
        seen.add(id(cause))
        cause = cause.__cause__ or cause.__context__


def without_message(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Replace an exception by its class, the classes that caused it and the lines it passed through."""
    info = event.pop("exc_info", None)
    if info is True:
        info = sys.exc_info()
    error = info[1] if isinstance(info, tuple) else info
    if not isinstance(error, BaseException):
        return event
    frames = traceback.extract_tb(error.__traceback__)[-_MAX_FRAMES:]
    event["error"] = type(error).__qualname__
    event["causes"] = [type(cause).__qualname__ for cause in _behind(error)]
    event["frames"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    return event


def _shared() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        without_message,
    ]


def logger(name: str) -> structlog.stdlib.BoundLogger:
    """Return a logger of the service; until `configure_logs` is called it is as silent as a library's."""
    bound: structlog.stdlib.BoundLogger = structlog.wrap_logger(
        logging.getLogger(f"{_ROOT}.{name}"),
        processors=[structlog.stdlib.filter_by_level, *_shared(), structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    return bound


def configure_logs(level: LogLevel = "info", form: LogFormat = "auto", stream: TextIO | None = None) -> Callable[[], None]:
    """Send the logs of the service and of its libraries to one stream, in one form.

    Args:
        level: the least severe level of the service's own logs; libraries never log below `warning`, uvicorn below `info`.
        form: `json` for machines, `console` for a person; `auto`: `console` when the stream is a terminal.
        stream: where to; standard error when None.

    Returns:
        What undoes it.
    """
    handler = logging.StreamHandler(stream)
    readable = form == "console" or (form == "auto" and handler.stream.isatty())
    renderer: Any = structlog.dev.ConsoleRenderer(colors=False) if readable else structlog.processors.JSONRenderer()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*_shared(), structlog.stdlib.PositionalArgumentsFormatter()],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root, own, uvicorn = logging.getLogger(), logging.getLogger(_ROOT), logging.getLogger("uvicorn")
    before = (root.handlers[:], root.level, own.level, uvicorn.level)
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    own.setLevel(level.upper())
    uvicorn.setLevel(logging.INFO)

    def undo() -> None:
        root.handlers[:] = before[0]
        for each, old in zip((root, own, uvicorn), before[1:], strict=True):
            each.setLevel(old)

    return undo
