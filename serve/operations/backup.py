"""Back up a SQLite database while it is in use, and put a backup in its place: every step is checked before anything is replaced.

A backup is two files: the database, and beside it a record (`….json`) with its hash, its schema and the ends of its audit chains.
The ends in the record are the anchors against which a restored audit is verified: nothing can be missing at the end of a chain.
"""

import json
import shutil
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from data.errors import BackupDamaged, BackupExists, BackupNotPossible, CatchallError
from model.artefact import file_hash
from serve.cases.chain import Head
from serve.cases.verify import verify
from serve.clock import Clock, stamp
from serve.store.copies import SIDE_FILES, check_pages, copy_online, hold_alone, make_private, sync
from serve.store.database import Database
from serve.store.steps import newest, revisions

FORMAT = 1


@dataclass(frozen=True)
class BackupRecord:
    """What a backup says of itself.

    Attributes:
        created: when, UTC.
        sha256: of the database file.
        revision: of its schema.
        program: version that wrote it.
        chains: ends of the audit chains.
    """

    created: str
    sha256: str
    revision: str
    program: str
    chains: tuple[Head, ...]
    format: int = FORMAT


def record_path(backup: Path) -> Path:
    """Return where the record of a backup lies."""
    return backup.with_name(backup.name + ".json")


def _read_record(backup: Path) -> BackupRecord | None:
    """Return the record of a backup; None when it has none."""
    path = record_path(backup)
    if not path.exists():
        return None
    try:
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        record = BackupRecord(**(content | {"chains": tuple(Head(**head) for head in content["chains"])}))
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise BackupDamaged(path=str(path), reason="it is not the record of a backup") from error
    if record.format != FORMAT:
        raise BackupDamaged(path=str(path), reason=f"its format is {record.format}, this program reads {FORMAT}")
    return record


def _sqlite_path(url: str) -> Path:
    database = Database.open(url)
    database.close()
    if database.path is None:
        raise BackupNotPossible(reason="a PostgreSQL database is backed up with pg_dump; docs/operations.md says how")
    return database.path


@contextmanager
def _partial(target: Path) -> Iterator[Path]:
    """Yield a name beside the target for a file that is not finished; it is gone afterwards."""
    path = target.with_name(f".{target.name}.{uuid.uuid4().hex}.partial")
    try:
        yield path
    finally:
        for side in ("", *SIDE_FILES):
            path.with_name(path.name + side).unlink(missing_ok=True)


def _audited(path: Path, anchors: Mapping[str, Head] | None = None) -> tuple[str, list[Head]]:
    """Verify the audit in a database file that nobody uses; return its schema and the ends of its chains."""
    database = Database.open(f"sqlite:///{path}")
    try:
        revision = database.current_revision()
        if revision not in revisions():
            raise BackupDamaged(path=str(path), reason=f"its schema {revision} is unknown to this program")
        if revision != newest():
            database.migrate()  # what verifies the audit knows the newest schema only; the file is a scratch copy
        faults, ends = verify(database, anchors)
    except CatchallError:
        raise
    except Exception as error:
        raise BackupDamaged(path=str(path), reason=f"its audit cannot be read ({type(error).__name__})") from error
    finally:
        database.close()
    if faults:
        first = faults[0]
        where = f"{first.reason} (organisation {first.organisation_id}, event {first.sequence}; {len(faults)} faults in all)"
        raise BackupDamaged(path=str(path), reason=f"its audit is not whole: {where}")
    return revision, ends


def _copy_private(source: Path, target: Path) -> None:
    make_private(target)
    shutil.copyfile(source, target)


