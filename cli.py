"""`catchall`: the front door. Thin: each command imports what it needs when it runs.

Exit codes: 0 done · 1 done, but some rows failed · 2 the input or a setting cannot be used · 3 the release cannot be used.
"""

import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from commands.accounts import keys_app, organisations_app, users_app
from commands.assess import AnswerOption, DestinationOption, MemoOption, assess, controls_app, supplement8
from commands.backup import backup, restore
from commands.bench import bench
from commands.cases import audit_app, corpus_app, reassess
from commands.data import data_app
from commands.evaluate import evaluate
from commands.load import load
from commands.parties import parties_app
from commands.reader import reader_app
from commands.release import release_app
from commands.shared import (
    RELEASE_FOLDER,
    ReleaseOption,
    err,
    exit_code,
    load_predictor,
    load_reader,
    load_settings,
    not_a_file,
    out,
    require_training,
    stop,
    store,
)
from commands.webhooks import webhooks_app
from data.errors import BlankText, CatchallError, MalformedRow, UndecodableFile, UnreadableFile

if TYPE_CHECKING:
    from data.inputs import InputRow
    from model.classification import Classification
    from model.predictor import Predictor

app = typer.Typer(
    name="catchall",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    help="Find out which surveillance-technology control categories a product description falls under.\n\n"
    'Start with: `catchall classify "Portable unit that lists the IMSI of every phone in range"`\n\n'
    "It assists; it does not replace a legal classification.",
)
app.add_typer(release_app, name="release")
app.add_typer(reader_app, name="reader")
app.add_typer(data_app, name="data")
app.add_typer(organisations_app, name="organisations")
app.add_typer(users_app, name="users")
app.add_typer(keys_app, name="keys")
app.add_typer(audit_app, name="audit")
app.add_typer(corpus_app, name="corpus")
app.add_typer(controls_app, name="controls")
app.add_typer(parties_app, name="parties")
app.add_typer(webhooks_app, name="webhooks")
app.command("assess")(assess)
app.command("supplement8")(supplement8)
app.command("reassess")(reassess)
app.command("eval")(evaluate)
app.command("bench")(bench)
app.command("load")(load)
app.command("backup")(backup)
app.command("restore")(restore)


def _stdin_text() -> str:
    content = sys.stdin.buffer.read()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        raise UndecodableFile(path="standard input", position=exc.start) from exc


@app.command()
def classify(
    text: Annotated[str | None, typer.Argument(help="The description; `-` or nothing reads standard input.", show_default=False)] = None,
    input_file: Annotated[
        Path | None, typer.Option("--input", "-i", help="A .txt (one description), .jsonl (id, text) or .csv file.", show_default=False)
    ] = None,
    output_file: Annotated[Path | None, typer.Option("--output", "-o", help="Write JSON Lines to this file.", show_default=False)] = None,
    text_column: Annotated[str, typer.Option(help="CSV column that holds the description.")] = "text",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON Lines instead of a table.")] = False,
    every: Annotated[bool, typer.Option("--all", help="List all 29 categories.")] = False,
    memo: MemoOption = None,
    answer: AnswerOption = None,
    destination: DestinationOption = None,
    supp8: Annotated[
        Path | None,
        typer.Option(help="With --input: write the yearly encryption report (see `supplement8`) to this CSV.", show_default=False),
    ] = None,
    fast: Annotated[
        bool,
        typer.Option(
            "--fast",
            help="With --input: read rows in batches by OpenVINO in bf16, faster where the processor multiplies bf16 in tiles (AMX); one "
            "outcome in fifty, near a threshold, differs from what the text gets alone.",
        ),
    ] = False,
    release: ReleaseOption = RELEASE_FOLDER,
    threads: Annotated[int, typer.Option(min=0, help="Threads; 0 uses every core.")] = 0,
) -> None:
    """Classify one description, or every row of a file.

    Examples:
    `catchall classify "Handheld thermal imager, 640x512, 30 Hz"` ·
    `catchall classify --input catalogue.csv --text-column description --output answers.jsonl` ·
    `catchall classify --input sheet.txt --answer frame_rate="9 Hz" --memo memo.pdf`
    """
    from data.inputs import InputRow, read_rows

    if supp8 is not None:
        if input_file is None:
            stop("--supp8 needs --input FILE", 2)
        supplement8(input_file, supp8, text_column, release)
        return
    if memo is not None or answer or destination:
        assess(text, input_file, answer, destination, memo=memo, as_json=as_json, release=release, threads=threads)
        return
    if (text is not None and input_file is not None) or (fast and input_file is None):
        stop("--fast needs --input FILE" if fast else "give either a text or --input, not both", 2)
    not_a_file(text)
    rows: Iterable[InputRow]
    try:
        if input_file is not None:
            rows = read_rows(input_file, text_column)
        else:
            if text in (None, "-") and sys.stdin.isatty():
                stop("no description: give a text, pipe one in, or use --input FILE", 2)
            rows = [InputRow(1, "1", _stdin_text() if text is None or text == "-" else text)]
            if not (rows[0].text or "").strip():
                raise BlankText(field="text")
        single = input_file is None or input_file.suffix.lower() == ".txt"
        predictor = load_predictor(release, threads, many=not single, batches=fast)
        if fast and not predictor.has_batches:
            err.print("catchall: this build has nothing faster: batches are not used (see 'catchall release build')", style="yellow")
        if output_file is None and not as_json:
            failed = _show(predictor, rows, every, single)
        else:
            failed = _write(predictor, rows, every, output_file, input_file)
    except CatchallError as error:
        stop(str(error), exit_code(error))
    if failed:
        err.print(f"catchall: {failed} row{'s' if failed > 1 else ''} could not be classified; each says why", style="yellow")
        raise typer.Exit(2 if single else 1)


