"""`catchall data`: check the corpus, show it in numbers, measure agreement, find possible label errors."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from commands.shared import exit_code, out, require_training, stop
from data.errors import CatchallError

if TYPE_CHECKING:
    from data.stats import CorpusStats

data_app = typer.Typer(no_args_is_help=True, help="Check and describe the corpus that the model learns from.")


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, box=None, pad_edge=False, title_justify="left", header_style="dim")
    for i, column in enumerate(columns):
        table.add_column(column, justify="left" if i == 0 else "right")
    return table


@data_app.command("check")
def check(
    every: Annotated[bool, typer.Option("--all", help="Show the checks that passed too.")] = False,
    most: Annotated[int, typer.Option(min=1, help="Most offenders to show per check.")] = 5,
) -> None:
    """Check the corpus against everything it promises: form, quotas, duplicates, label reviews. Exit code 1 when a check fails."""
    require_training()
    from data.checks import check_corpus
    from data.taxonomy import load_taxonomy

    try:
        checks = check_corpus(load_taxonomy())
    except CatchallError as error:
        stop(str(error), exit_code(error))
    for each in checks:
        if every or not each.passed:
            out.print(f"{'passed' if each.passed else 'FAILED'}  {each.name}: {each.found}", markup=False, highlight=False, soft_wrap=True)
            for detail in each.details[:most]:
                out.print(f"        {detail}", markup=False, highlight=False, soft_wrap=True)
    failed = sum(not each.passed for each in checks)
    if failed:
        stop(f"{failed} of {len(checks)} checks failed", 1)
    out.print(f"All {len(checks)} checks passed.")


@data_app.command("stats")
def stats(
    picture: Annotated[Path | None, typer.Option(help="Also draw it: .png, .svg or .pdf.", show_default=False)] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")] = False,
) -> None:
    """Show the corpus in numbers; with `--picture corpus.png` also as one picture."""
    from dataclasses import asdict

    from data.records import load_corpus
    from data.stats import corpus_stats, draw
    from data.taxonomy import load_taxonomy

    try:
        taxonomy = load_taxonomy()
        counted = corpus_stats(load_corpus(taxonomy=taxonomy), taxonomy)
    except CatchallError as error:
        stop(str(error), exit_code(error))
    if as_json:
        out.print_json(json.dumps(asdict(counted)))
    else:
        _show(counted)
    if picture is not None:
        require_training()
        try:
            draw(counted, picture)
        except (OSError, ValueError) as error:
            stop(f"'{picture}' cannot be drawn: {error}", 2)


def _show(counted: "CorpusStats") -> None:
    out.print(
        f"{counted.records:,} descriptions, {counted.pairs} minimal pairs, {counted.mean_words:.0f} words on average", highlight=False
    )
    for title in ("kinds", "registers", "eras", "lengths", "splits"):
        view = _table("", title, "texts")
        for name, count in getattr(counted, title).items():
            view.add_row(name, str(count))
        out.print(view)
    view = _table("", "category", "positives", "alone", "near-misses", "indirect", "part")
    for each in counted.categories:
        view.add_row(each.id, *(str(n) for n in (each.positives, each.alone, each.near_misses, each.indirect, each.part)))
    out.print(view)


@data_app.command("agreement")
def show_agreement() -> None:
    """Show how far the blind second reading agrees with the first: Krippendorff's alpha, exact sets, F1 per category."""
    require_training()
    from data.reviews import read_second_pass
    from data.taxonomy import load_taxonomy
    from evals.agreement import agreement

    try:
        taxonomy = load_taxonomy()
        found = agreement(read_second_pass(taxonomy), taxonomy)
    except CatchallError as error:
        stop(str(error), exit_code(error))
    view = _table("Second reading against the first", "figure", "value")
    view.add_row("Krippendorff's alpha", str(found.alpha or "–"))
    view.add_row("the same set", str(found.exact or "–"))
    view.add_row("micro-F1", str(found.f1 or "–"))
    out.print(view)
    view = _table("", "category", "F1", "texts")
    for name, pair in sorted(found.categories.items(), key=lambda item: item[1] or (2.0, 0)):
        view.add_row(name, *((f"{pair[0]:.2f}", str(pair[1])) if pair else ("–", "0")))
    out.print(view)


@data_app.command("candidates")
def candidates(
    output: Annotated[Path, typer.Option("--output", "-o", help="Write JSON Lines to this file.")],
    limit: Annotated[int, typer.Option(min=1, help="Most candidates.")] = 200,
) -> None:
    """Find possible label errors: cross-validate a statistical model over the corpus and rank by confident learning (cleanlab).

    Read each, decide, and record the outcome in `data/reviews/label-candidates.jsonl`. Records reviewed before are left out.
    """
    require_training()
    from dataclasses import asdict

    from data.records import load_corpus
    from data.reviews import read_candidates
    from data.taxonomy import load_taxonomy
    from evals.label_errors import cross_validated, label_error_candidates

    try:
        taxonomy = load_taxonomy()
        records = [record for record in load_corpus(taxonomy=taxonomy) if not record.insufficient]
        reviewed = {review.id for review in read_candidates(taxonomy)}
        found = label_error_candidates(records, cross_validated(records, taxonomy), taxonomy, limit + len(reviewed))
        new = [each for each in found if each.id not in reviewed][:limit]
        text = {record.id: record.text for record in records}
        lines = [json.dumps(asdict(each) | {"text": text[each.id]}, ensure_ascii=False) + "\n" for each in new]
        output.write_text("".join(lines), encoding="utf-8")
    except CatchallError as error:
        stop(str(error), exit_code(error))
    except OSError as error:
        stop(f"'{output}' cannot be written: {error.strerror}", 2)
    out.print(f"{len(new)} candidates written to {output}; {len(reviewed)} were reviewed before.", highlight=False)
