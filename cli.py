"""`catchall`: the front door. Thin: each command imports what it needs when it runs.

Exit codes: 0 done · 1 done, but some rows failed · 2 the input or a setting cannot be used · 3 the release cannot be used.
"""

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
from rich.console import Console

from data.errors import BlankText, CatchallError, InferenceFailed, InputError, MalformedRow, ReleaseError, UndecodableFile, UnreadableFile

if TYPE_CHECKING:
    from data.inputs import InputRow
    from data.taxonomy import Taxonomy
    from evals.items import EvalItem, Predictions
    from model.classification import Classification
    from model.predictor import Predictor

RELEASE_FOLDER = Path(__file__).parent / "model" / "release"

app = typer.Typer(
    name="catchall",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    help="Find out which surveillance-technology control categories a product description falls under.\n\n"
    'Start with: `catchall classify "Portable unit that lists the IMSI of every phone in range"`\n\n'
    "It assists; it does not replace a legal classification.",
)
release_app = typer.Typer(no_args_is_help=True, help="Check and build the model that serves.")
app.add_typer(release_app, name="release")

out = Console()
err = Console(stderr=True)

ReleaseOption = Annotated[Path, typer.Option("--release", help="Release folder.", show_default="the one that ships")]


def _stop(message: str, code: int) -> NoReturn:
    err.print(f"catchall: {message}", style="red", markup=False, highlight=False, soft_wrap=True)
    raise typer.Exit(code)


def _code(error: CatchallError) -> int:
    return 3 if isinstance(error, ReleaseError | InferenceFailed) else 2


def _load(folder: Path, threads: int = 0) -> "Predictor":
    from model.predictor import Predictor

    try:
        return Predictor.load(folder, threads)
    except CatchallError as error:
        _stop(str(error), _code(error))


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
    release: ReleaseOption = RELEASE_FOLDER,
    threads: Annotated[int, typer.Option(min=0, help="Threads; 0 uses every core.")] = 0,
) -> None:
    """Classify one description, or every row of a file.

    Examples:
    `catchall classify "Handheld thermal imager, 640x512, 30 Hz"` ·
    `catchall classify --input catalogue.csv --text-column description --output answers.jsonl`
    """
    from data.inputs import InputRow, read_rows

    if text is not None and input_file is not None:
        _stop("give either a text or --input, not both", 2)
    rows: Iterable[InputRow]
    try:
        if input_file is not None:
            rows = read_rows(input_file, text_column)
        else:
            if text in (None, "-") and sys.stdin.isatty():
                _stop("no description: give a text, pipe one in, or use --input FILE", 2)
            rows = [InputRow(1, "1", _stdin_text() if text is None or text == "-" else text)]
            if not (rows[0].text or "").strip():
                raise BlankText(field="text")
        predictor = _load(release, threads)
        single = input_file is None or input_file.suffix.lower() == ".txt"
        if output_file is None and not as_json:
            failed = _show(predictor, rows, every, single)
        else:
            failed = _write(predictor, rows, every, output_file, input_file)
    except CatchallError as error:
        _stop(str(error), _code(error))
    if failed:
        err.print(f"catchall: {failed} row{'s' if failed > 1 else ''} could not be classified; each says why", style="yellow")
        raise typer.Exit(2 if single else 1)


def _answer(predictor: "Predictor", row: "InputRow", every: bool) -> "tuple[Classification | None, CatchallError | None]":
    if row.error is not None or row.text is None:
        return None, row.error or MalformedRow(row=row.row, reason="no text")
    try:
        return predictor.classify(row.text, every), None
    except (InputError, InferenceFailed) as error:
        return None, error


def _show(predictor: "Predictor", rows: "Iterable[InputRow]", every: bool, single: bool) -> int:
    from serve.terminal import classification_view

    failed = 0
    for row in rows:
        answer, error = _answer(predictor, row, every)
        if not single:
            out.rule(f"row {row.id}", align="left")
        if answer is None:
            failed += 1
            err.print(f"catchall: {error}", style="red", markup=False, highlight=False, soft_wrap=True)
        else:
            out.print(classification_view(answer))
    return failed