def _answers(
    predictor: "Predictor", rows: "Iterable[InputRow]", every: bool
) -> "Iterator[tuple[InputRow, Classification | CatchallError]]":
    """Answer rows in turn; what cannot be answered comes with its error. Rows are read ahead by so many as are answered together."""
    from collections import deque

    waiting: deque[InputRow] = deque()

    def texts() -> Iterator[str]:
        for row in rows:
            waiting.append(row)
            if row.error is None and row.text is not None:
                yield row.text

    def unreadable() -> "Iterator[tuple[InputRow, CatchallError]]":
        while waiting and (waiting[0].error is not None or waiting[0].text is None):
            row = waiting.popleft()
            yield row, row.error or MalformedRow(row=row.row, reason="no text")

    for answer in predictor.classify_many(texts(), every):
        yield from unreadable()
        yield waiting.popleft(), answer
    yield from unreadable()


def _show(predictor: "Predictor", rows: "Iterable[InputRow]", every: bool, single: bool) -> int:
    from serve.terminal import classification_view

    failed = 0
    for row, answer in _answers(predictor, rows, every):
        if not single:
            out.rule(f"row {row.id}", align="left")
        if isinstance(answer, CatchallError):
            failed += 1
            err.print(f"catchall: {answer}", style="red", markup=False, highlight=False, soft_wrap=True)
        else:
            out.print(classification_view(answer))
    return failed


def _json_lines(predictor: "Predictor", rows: "Iterable[InputRow]", every: bool, failures: list[str]) -> Iterator[str]:
    for row, answer in _answers(predictor, rows, every):
        content: dict[str, Any] = {"id": row.id}
        if isinstance(answer, CatchallError):
            failures.append(row.id)
            content["error"] = {"type": type(answer).__name__, "detail": str(answer)}
        else:
            content |= answer.as_json()
        yield json.dumps(content, ensure_ascii=False) + "\n"


def _write(predictor: "Predictor", rows: "Iterable[InputRow]", every: bool, output_file: Path | None, input_file: Path | None) -> int:
    from contextlib import nullcontext

    from rich.progress import track

    failures: list[str] = []
    lines = _json_lines(predictor, rows, every, failures)
    if output_file is not None and input_file is not None and output_file.resolve() == input_file.resolve():
        raise UnreadableFile(path=str(output_file), reason="it is the input file")
    try:
        with output_file.open("w", encoding="utf-8") if output_file else nullcontext(sys.stdout) as stream:
            shown = track(lines, description="Classifying", console=err, disable=not err.is_terminal, total=None)
            for line in shown:
                stream.write(line)
    except OSError as exc:
        raise UnreadableFile(path=str(output_file or "standard output"), reason=exc.strerror or str(exc)) from exc
    return len(failures)


