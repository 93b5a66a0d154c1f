"""`catchall assess`: from a description to control entries, questions and a memo; and `catchall controls`."""

import json
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from commands.shared import (
    READER_FOLDER,
    RELEASE_FOLDER,
    ReaderOption,
    ReleaseOption,
    exit_code,
    load_predictor,
    load_reader,
    not_a_file,
    out,
    stop,
)
from data.errors import AnswerInvalid, BlankText, CatchallError, UndecodableFile, UnreadableFile, UnsupportedFile

if TYPE_CHECKING:
    from model.assessment import Assessment, Assessor

controls_app = typer.Typer(no_args_is_help=True, help="Control facts: check them, build the table of destinations.")

AnswerOption = Annotated[
    list[str] | None,
    typer.Option("--answer", "-a", help='Answer to a question, as `frame_rate="9 Hz"`; repeat it for more.', show_default=False),
]
DestinationOption = Annotated[str | None, typer.Option("--destination", "-d", help="ISO country code, such as AE.", show_default=False)]
RegimeOption = Annotated[
    list[str] | None,
    typer.Option("--regime", "-r", help="Only this regime (us, eu, gb, wa, eu-art5 …); repeat for more.", show_default=False),
]
MemoOption = Annotated[Path | None, typer.Option("--memo", help="Write a self-classification memo: .pdf or .html.", show_default=False)]


def pairs(given: list[str] | None) -> dict[str, list[str]]:
    """Return `name=value` options as a mapping.

    Raises:
        AnswerInvalid: an option without an equals sign.
    """
    found: dict[str, list[str]] = {}
    for option in given or []:
        name, equals, value = option.partition("=")
        if not equals or not name.strip():
            raise AnswerInvalid(parameter=option[:60], reason='write it as name="value"')
        found.setdefault(name.strip(), []).append(value.strip().strip('"'))
    return found


def write_memo(assessment: "Assessment", text: str, path: Path, product: str, prepared_by: str, made: date) -> None:
    """Write the memo in the form that the file's ending asks for.

    Raises:
        UnsupportedFile: another ending.
        UnreadableFile: the file cannot be written.
    """
    from model.memo import build_memo
    from model.memo_html import memo_html
    from model.memo_pdf import memo_pdf

    if path.suffix.lower() not in (".pdf", ".html"):
        raise UnsupportedFile(path=path.name, supported=".pdf, .html")
    memo = build_memo(assessment.as_json(), text, made, product, prepared_by)
    content = memo_pdf(memo) if path.suffix.lower() == ".pdf" else memo_html(memo).encode()
    try:
        path.write_bytes(content)
    except OSError as exc:
        raise UnreadableFile(path=str(path), reason=exc.strerror or str(exc)) from exc


def _text(text: str | None, file: Path | None) -> str:
    if text is not None and file is not None:
        stop("give either a text or --input, not both", 2)
    not_a_file(text)
    try:
        if file is not None:
            raw = file.read_bytes()
        elif text in (None, "-"):
            if sys.stdin.isatty():
                stop("no description: give a text, pipe one in, or use --input FILE", 2)
            raw = sys.stdin.buffer.read()
        else:
            raw = (text or "").encode("utf-8", "surrogatepass")
        found = raw.decode("utf-8-sig")
    except OSError as exc:
        raise UnreadableFile(path=str(file), reason=exc.strerror or str(exc)) from exc
    except UnicodeDecodeError as exc:
        raise UndecodableFile(path=str(file or "standard input"), position=exc.start) from exc
    if not found.strip():
        raise BlankText(field="text")
    return found


def _assessor(release: Path, threads: int) -> "Assessor":
    from model.assessment import Assessor

    return Assessor(load_predictor(release, threads), reader=load_reader(threads=threads))


def assess(
    text: Annotated[str | None, typer.Argument(help="The description; `-` or nothing reads standard input.", show_default=False)] = None,
    input_file: Annotated[Path | None, typer.Option("--input", "-i", help="A text file with one description.", show_default=False)] = None,
    answer: AnswerOption = None,
    destination: DestinationOption = None,
    regime: RegimeOption = None,
    day: Annotated[str | None, typer.Option(help="Day whose lists apply (YYYY-MM-DD); today if left out.", show_default=False)] = None,
    diligence: Annotated[
        list[str] | None, typer.Option(help='Answer to the human-rights checklist, as `end-user-known="…"`.', show_default=False)
    ] = None,
    memo: MemoOption = None,
    product: Annotated[str, typer.Option(help="Product name, for the memo.")] = "",
    prepared_by: Annotated[str, typer.Option(help="Who prepared it, for the memo.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print the whole assessment as JSON.")] = False,
    release: ReleaseOption = RELEASE_FOLDER,
    threads: Annotated[int, typer.Option(min=0, help="Threads; 0 uses every core.")] = 0,
) -> None:
    """Assess one description: which control entries it meets, what is still open, what to answer next.

    Examples:
    `catchall assess "Uncooled thermal camera, 640x512, 8-14 µm, 30 Hz" --destination AE` ·
    `catchall assess --input sheet.txt --answer frame_rate="9 Hz" --memo memo.pdf`
    """
    from model.assessment import Request
    from serve.assessment_view import assessment_view
    from serve.terminal import classification_view

    try:
        today = datetime.now(UTC).date()
        on = date.fromisoformat(day) if day else today
        description = _text(text, input_file)
        checklist = {name: "\n".join(values) for name, values in pairs(diligence).items()}
        request = Request(description, on, pairs(answer), destination, tuple(regime or ()), checklist)
        assessment = _assessor(release, threads).assess(request)
        if memo is not None:
            write_memo(assessment, description, memo, product, prepared_by, today)
    except ValueError:
        stop(f"'{day}' is no day; write it as YYYY-MM-DD", 2)
    except CatchallError as error:
        stop(str(error), exit_code(error))
    if as_json:
        sys.stdout.write(json.dumps(assessment.as_json(), ensure_ascii=False) + "\n")
        return
    out.print(classification_view(assessment.classification))
    out.print(assessment_view(assessment))
    if memo is not None:
        out.print(f"\nMemo written to {memo}.", markup=False, highlight=False)


