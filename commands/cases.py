"""`catchall audit`, `catchall corpus`, `catchall reassess`: what is done to all cases at once, by who has the machine of the service."""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from commands.shared import err, load_predictor, load_reader, load_settings, out, stop, store
from data.errors import UnreadableFile

if TYPE_CHECKING:
    from serve.cases.chain import Head
    from serve.cases.desk import Actor, Desk

audit_app = typer.Typer(no_args_is_help=True, help="The audit: verify it, export it, remove texts whose time is over.")
corpus_app = typer.Typer(no_args_is_help=True, help="What determinations teach the model.")

ApplyOption = Annotated[bool, typer.Option("--apply", help="Do it; without, only say what would be done.")]


def _system() -> "Actor":
    from serve.cases.desk import Actor
    from serve.store.audit import SYSTEM

    return Actor(SYSTEM, "", "admin")


@contextmanager
def _desk(with_model: bool) -> "Iterator[Desk]":
    """Open the desk; without a model, nothing can be assessed at it."""
    from data.taxonomy import load_taxonomy
    from model.assessment import Assessor
    from serve.capacity import Capacity
    from serve.cases.assess import Assess, AssessByControls, NoAssess
    from serve.cases.desk import Desk
    from serve.cases.policy import read_review_policy
    from serve.clock import utc_now

    settings = load_settings()
    assess: Assess = NoAssess()
    if with_model:
        assessor = Assessor(
            load_predictor(settings.release_folder, settings.threads), reader=load_reader(settings.reader_folder, settings.threads)
        )
        assess = AssessByControls(lambda: assessor, Capacity(1, settings.patience_seconds), utc_now)
    with store(settings) as database:
        taxonomy = load_taxonomy()
        yield Desk(database, assess, read_review_policy(taxonomy, settings.review_policy), taxonomy, utc_now)


def _read_anchors(path: Path) -> "dict[str, Head]":
    from serve.cases.chain import Head

    try:
        return {head["organisation_id"]: Head(**head) for head in json.loads(path.read_text(encoding="utf-8"))}
    except (OSError, ValueError, TypeError, KeyError) as exc:
        raise UnreadableFile(path=str(path), reason=f"it holds no ends of chains ({exc})") from exc


def _write(path: Path, content: str) -> None:
    try:
        path.write_text(content, encoding="utf-8")
    except OSError as exc:
        raise UnreadableFile(path=str(path), reason=exc.strerror or str(exc)) from exc


@audit_app.command("verify")
def verify_audit(
    anchors: Annotated[Path | None, typer.Option(help="Ends of chains kept from an earlier run, to check against.")] = None,
    keep: Annotated[Path | None, typer.Option(help="Write the present ends to this file; keep it where the service cannot write.")] = None,
) -> None:
    """Check every audit chain, and every case against what the audit says of it. Exit code 1 when anything was changed behind its back.

    Example: `catchall audit verify --anchors ends-monday.json --keep ends-tuesday.json`
    """
    from dataclasses import asdict

    from serve.cases.verify import verify

    with _desk(with_model=False) as desk:
        faults, ends = verify(desk.database, _read_anchors(anchors) if anchors else None)
        for fault in faults:
            where = f"{fault.organisation_id}, event {fault.sequence}"
            out.print(f"FAULT  {where}: {fault.reason}", markup=False, highlight=False, soft_wrap=True)
        if faults:
            stop(f"the audit does not hold: {len(faults)} faults", 1)
        if keep is not None:
            _write(keep, json.dumps([asdict(end) for end in ends], indent=1) + "\n")
    events = sum(end.sequence for end in ends)
    out.print(f"The audit holds: {len(ends)} chains, {events} events.", highlight=False)


@audit_app.command("export")
def export_audit(
    target: Annotated[Path, typer.Argument(help="File to write, JSON Lines, one event a line.")],
    organisation: Annotated[str | None, typer.Option(help="Id of the organisation; without, all.")] = None,
    case: Annotated[str | None, typer.Option(help="Id of the case; without, all.")] = None,
) -> None:
    """Write audit events with their hashes, so that the chain can be checked elsewhere; texts that were not redacted are included."""
    from serve.store.audit import chain, heads

    written = 0
    with _desk(with_model=False) as desk:
        try:
            with target.open("w", encoding="utf-8") as stream, desk.database.reading() as connection:
                for head in heads(connection):
                    if organisation in (None, head.organisation_id):
                        for event in chain(connection, head.organisation_id):
                            if case in (None, event.case_id):
                                stream.write(json.dumps(vars(event), ensure_ascii=False) + "\n")
                                written += 1
        except OSError as exc:
            raise UnreadableFile(path=str(target), reason=exc.strerror or str(exc)) from exc
    out.print(f"{written} events written to {target}.", highlight=False)


@audit_app.command("retention")
def retention(apply: ApplyOption = False) -> None:
    """Remove the texts of cases closed longer ago than the review policy keeps them; the audit stays whole."""
    from serve.cases.redact import expired, redact_expired

    with _desk(with_model=False) as desk:
        ids = redact_expired(desk, _system()) if apply else expired(desk)
    done = "Removed" if apply else "To be removed (add --apply)"
    out.print(f"{done}: the texts of {len(ids)} cases.", highlight=False)


@corpus_app.command("export-reviewed")
def export_reviewed_cases(
    target: Annotated[Path, typer.Argument(help="File to write, JSON Lines; the label history goes beside it, as NAME.history.jsonl.")],
) -> None:
    """Write determined cases whose owners agreed as corpus records, without names.

    Read them before you train on them: names that nobody declared stay in. Then: `catchall train --out FOLDER --extra FILE`
    """
    from serve.cases.export import export_reviewed

    with _desk(with_model=False) as desk:
        exported = export_reviewed(desk.database, desk.taxonomy)
        _write(target, "".join(json.dumps(record.as_json(), ensure_ascii=False) + "\n" for record in exported.records))
        history = target.with_suffix(".history.jsonl")
        _write(history, "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in exported.history))
    for case_id, reason in exported.left_out:
        err.print(f"left out {case_id}: {reason}", style="yellow", markup=False, highlight=False, soft_wrap=True)
    out.print(f"{len(exported.records)} records written to {target}, {len(exported.left_out)} left out.", highlight=False)


def reassess(apply: ApplyOption = False) -> None:
    """Assess stored cases again after a change of model, taxonomy or control facts; `--apply` keeps it and reopens what changed.

    May run beside the service. Broken off and started again, it goes on where it was.
    """
    from rich.progress import track

    from serve.cases.reopen import reassess_all

    counts: Counter[str] = Counter()
    with _desk(with_model=True) as desk:
        results = reassess_all(desk, _system(), apply)
        for each in track(results, description="Reassessing", console=err, disable=not err.is_terminal, total=None):
            counts[each.result] += 1
            if each.result in ("reopened", "failed"):
                line = f"{each.result}  {each.case_id}  {json.dumps(each.difference)}"
                out.print(line, markup=False, highlight=False, soft_wrap=True)
    told = ", ".join(f"{counts[name]} {name}" for name in ("unchanged", "updated", "reopened", "failed"))
    out.print(told + ("" if apply else " (nothing was kept; add --apply)"), highlight=False)
    if counts["failed"]:
        raise typer.Exit(1)
