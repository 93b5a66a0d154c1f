"""A serving process whose classifier keeps every text until a file appears: `gated_server.py PORT FOLDER`."""

import sys
import time
from pathlib import Path

import uvicorn

from data.taxonomy import Taxonomy, load_taxonomy
from model.classification import Classification, Review
from model.precedents import Match
from serve.app import create_app
from serve.operations.logs import configure_logs
from serve.operations.server import server_options
from serve.settings import Settings


class Gated:
    """Leaves `entered` in the folder and answers when it finds `open` there."""

    release = "gated-1"
    taxonomy: Taxonomy = load_taxonomy()

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def classify(self, text: str, every: bool = False) -> Classification:
        (self._folder / "entered").touch()
        while not (self._folder / "open").exists():
            time.sleep(0.01)
        return Classification("none", 0.9, (), Review(False, ()), None, self.release, self.taxonomy.hash, len(text), False)

    def similar(self, text: str, k: int = 5) -> list[Match]:
        return []


if __name__ == "__main__":
    settings = Settings()
    configure_logs("info", "json")
    uvicorn.run(create_app(settings, Gated(Path(sys.argv[2]))), port=int(sys.argv[1]), **server_options(settings))