@app.command()
def similar(
    text: Annotated[str, typer.Argument(help="The description; `-` reads standard input.")],
    k: Annotated[int, typer.Option("-k", min=1, max=50, help="How many precedents.")] = 5,
    release: ReleaseOption = RELEASE_FOLDER,
) -> None:
    """Show the decided descriptions nearest in meaning, with their categories.

    Example: `catchall similar "Small recorder sewn into a jacket"`
    """
    from serve.terminal import precedents_view

    try:
        out.print(precedents_view(load_predictor(release).similar(_stdin_text() if text == "-" else text, k)))
    except CatchallError as error:
        stop(str(error), exit_code(error))


@app.command()
def train(
    out_folder: Annotated[Path, typer.Option("--out", help="Folder for the new release.")],
    config: Annotated[
        Path | None, typer.Option(help="Training configuration (TOML).", show_default="training/configs/default.toml")
    ] = None,
    corpus: Annotated[Path | None, typer.Option(help="Corpus folder.", show_default="data/corpus")] = None,
    device: Annotated[str, typer.Option(help="auto, cpu or cuda; auto uses a GPU when there is one.")] = "auto",
    resume: Annotated[bool, typer.Option("--resume", help="Go on from the last checkpoint in the folder.")] = False,
    extra: Annotated[
        list[Path] | None, typer.Option("--extra", help="Determinations exported by `catchall corpus export-reviewed`; may be repeated.")
    ] = None,
    start: Annotated[
        Path | None,
        typer.Option(
            help="Release whose weights training begins with, for new texts in a fraction of the time; best with "
            "--config training/configs/continue.toml.",
            show_default="the plain encoder",
        ),
    ] = None,
) -> None:
    """Fine-tune, calibrate and measure a new release. Checkpoints are kept each epoch; `--resume` goes on."""
    require_training()
    from data.records import CORPUS_FOLDER, load_corpus, with_reviewed
    from data.taxonomy import load_taxonomy
    from training.config import DEFAULT_CONFIG, read_config
    from training.release import train_release

    try:
        taxonomy = load_taxonomy()
        records = with_reviewed(load_corpus(corpus or CORPUS_FOLDER, taxonomy), extra or [], taxonomy)
        manifest = train_release(read_config(config or DEFAULT_CONFIG), records, taxonomy, out_folder, device, resume, start=start)
    except CatchallError as error:
        stop(str(error), exit_code(error))
    out.print(f"Release {manifest['name']} written to {out_folder}. Next: catchall release build --release {out_folder}", highlight=False)


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on.")] = 8000,
) -> None:
    """Start the API. Settings come from `CATCHALL_...` variables; see README.md."""
    import gc
    from concurrent.futures import ThreadPoolExecutor

    from serve.operations.server import leave_out_pydantic_1, server_options, share_heaps

    gc.disable()  # nothing made while starting is garbage; looking for some takes a tenth of the time to the first answer
    share_heaps()
    leave_out_pydantic_1()
    settings = load_settings()
    with ThreadPoolExecutor(1) as aside:  # files are read and hashed while the other core imports
        opening = aside.submit(load_predictor, settings.release_folder, settings.threads)
        reading = aside.submit(load_reader, settings.reader_folder, settings.threads)
        import uvicorn

        from serve.accounts.setup import prepare
        from serve.app import create_app
        from serve.operations.logs import configure_logs, logger

        configure_logs(settings.log_level, settings.log_format)
        predictor, reader = opening.result(), reading.result()
    with store(settings) as database:
        api = create_app(settings, predictor, database, reader=reader)
        gc.freeze()  # what is there now stays
        gc.enable()
        first = settings.bootstrap_password
        token = prepare(api.state.gate, first.get_secret_value() if first else None)
        if token is not None:
            # To the terminal and not to the log: logs are kept, and read by many.
            err.print(
                "No user exists yet. Make the first administrator with this token, once, within a day:", highlight=False, soft_wrap=True
            )
            err.print(token, markup=False, highlight=False, soft_wrap=True)
        if err.is_terminal:
            err.print(f"Serving {predictor.release} on http://{host}:{port} (API documents: /docs)", highlight=False)
        logger("server").info("serving", release=predictor.release, address=f"http://{host}:{port}")
        uvicorn.run(api, host=host, port=port, **server_options(settings))


def main() -> None:
    """Run the command line."""
    app()


if __name__ == "__main__":
    main()
