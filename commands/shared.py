"""What every command shares: the two consoles, how a command stops, how it opens a release."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer
from rich.console import Console
from rich.table import Table

from data.errors import CatchallError, InferenceFailed, ReleaseError

if TYPE_CHECKING:
    from model.parameter_reader import ParameterReader
    from model.predictor import Predictor
    from serve.settings import Settings
    from serve.store.database import Database

RELEASE_FOLDER = Path(__file__).parent.parent / "model" / "release"
READER_FOLDER = Path(__file__).parent.parent / "model" / "reader"

_LONGEST_NAME = 1_000

_PIPED_WIDTH = 250
"""Columns where nobody looks: a table that goes to a file or another program is cut nowhere."""

out = Console(width=None if sys.stdout.isatty() or "COLUMNS" in os.environ else _PIPED_WIDTH)
err = Console(stderr=True)

ReaderOption = Annotated[Path, typer.Option("--reader", help="Folder of the readers.", show_default="the one that ships")]
ReleaseOption = Annotated[Path, typer.Option("--release", help="Release folder.", show_default="the one that ships")]


def listing(*columns: str) -> Table:
    """Return an empty table without lines; ids are there to be copied, so they and states keep their width and the others give way."""
    table = Table(box=None, pad_edge=False, header_style="dim")
    for column in columns:
        table.add_column(column, no_wrap=column in ("id", "state"), overflow="fold")
    return table


def stop(message: str, code: int) -> NoReturn:
    """Say why on standard error and leave with an exit code."""
    err.print(f"catchall: {message}", style="red", markup=False, highlight=False, soft_wrap=True)
    raise typer.Exit(code)


def exit_code(error: CatchallError) -> int:
    """Return 3 when the release is to blame, else 2."""
    return 3 if isinstance(error, ReleaseError | InferenceFailed) else 2


def not_a_file(text: str | None) -> None:
    """Stop when a description is the name of a file: whoever types that wants the file read."""
    try:
        named = text is not None and text != "-" and "\n" not in text and len(text) <= _LONGEST_NAME and Path(text).is_file()
    except (OSError, ValueError):
        named = False
    if named:
        stop(f"'{text}' is a file: read it with --input {text} (to classify these very words, send them to standard input)", 2)


def load_predictor(folder: Path, threads: int = 0, many: bool = False, batches: bool = False) -> "Predictor":
    """Open a built release, or stop; arguments as in `Predictor.load`."""
    from model.predictor import Predictor

    try:
        return Predictor.load(folder, threads, many, batches)
    except CatchallError as error:
        stop(str(error), exit_code(error))


def load_reader(folder: Path = READER_FOLDER, threads: int = 0) -> "ParameterReader":
    """Open the built readers, or stop."""
    from model.parameter_reader import ParameterReader

    try:
        return ParameterReader.load(folder, threads)
    except CatchallError as error:
        stop(str(error), exit_code(error))


def require_training() -> None:
    """Stop unless the `train` extra is installed."""
    import importlib.util

    if missing := [name for name in ("torch", "transformers", "peft", "datasets") if importlib.util.find_spec(name) is None]:
        stop(f"this command needs the 'train' extra ({', '.join(missing)} not installed): pip install 'catchall[train]'", 2)


def load_settings() -> "Settings":
    """Read the settings of the service from the environment, or stop."""
    from pydantic import ValidationError

    from serve.settings import Settings

    try:
        return Settings()
    except ValidationError as error:
        stop("; ".join(f"CATCHALL_{str(e['loc'][0]).upper()}: {e['msg']}" for e in error.errors()), 2)


@contextmanager
def store(settings: "Settings") -> "Iterator[Database]":
    """Open the database of the service, its schema brought up to date; an error of ours inside the block stops the command."""
    from serve.store.database import Database

    os.umask(0o077)  # the file holds descriptions and password hashes: nobody else on this machine reads it
    try:
        database = Database.open(settings.database_url)
        try:
            database.migrate()
            yield database
        finally:
            database.close()
    except CatchallError as error:
        stop(str(error), exit_code(error))