def _json_lines(predictor: "Predictor", rows: "Iterable[InputRow]", every: bool, failures: list[str]) -> Iterator[str]:
    for row in rows:
        answer, error = _answer(predictor, row, every)
        content: dict[str, Any] = {"id": row.id}
        if answer is None:
            failures.append(row.id)
            content["error"] = {"type": type(error).__name__, "detail": str(error)}
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
def train(
    out_folder: Annotated[Path, typer.Option("--out", help="Folder for the new release.")],
    config: Annotated[
        Path | None, typer.Option(help="Training configuration (TOML).", show_default="training/configs/default.toml")
    ] = None,
    corpus: Annotated[Path | None, typer.Option(help="Corpus folder.", show_default="data/corpus")] = None,
    device: Annotated[str, typer.Option(help="auto, cpu or cuda; auto uses a GPU when there is one.")] = "auto",
    resume: Annotated[bool, typer.Option("--resume", help="Go on from the last checkpoint in the folder.")] = False,
) -> None:
    """Fine-tune, calibrate and measure a new release. Checkpoints are kept each epoch; `--resume` goes on."""
    _require_training()
    from data.records import CORPUS_FOLDER, load_corpus
    from data.taxonomy import load_taxonomy
    from training.config import DEFAULT_CONFIG, read_config
    from training.release import train_release

    try:
        taxonomy = load_taxonomy()
        records = load_corpus(corpus or CORPUS_FOLDER, taxonomy)
        manifest = train_release(read_config(config or DEFAULT_CONFIG), records, taxonomy, out_folder, device, resume)
    except CatchallError as error:
        _stop(str(error), _code(error))
    out.print(f"Release {manifest['name']} written to {out_folder}. Next: catchall release build --release {out_folder}", highlight=False)


def _require_training() -> None:
    import importlib.util

    if missing := [name for name in ("torch", "transformers", "peft", "datasets") if importlib.util.find_spec(name) is None]:
        _stop(f"this command needs the 'train' extra ({', '.join(missing)} not installed): pip install 'catchall[train]'", 2)


@release_app.command("build")
def release_build(release: ReleaseOption = RELEASE_FOLDER) -> None:
    """Merge the adapter, export ONNX int8 and prove that it answers as the trained network does; else write nothing."""
    _require_training()
    from data.records import load_corpus
    from data.splits import split_corpus
    from data.taxonomy import load_taxonomy
    from training.export import build_release

    try:
        probes = [record.text for record in split_corpus(load_corpus()).test]
        with err.status("Building the serving model"):
            parity = build_release(release, load_taxonomy(), probes)
    except CatchallError as error:
        _stop(str(error), _code(error))
    out.print(
        f"Built. On {parity.texts} texts int8 probabilities differ from torch by {parity.int8_mean:.4f} on average, "
        f"{parity.int8_max:.3f} at most.",
        highlight=False,
    )


@release_app.command("check")
def release_check(
    release: ReleaseOption = RELEASE_FOLDER,
    quiet: Annotated[bool, typer.Option("--quiet", help="Say nothing when all is well.")] = False,
) -> None:
    """Verify a release folder and its built files (exit code 3 when it cannot serve)."""
    predictor = _load(release)
    if not quiet:
        out.print(f"{predictor.release} can serve (taxonomy {predictor.taxonomy.hash}).", highlight=False)


