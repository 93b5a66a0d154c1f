"""The pages' own files, named by their content: a browser keeps one for good and never shows an old one."""

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from data.errors import NotFound

_FOLDER = Path(__file__).with_name("static")
_KINDS = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}


@dataclass(frozen=True)
class Asset:
    """A file of the pages."""

    content: bytes
    kind: str
    digest: str


@cache
def assets() -> dict[str, Asset]:
    """Return every file by name, read once."""
    found = {}
    for path in sorted(_FOLDER.iterdir()):
        if path.suffix in _KINDS:
            content = path.read_bytes()
            found[path.name] = Asset(content, _KINDS[path.suffix], hashlib.sha256(content).hexdigest()[:12])
    return found


def asset(name: str) -> Asset:
    """Return a file.

    Raises:
        NotFound: there is none of this name.
    """
    if (found := assets().get(name)) is None:
        raise NotFound(what="file", id=name[:60])
    return found


def asset_path(name: str) -> str:
    """Return the address of a file; it changes with its content."""
    return f"/static/{name}?v={assets()[name].digest}"
