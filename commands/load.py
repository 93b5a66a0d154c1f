"""`catchall load`: mixed traffic against the service on this machine, for a bounded time."""

from pathlib import Path
from typing import Annotated

import typer

from commands.shared import RELEASE_FOLDER, ReleaseOption, err, exit_code, stop
from data.errors import CatchallError


def load(
    release: ReleaseOption = RELEASE_FOLDER,
    seconds: Annotated[float, typer.Option(min=1, max=600, help="How long.")] = 120,
    connections: Annotated[int, typer.Option(min=1, max=256, help="How many ask at the same time.")] = 32,
    database_url: Annotated[
        str | None, typer.Option(help="An empty database for it.", show_default="a SQLite file that is deleted afterwards")
    ] = None,
    output_file: Annotated[Path | None, typer.Option("--output", "-o", help="Also write it to this file.", show_default=False)] = None,
) -> None:
    """Start the service and let exporters and officers work at once: submit, read, search, claim, decide, classify.

    Exit code 1 when an answer was wrong or an acknowledged case was lost.
    """
    import random

    from data.records import load_corpus
    from data.splits import split_corpus
    from evals.mixed_load import mixed_load, mixed_report

    try:
        texts = [record.text for record in split_corpus(load_corpus()).test]
        sample = random.Random(0).sample(texts, min(300, len(texts)))  # noqa: S311 - a seeded draw
        with err.status(f"Mixed traffic for {seconds:.0f} s"):
            figures = mixed_load(release, sample, database_url, seconds, connections)
        content = mixed_report(figures)
        print(content)  # noqa: T201 - the table is the product of this command
        if output_file is not None:
            output_file.write_text(content, encoding="utf-8")
    except CatchallError as error:
        stop(str(error), exit_code(error))
    except OSError as error:
        stop(f"'{output_file}' cannot be written: {error.strerror}", 2)
    if figures.failures or figures.lost:
        raise typer.Exit(1)
