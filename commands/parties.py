"""`catchall parties`: import a screening list, look names up in it. It shows hits; it never decides."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table
from rich.text import Text

from commands.shared import err, exit_code, out, stop
from data.errors import CatchallError
from data.parties import CONFIDENCES, PartyList, load_known_parties, read_imported_parties

if TYPE_CHECKING:
    from model.parties import Hit

LIST_NAME = "parties.jsonl"
parties_app = typer.Typer(no_args_is_help=True, help="Look up customers in lists of restricted parties.")

ListOption = Annotated[
    Path | None,
    typer.Option(
        "--list",
        "--into",
        envvar="CATCHALL_PARTIES",
        help="The imported list: a file, or the folder of parties.jsonl.",
        show_default="per user",
    ),
]


def list_file(chosen: Path | None) -> Path:
    """Return the file of the imported list: as chosen, else in the folder of this user's settings."""
    folder = chosen or Path(typer.get_app_dir("catchall"))
    return folder / LIST_NAME if chosen is None or folder.is_dir() else folder


def loaded_lists(chosen: Path | None) -> list[PartyList]:
    """Return our own table and the imported list; a chosen list must be there, the usual one may be missing.

    Raises:
        ControlsInvalid, UnreadableFile: a list cannot be read.
    """
    path = list_file(chosen)
    return [load_known_parties(), *([read_imported_parties(path)] if chosen or path.exists() else [])]


@parties_app.command("import")
def import_list(
    file: Annotated[Path, typer.Argument(help="The Consolidated Screening List as CSV (trade.gov).", metavar="FILE.csv")],
    into: ListOption = None,
    as_of: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="The day the list stands for.", show_default="when the file was last changed"),
    ] = None,
) -> None:
    """Import the US Consolidated Screening List; it replaces the list imported before, or, on any error, leaves it as it was."""
    from data.party_import import import_parties

    target = list_file(into)
    try:
        if target.resolve() == file.resolve():
            stop(f"'{file}' is the list to import; write it elsewhere", 2)
        done = import_parties(file, target, datetime.now(UTC).date(), as_of.date() if as_of else None)
    except CatchallError as error:
        stop(str(error), exit_code(error))
    dropped = f" ({done.duplicates:,} repeated rows left out)" if done.duplicates else ""
    message = f"{done.parties:,} parties of {done.as_of} written to {target}{dropped}; SHA-256 of the source {done.sha256}."
    out.print(message, markup=False, highlight=False, soft_wrap=True)


@parties_app.command("screen")
def screen_names(
    names: Annotated[list[str], typer.Argument(help="Names of customers, end users, banks, forwarders.", metavar="NAME...")],
    chosen: ListOption = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="Most hits per name.")] = 10,
    threshold: Annotated[float, typer.Option(min=50, max=100, help="Lowest score shown.", show_default="82")] = 82.0,
    as_json: Annotated[bool, typer.Option("--json", help="Print a JSON object per name.")] = False,
) -> None:
    """Show listed parties whose names are like the given ones: aliases, other scripts, word order and legal forms are seen through.

    Example: `catchall parties screen "Candiru GmbH" "OOO Позитив Текнолоджиз"`. Exit code 0 with and without hits: a person decides.
    """
    from model.parties import NOTICE, PartyIndex, screen_all

    try:
        lists = loaded_lists(chosen)
        found = screen_all(dict.fromkeys(names), PartyIndex(lists), limit, threshold)
    except CatchallError as error:
        stop(str(error), exit_code(error))
    searched = [{"title": each.title, "as_of": each.as_of, "sha256": each.sha256, "parties": len(each.parties)} for each in lists]
    if as_json:
        for name, hits in found.items():
            line = {"name": name, "hits": [hit.as_json() for hit in hits], "lists": searched, "notice": NOTICE}
            typer.echo(json.dumps(line, ensure_ascii=False))
        return
    for name, hits in found.items():
        _show(name, hits)
    if any(hit.party.confidence for hits in found.values() for hit in hits):
        out.print(f"Citations: {'; '.join(f'{key}: {meaning}' for key, meaning in CONFIDENCES.items())}", style="dim", highlight=False)
    if len(lists) == 1:
        err.print("catchall: no screening list is imported; only the small table of our own was searched", style="yellow")
    out.print(
        "Searched: " + "; ".join(f"{s['title']} of {s['as_of']}, {s['parties']:,} parties" for s in searched), markup=False, highlight=False
    )
    out.print(NOTICE, style="dim", highlight=False)


def _show(name: str, hits: "list[Hit]") -> None:
    out.print(f"{name}: {len(hits) or 'no'} hit{'s' if len(hits) != 1 else ''}", markup=False, highlight=False)
    if not hits:
        return
    view = Table(box=None, pad_edge=False, header_style="dim")
    for column in ("score", "listed name", "matched", "country", "list", "citation", "entry"):
        view.add_column(column, overflow="fold")
    for hit in hits:
        party = hit.party
        since = " ".join(part for part in (party.start and f"since {party.start}", party.end and f"until {party.end}") if part)
        cited = " ".join(part for part in (party.citation, party.confidence and f"({party.confidence})") if part)
        cells = (f"{hit.score:.0f}", party.name, hit.matched, " ".join(party.countries), party.list_name, cited, since)
        view.add_row(*(Text(cell) for cell in cells))
    out.print(view)


@parties_app.command("list")
def show_lists(
    chosen: ListOption = None, as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False
) -> None:
    """Show which lists are loaded, of which day, with how many entries."""
    try:
        lists = loaded_lists(chosen)
    except CatchallError as error:
        stop(str(error), exit_code(error))
    if as_json:
        rows = [{"title": each.title, "as_of": each.as_of, "sha256": each.sha256, "lists": each.counts()} for each in lists]
        typer.echo(json.dumps(rows, ensure_ascii=False))
        return
    for each in lists:
        out.print(f"{each.title}, as of {each.as_of}: {len(each.parties):,} parties", markup=False, highlight=False, soft_wrap=True)
        for name, count in each.counts().items():
            out.print(f"  {count:>6,}  {name}", markup=False, highlight=False, soft_wrap=True)
    if len(lists) == 1:
        out.print("No screening list is imported; next: catchall parties import FILE.csv", highlight=False)
