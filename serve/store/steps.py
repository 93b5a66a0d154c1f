"""The steps of the schema: which there are, and taking them.

Alembic, driven from code, is loaded when a step is to be taken: it is large, and a service that starts again has none to take.
"""

import threading
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, inspect, text

from data.errors import StoreTooNew

FOLDER = Path(__file__).parent / "migrations"

# Alembic keeps the migration that runs in module globals; two threads of one process take turns.
_ONE_AT_A_TIME = threading.Lock()


def _config(connection: Connection) -> Any:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def revisions() -> frozenset[str]:
    """Return every revision this program knows: what the names of the steps begin with."""
    return frozenset(path.name.partition("_")[0] for path in (FOLDER / "versions").glob("[0-9]*_*.py"))


def newest() -> str:
    """Return the revision this program works with; steps are numbered in their order."""
    return max(revisions())


def current(connection: Connection) -> str | None:
    """Return the revision of the schema; None for an empty database."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def upgrade(connection: Connection, target: str) -> None:
    """Take the steps up to a revision (`head`: all of them).

    Raises:
        StoreTooNew: the schema has a revision that this program does not know.
    """
    found = current(connection)
    if found is not None and found not in revisions():
        raise StoreTooNew(revision=found, known=newest())
    if target in ("head", newest()) and found == newest():
        return
    from alembic import command

    with _ONE_AT_A_TIME:
        command.upgrade(_config(connection), target)


def downgrade(connection: Connection, target: str) -> None:
    """Take the steps back down to a revision (`base`: all of them)."""
    from alembic import command

    with _ONE_AT_A_TIME:
        command.downgrade(_config(connection), target)
