"""Alembic, driven from code: no configuration file, no command line."""

import threading
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import Connection

from data.errors import StoreTooNew

FOLDER = Path(__file__).parent / "migrations"

# Alembic keeps the migration that runs in module globals; two threads of one process take turns.
_ONE_AT_A_TIME = threading.Lock()


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def newest() -> str:
    """Return the revision this program works with."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    return ScriptDirectory.from_config(config).get_current_head() or "base"


def revisions() -> frozenset[str]:
    """Return every revision this program knows."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    return frozenset(script.revision for script in ScriptDirectory.from_config(config).walk_revisions())


def current(connection: Connection) -> str | None:
    """Return the revision of the schema; None for an empty database."""
    return MigrationContext.configure(connection).get_current_revision()


def upgrade(connection: Connection, target: str) -> None:
    """Take the steps up to a revision.

    Raises:
        StoreTooNew: the schema has a revision that this program does not know.
    """
    with _ONE_AT_A_TIME:
        try:
            command.upgrade(_config(connection), target)
        except CommandError as error:
            if "locate revision" not in str(error):
                raise
            raise StoreTooNew(revision=current(connection), known=newest()) from error


def downgrade(connection: Connection, target: str) -> None:
    """Take the steps back down to a revision."""
    with _ONE_AT_A_TIME:
        command.downgrade(_config(connection), target)