@contextmanager
def _no_foreign_errors(what: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise BackupNotPossible(reason=f"{what} failed: {error.strerror or error} ('{error.filename}')") from error


def check_backup(backup: Path) -> BackupRecord | None:
    """Check a backup without using it: hash, pages, foreign keys, schema, audit. Returns its record, None when it has none.

    Raises:
        BackupDamaged: it cannot be used.
    """
    if not backup.is_file():
        raise BackupDamaged(path=str(backup), reason="there is no such file")
    record = _read_record(backup)
    if record is not None and file_hash(backup) != record.sha256:
        raise BackupDamaged(path=str(backup), reason="its hash is not the one in its record")
    check_pages(backup)
    with TemporaryDirectory(prefix="catchall-check-") as folder:
        scratch = Path(folder) / "scratch.db"
        _copy_private(backup, scratch)
        _audited(scratch, {head.organisation_id: head for head in record.chains} if record else None)
    return record


def back_up(url: str, target: Path, clock: Clock, force: bool = False) -> BackupRecord:
    """Write a verified backup of the database at `url`, which may be in use.

    Raises:
        BackupExists: the target is there and `force` is not given.
        BackupNotPossible: the database is not there, not SQLite, or cannot be read.
        BackupDamaged: the copy fails its checks: so the database itself is damaged. Nothing was written.
    """
    source = _sqlite_path(url)
    if not source.is_file():
        raise BackupNotPossible(reason=f"there is no database at '{source}'")
    if target.exists() and (not force or target.samefile(source)):
        raise BackupExists(path=str(target))
    with _no_foreign_errors("the backup"):
        return _back_up(source, target, clock)


def _back_up(source: Path, target: Path, clock: Clock) -> BackupRecord:
    target.parent.mkdir(parents=True, exist_ok=True)
    with _partial(target) as copy, _partial(target) as scratch:
        copy_online(source, copy)
        check_pages(copy)
        _copy_private(copy, scratch)
        revision, ends = _audited(scratch)
        record = BackupRecord(stamp(clock()), file_hash(copy), revision, version("catchall"), tuple(ends))
        # The record goes first and comes last: a crash leaves no record that belongs to another file.
        record_path(target).unlink(missing_ok=True)
        copy.replace(target)
        _write_record(target, record)
    sync(target.parent)
    return record


def _write_record(backup: Path, record: BackupRecord) -> None:
    with _partial(record_path(backup)) as path:
        make_private(path)
        path.write_text(json.dumps(asdict(record), indent=1) + "\n", encoding="utf-8")
        sync(path)
        path.replace(record_path(backup))


def restore(url: str, backup: Path, clock: Clock, force: bool = False) -> Path | None:
    """Put a backup in the place of the database at `url`; return where the database that was there is kept.

    The service must be stopped. It brings an older schema up to date when it starts.

    Raises:
        BackupDamaged: the backup fails its checks.
        BackupExists: there is a database and `force` is not given.
        BackupNotPossible: the database is in use or not SQLite.
    """
    target = _sqlite_path(url)
    check_backup(backup)
    leftovers = [path for side in SIDE_FILES if (path := target.with_name(target.name + side)).exists()]
    if (target.exists() or leftovers) and not force:
        raise BackupExists(path=str(target if target.exists() else leftovers[0]))
    kept = target.with_name(f"{target.name}.before-restore-{stamp(clock()).replace(':', '')}")
    with _no_foreign_errors("the restore"):
        return kept if _replace(target, backup, kept) else None


def _replace(target: Path, backup: Path, kept: Path) -> bool:
    """Put a copy of the backup in the place of the target; return whether there was one, which is then at `kept`."""
    target.parent.mkdir(parents=True, exist_ok=True)
    there = target.exists()
    with _partial(target) as copy:
        _copy_private(backup, copy)
        sync(copy)
        held = hold_alone(target) if there else None
        try:
            if there:
                _keep(target, kept)
            for side in SIDE_FILES:  # of a database that is gone or broken; the new one must not meet them
                with suppress(FileNotFoundError):
                    target.with_name(target.name + side).rename(kept.with_name(kept.name + side))
            copy.replace(target)
        finally:
            if held is not None:
                held.close()
    sync(target.parent)
    return there


def _keep(target: Path, kept: Path) -> None:
    """Give the file a second name. A copy is the last resort: opening the file here would let go of the lock on it."""
    try:
        kept.hardlink_to(target)
    except OSError:
        shutil.copy2(target, kept)
        sync(kept)
