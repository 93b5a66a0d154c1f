"""`catchall eval`: measure a release and its peers, compare releases, write reports, hold the gate."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from commands.shared import RELEASE_FOLDER, ReleaseOption, err, exit_code, load_predictor, out, require_training, stop
from data.errors import CatchallError

if TYPE_CHECKING:
    from data.records import CorpusRecord
    from data.taxonomy import Taxonomy
    from evals.compare import Changes
    from evals.run import SuiteResult
    from evals.suites import Suite
    from evals.systems import System
    from model.predictor import Predictor

SuiteOption = Annotated[
    list[str] | None,
    typer.Option(
        help="heldout, pairs, near-misses, robustness, invariance, long, prose, adversarial, disguised, `all` of them "
        "or `file:PATH` (id, text, labels); repeatable.",
        show_default="heldout",
    ),
]
AgainstOption = Annotated[Path | None, typer.Option(help="A second built release, compared item by item.", show_default=False)]
ReportOption = Annotated[
    Path | None, typer.Option(help="Write report.html, report.md and report.json into this folder.", show_default=False)
]


def evaluate(
    suite: SuiteOption = None,
    release: ReleaseOption = RELEASE_FOLDER,
    against: AgainstOption = None,
    gate: Annotated[bool, typer.Option("--gate", help="With --against: exit code 1 when the release is worse than that one.")] = False,
    baselines: Annotated[bool, typer.Option(help="Also train and measure the peers.")] = True,
    full: Annotated[
        bool, typer.Option("--full", help="Also the fully fine-tuned peer: trained on first use (long), then kept in --cache.")
    ] = False,
    faithfulness: Annotated[
        bool, typer.Option("--faithfulness", help="Also measure whether the evidence is what answers rest on (ERASER), on each suite.")
    ] = False,
    cache: Annotated[Path, typer.Option(help="Where the fully fine-tuned peer is kept.")] = Path("runs/peers"),
    json_file: Annotated[Path | None, typer.Option("--json", help="Also write the figures to this file.", show_default=False)] = None,
    report: ReportOption = None,
) -> None:
    """Measure the release and its peers, every figure with n and a 95 % interval.

    Examples:
    `catchall eval --suite all --report reports/today` ·
    `catchall eval --suite file:cases.jsonl --no-baselines` ·
    `catchall eval --release runs/new --against model/release --gate`
    """
    if gate and against is None:
        stop("--gate compares with the serving release: name it by --against", 2)
    require_training()
    from data.records import load_corpus
    from evals.run import evaluate as run_suite
    from evals.run import find_suites, table

    ours = load_predictor(release, many=True)
    try:
        records = load_corpus()
        suites = find_suites(suite or ["heldout"], records, ours.taxonomy)
        systems = _systems(ours, against, records, ours.taxonomy, baselines, cache if full else None)
        results, changed, closed = [], [], False
        for found in suites:
            result = run_suite(found, systems, ours.taxonomy)
            out.print(table(result))
            change, faulty = _compare(result, ours.taxonomy, gate) if against is not None else (None, False)
            if faithfulness:
                _faithfulness(found, ours)
            results.append(result)
            changed.append(change)
            closed = closed or faulty
        _write(ours, records, results, changed, json_file, report)
    except CatchallError as error:
        stop(str(error), exit_code(error))
    if closed:
        stop("the gate is closed: this release is worse than the other one", 1)


def _systems(
    ours: "Predictor", against: Path | None, records: "Sequence[CorpusRecord]", taxonomy: "Taxonomy", baselines: bool, cache: Path | None
) -> "list[System]":
    from evals.embeddings import FrozenEmbedder
    from evals.run import train_baselines
    from evals.systems import Catchall

    systems: list[System] = [Catchall(ours)]
    if against is not None:
        systems.append(Catchall(load_predictor(against, many=True), name="against"))
    if baselines:
        systems += train_baselines(records, taxonomy, FrozenEmbedder())
    if cache is not None:
        from training.config import read_config
        from training.peers import full_fine_tuning

        systems.append(full_fine_tuning(read_config(), records, taxonomy, cache))
    return systems


def _faithfulness(found: "Suite", ours: "Predictor") -> None:
    from evals.faithfulness import measure_faithfulness

    for name, figure in vars(measure_faithfulness(ours, found.items)).items():
        out.print(f"evidence, {name.replace('_', ' ')}: {figure or '–'}", highlight=False)


def _compare(result: "SuiteResult", taxonomy: "Taxonomy", gate: bool) -> "tuple[Changes, bool]":
    from evals.compare import changes
    from evals.compare import gate as gate_faults

    items, new, old = result.suite.items, result.ours.predictions, result.systems[1].predictions
    changed = changes(items, old, new, taxonomy)
    out.print(f"right now, wrong before: {', '.join(changed.gained) or '-'}", markup=False)
    out.print(f"wrong now, right before: {', '.join(changed.lost) or '-'}", markup=False)
    faults = gate_faults(items, old, new, taxonomy) if gate else []
    for fault in faults:
        err.print(f"catchall: gate: {fault}", style="red", markup=False)
    return changed, bool(faults)


def _write(
    ours: "Predictor",
    records: "Sequence[CorpusRecord]",
    results: "Sequence[SuiteResult]",
    changed: "Sequence[Changes | None]",
    json_file: Path | None,
    report: Path | None,
) -> None:
    from data.splits import corpus_hash
    from evals.run import results_json

    if json_file is None and report is None:
        return
    suites = {result.suite.name: results_json(result, ours.taxonomy) for result in results}
    content: dict[str, Any] = {"release": ours.release, "corpus": corpus_hash(records), "taxonomy": ours.taxonomy.hash, "suites": suites}
    try:
        if json_file is not None:
            json_file.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
        if report is not None:
            from evals.report import Heading, render, report_context

            report.mkdir(parents=True, exist_ok=True)
            heading = Heading(ours.release, content["corpus"], len(records), ours.taxonomy.hash)
            with err.status("Writing the report"):
                context = report_context(heading, results, ours.taxonomy, ours.classify, changed)
                (report / "report.json").write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
                for name in ("report.html", "report.md"):
                    (report / name).write_text(render(context, name), encoding="utf-8")
            out.print(f"Report: {report / 'report.html'}", highlight=False, soft_wrap=True)
    except OSError as error:
        stop(f"'{error.filename}' cannot be written: {error.strerror}", 2)
