"""How uvicorn runs the application."""

import ctypes
import sys
from typing import Any

from serve.settings import Settings

KEEP_ALIVE_SECONDS = 75
"""Longer than the idle time of usual reverse proxies (60 s), so that a proxy never sends into a connection just closed."""

_M_ARENA_MAX = -8
"""glibc's name for the number of heaps, see mallopt(3)."""
HEAPS = 2


def share_heaps() -> bool:
    """Let all threads share `HEAPS` heaps of the C library; return whether that could be asked for.

    By default every thread may get a heap of its own, and each keeps what one long text once needed. Must come before threads are started.
    """
    try:
        return bool(ctypes.CDLL(None).mallopt(_M_ARENA_MAX, HEAPS))
    except (OSError, AttributeError):  # another C library
        return False


def leave_out_pydantic_1() -> None:
    """Keep pydantic's first interface from being imported: a twentieth of the time to the first answer.

    FastAPI asks of each parameter whether it is a model of that interface, and takes "cannot be imported" for no. None in
    `sys.modules` is how Python is told so ("The module cache" in its reference). Must come before FastAPI is imported.
    """
    sys.modules.setdefault("pydantic.v1", None)  # type: ignore[arg-type]


def server_options(settings: Settings) -> dict[str, Any]:
    """Return the options of `uvicorn.run`.

    SIGTERM or SIGINT closes the port, lets requests being answered finish (`shutdown_seconds` at most) and ends the process.
    """
    return {
        "log_config": None,  # `configure_logs` has set up the logs
        "access_log": False,  # `serve.operations.access` writes them, without paths and queries
        "proxy_headers": False,  # `serve.operations.addresses` reads them, from trusted proxies alone
        "server_header": False,
        "timeout_keep_alive": KEEP_ALIVE_SECONDS,
        "timeout_graceful_shutdown": settings.shutdown_seconds,
    }
