"""`catchall backup` and `catchall restore`: a verified copy of the SQLite database, taken while the service runs, and back."""

from pathlib import Path
from typing import Annotated

import typer

from commands.shared import err, exit_code, out, stop
from data.errors import CatchallError


def _database_url() -> str:
    from pydantic import ValidationError

    from serve.settings import Settings

    try:
        return Settings().database_url
    except ValidationError as error:
        stop("; ".join(f"CATCHALL_{str(e['loc'][0]).upper()}: {e['msg']}" for e in error.errors()), 2)


def backup(
    target: Annotated[Path, typer.Argument(help="File to write; its record goes beside it, with `.json` at the end of the name.")],
    force: Annotated[bool, typer.Option("--force", help="Replace the file when it exists.")] = False,
) -> None:
    """Back up the SQLite database of the service, which may be running, and verify the copy: pages, foreign keys, audit.

    Example: `catchall backup backups/$(date +%F).db`
    """
    from serve.clock import utc_now
    from serve.operations.backup import back_up

    try:
        record = back_up(_database_url(), target, utc_now, force)
    except CatchallError as error:
        stop(str(error), exit_code(error))
    out.print(
        f"{target}: schema {record.revision}, {len(record.chains)} audit chains whole, sha256 {record.sha256}",
        highlight=False,
        soft_wrap=True,
    )


def restore(
    source: Annotated[Path, typer.Argument(help="Backup to put in the place of the database.")],
    force: Annotated[bool, typer.Option("--force", help="Replace the database that is there; it is kept under another name.")] = False,
    check: Annotated[bool, typer.Option("--check", help="Only say whether the backup can be used.")] = False,
) -> None:
    """Verify a backup and put it in the place of the SQLite database. Stop the service first.

    Example: `catchall restore backups/2026-11-27.db --force`
    """
    from serve.clock import utc_now
    from serve.operations.backup import check_backup
    from serve.operations.backup import restore as put_back

    try:
        if check:
            record = check_backup(source)
            out.print(f"{source} can be used" + (f"; it is of {record.created}." if record else "."), highlight=False, soft_wrap=True)
            if record is None:
                err.print(
                    f"catchall: {source} has no record beside it: nothing shows that the end of its audit is there",
                    style="yellow",
                    soft_wrap=True,
                )
            return
        kept = put_back(_database_url(), source, utc_now, force)
    except CatchallError as error:
        stop(str(error), exit_code(error))
    out.print(f"Restored {source}." + (f" The database that was there is kept as {kept}." if kept else ""), highlight=False, soft_wrap=True)