def supplement8(
    input_file: Annotated[Path, typer.Argument(help="A .csv or .jsonl file of products; the id becomes the product name.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="CSV to write.")],
    text_column: Annotated[str, typer.Option(help="CSV column that holds the description.")] = "text",
    release: ReleaseOption = RELEASE_FOLDER,
) -> None:
    """Write the columns of the yearly encryption self-classification report (Supplement No. 8 to 15 CFR part 742).

    Products without a finding under an encryption entry get no row. Who submits it, and the authorisation, are left to you.
    """
    from data.inputs import read_rows
    from model.assessment import Request
    from model.supplement8 import Reported, supplement8_csv

    try:
        assessor = _assessor(release, 0)
        today = datetime.now(UTC).date()
        assessed, failed = [], 0
        for row in read_rows(input_file, text_column):
            if row.text is None:
                failed += 1
                continue
            assessment = assessor.assess(Request(row.text, today, regimes=("us",)))
            assessed.append((assessment.as_json(), Reported(product_name=row.id)))
        content = supplement8_csv(assessed)
        output.write_text(content, encoding="utf-8", newline="")
    except OSError as exc:
        stop(f"'{output}' cannot be written: {exc.strerror}", 2)
    except CatchallError as error:
        stop(str(error), exit_code(error))
    out.print(f"{len(assessed)} products assessed, {content.count(chr(10)) - 1} rows written to {output}; {failed} rows unreadable.")
    if failed:
        raise typer.Exit(1)


@controls_app.command("check")
def check() -> None:
    """Read every control file and say what is in it; errors name the file, the entry and the line."""
    from data.control_facts import load_control_facts

    try:
        facts = load_control_facts()
    except CatchallError as error:
        stop(str(error), exit_code(error))
    for regime in facts.regimes:
        listed = f"{len(regime.controls)} entries, {len(regime.remarks)} notes, pointers and absences"
        out.print(f"{regime.id:14} {listed}; as of {regime.as_of}  {regime.title}", markup=False, highlight=False)
    out.print(f"{len(facts.parameters)} parameters; content hash {facts.hash}")


@controls_app.command("countries")
def countries(
    chart: Annotated[Path, typer.Argument(help="JSON of 15 CFR 738 Supplement No. 1 (Commerce Country Chart).")],
    groups: Annotated[Path, typer.Argument(help="JSON of 15 CFR 740 Supplement No. 1 (country groups).")],
    output: Annotated[Path | None, typer.Option("--output", "-o", help="File to write.", show_default="the installed one")] = None,
) -> None:
    """Build the table of destinations from the chart and the groups."""
    from data.countries import COUNTRIES_FILE
    from data.country_import import write_countries

    target = output or COUNTRIES_FILE
    try:
        out.print(f"{write_countries(chart, groups, target)} destinations written to {target.name}.")
    except CatchallError as error:
        stop(str(error), exit_code(error))


@controls_app.command("measure")
def measure(
    sentences: Annotated[
        Path | None, typer.Argument(help="Hand-labelled sentences (JSON Lines).", show_default="the test set that ships")
    ] = None,
    misses: Annotated[bool, typer.Option("--misses", help="List what was missed or wrong.")] = False,
    reader: ReaderOption = READER_FOLDER,
    phrases_alone: Annotated[bool, typer.Option("--phrases-alone", help="Without the network: what phrases and patterns read.")] = False,
) -> None:
    """Measure how well technical parameters are read: precision and recall per parameter, with intervals."""
    from evals.parameters import TEST_SENTENCES, load_items, measure, print_table
    from model.parameters import read_parameters

    network = None if phrases_alone else load_reader(reader)
    try:
        scores = measure(load_items(sentences or TEST_SENTENCES), lambda text: read_parameters(text, network))
    except CatchallError as error:
        stop(str(error), exit_code(error))
    print_table(scores)
    if misses:
        for item in scores.items:
            if item.wrong or item.missed:
                out.print(
                    f"{item.id} {item.parameter}: wrong {list(item.wrong)}, missed {list(item.missed)}", markup=False, highlight=False
                )