@app.command("eval")
def evaluate(
    suite: Annotated[
        list[str] | None,
        typer.Option(
            help="heldout, pairs, near-misses, robustness, invariance, long, prose or `file:PATH` (id, text, labels); repeatable.",
            show_default="heldout",
        ),
    ] = None,
    release: ReleaseOption = RELEASE_FOLDER,
    against: Annotated[Path | None, typer.Option(help="A second built release, compared item by item.", show_default=False)] = None,
    gate: Annotated[bool, typer.Option("--gate", help="With --against: exit code 1 when the release is worse than that one.")] = False,
    baselines: Annotated[bool, typer.Option(help="Also train and measure the peers.")] = True,
    json_file: Annotated[Path | None, typer.Option("--json", help="Also write the figures to this file.", show_default=False)] = None,
) -> None:
    """Measure the release and its peers, every figure with n and a 95 % interval."""
    if gate and against is None:
        _stop("--gate compares with the serving release: name it by --against", 2)
    _require_training()
    from data.records import load_corpus
    from evals.run import evaluate as run_suite
    from evals.run import find_suites, results_json, table, train_baselines
    from evals.systems import Catchall

    ours = _load(release)
    taxonomy = ours.taxonomy
    content: dict[str, Any] = {"release": ours.release, "suites": {}}
    closed = False
    try:
        records = load_corpus()
        systems = [Catchall(ours)]
        if against is not None:
            systems.append(Catchall(_load(against), name="against"))
        peers = train_baselines(records, taxonomy) if baselines else []
        for found in find_suites(suite or ["heldout"], records, taxonomy):
            results = run_suite(found.items, [*systems, *peers], taxonomy)
            out.print(table(found, results, taxonomy))
            content["suites"][found.name] = results_json(found, results, taxonomy)
            if against is not None:
                closed = _compare(found.items, results[1].predictions, results[0].predictions, taxonomy, gate) or closed
        if json_file is not None:
            json_file.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    except CatchallError as error:
        _stop(str(error), _code(error))
    except OSError as error:
        _stop(f"'{json_file}' cannot be written: {error.strerror}", 2)
    if closed:
        _stop("the gate is closed: this release is worse than the other one", 1)


def _compare(items: "Sequence[EvalItem]", old: "Predictions", new: "Predictions", taxonomy: "Taxonomy", gate: bool) -> bool:
    from evals.compare import changes
    from evals.compare import gate as gate_faults

    changed = changes(items, old, new, taxonomy)
    out.print(f"right now, wrong before: {', '.join(changed.gained) or '-'}", markup=False)
    out.print(f"wrong now, right before: {', '.join(changed.lost) or '-'}", markup=False)
    faults = gate_faults(items, old, new, taxonomy) if gate else []
    for fault in faults:
        err.print(f"catchall: gate: {fault}", style="red", markup=False)
    return bool(faults)


@app.command()
def bench(
    release: ReleaseOption = RELEASE_FOLDER,
    texts: Annotated[int, typer.Option(min=10, max=5000, help="How many texts of the held-out split.")] = 150,
    rounds: Annotated[int, typer.Option(min=1, max=50, help="Rounds; the median counts.")] = 3,
    output_file: Annotated[Path | None, typer.Option("--output", "-o", help="Also write it to this file.", show_default=False)] = None,
) -> None:
    """Measure speed against peers in the same run. Trust the ratios: they travel between machines, the figures do not."""
    _require_training()
    import tempfile

    from data.records import load_corpus
    from data.splits import split_corpus
    from data.taxonomy import load_taxonomy
    from evals.bench import measure, peak_memory_mb, report
    from training.contenders import contenders

    try:
        records = load_corpus()
        sample = [record.text for record in split_corpus(records).test][:texts]
        with tempfile.TemporaryDirectory() as work:
            speeds = measure(contenders(release, records, load_taxonomy(), Path(work)), sample, rounds)
        content = report(speeds, sample, peak_memory_mb())
        print(content)  # noqa: T201 - the table is the product of this command
        if output_file is not None:
            output_file.write_text("# Benchmarks\n\n" + content, encoding="utf-8")
    except CatchallError as error:
        _stop(str(error), _code(error))
    except OSError as error:
        _stop(f"'{output_file}' cannot be written: {error.strerror}", 2)


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on.")] = 8000,
) -> None:
    """Start the API. Settings come from `CATCHALL_...` variables; see README.md."""
    import uvicorn
    from pydantic import ValidationError

    from serve.app import create_app
    from serve.settings import Settings

    try:
        settings = Settings()
    except ValidationError as error:
        _stop("; ".join(f"CATCHALL_{str(e['loc'][0]).upper()}: {e['msg']}" for e in error.errors()), 2)
    predictor = _load(settings.release_folder, settings.threads)
    err.print(f"Serving {predictor.release} on http://{host}:{port} (API documents: /docs)", highlight=False)
    uvicorn.run(create_app(settings, predictor), host=host, port=port, log_level="info", access_log=False)


def main() -> None:
    """Run the command line."""
    app()


if __name__ == "__main__":
    main()
