"""`catchall release`: build, calibrate and check the model that serves."""

from pathlib import Path
from typing import Annotated

import typer

from commands.shared import (
    READER_FOLDER,
    RELEASE_FOLDER,
    ReaderOption,
    ReleaseOption,
    err,
    exit_code,
    load_predictor,
    load_reader,
    out,
    require_training,
    stop,
)
from data.errors import CatchallError

release_app = typer.Typer(no_args_is_help=True, help="Build, calibrate and check the model that serves.")


@release_app.command("build")
def release_build(release: ReleaseOption = RELEASE_FOLDER) -> None:
    """Merge the adapter, export ONNX int8 and prove that it answers as the trained network does; else write nothing.

    The readers of attributes and quantities that ship are exported with it.
    """
    require_training()
    from data.records import load_corpus
    from data.taxonomy import load_taxonomy
    from model.batches import BATCHES
    from training.build import build_release
    from training.reader import build_readers

    try:
        build = build_release(release, load_taxonomy(), load_corpus(), quiet=False)
        build_readers(READER_FOLDER)
    except CatchallError as error:
        stop(str(error), exit_code(error))
    used = {build.backend: "serves"} | ({BATCHES: "reads files of texts with --fast"} if build.uses_batches else {})
    for parity in build.measured:
        verdict = used.get(parity.backend, "passes" if parity.fault() is None else "FAILS")
        out.print(
            f"{parity.backend}: {verdict}; on {parity.texts} texts probabilities differ from torch by {parity.mean:.4f} on average, "
            f"{parity.max:.3f} at most; {parity.texts_per_second:.0f} texts/s",
            highlight=False,
        )
    out.print(f"Files of texts: {build.on_each_core:.0f} texts/s, a text on each core.", highlight=False)
    out.print(f"{build.precedents} precedents indexed.", highlight=False)


@release_app.command("calibrate")
def release_calibrate(
    release: ReleaseOption = RELEASE_FOLDER,
    policy: Annotated[Path | None, typer.Option(help="Policy file (TOML).", show_default="model/policy.toml")] = None,
    check: Annotated[bool, typer.Option("--check", help="Also cut calibration and test split anew many times and count breaks.")] = False,
    rounds: Annotated[int, typer.Option(min=20, max=5000, help="How many cuts, with --check.")] = 200,
) -> None:
    """Choose calibration and thresholds anew for a policy, without retraining. Needs a built release.

    A target that the calibration split cannot show is named, and the texts it would decide go to review (exit code 0 all the same).
    """
    require_training()
    from data.records import load_corpus
    from data.taxonomy import load_taxonomy
    from model.policy import POLICY_FILE, read_policy
    from training.recalibrate import recalibrate

    try:
        taxonomy = load_taxonomy()
        accepted = read_policy(taxonomy, policy or POLICY_FILE)
        done = recalibrate(release, load_corpus(taxonomy=taxonomy), taxonomy, accepted, rounds if check else 0, quiet=False)
    except CatchallError as error:
        stop(str(error), exit_code(error))
    for name, found in (("missed", done.found.chosen.missed), ("wrong", done.found.chosen.wrong)):
        if found.met:
            out.print(f"{name}: {found.errors} of {found.n}, bound {found.target:.1%}{found.words}", highlight=False)
    for sentence in done.found.chosen.unmet():
        err.print(f"catchall: {sentence}", style="yellow", markup=False, highlight=False, soft_wrap=True)
    for split, figures in done.found.metrics.items():
        out.print(f"decided without review on the {split} split: {figures['decided']['value']:.1%}", highlight=False)
    for point in done.found.operating_points[1:]:
        bounds = f"missed {point['bound_missed']:.0%}, wrong {point['bound_wrong']:.0%}"
        out.print(f"with bounds {bounds} it would be {point['decided']['value']:.1%} on the test split", highlight=False)
    if done.resplits is not None:
        out.print(f"bounds broken in {rounds} cuts: missed {done.resplits.missed}, wrong {done.resplits.wrong}", highlight=False)


@release_app.command("average")
def release_average(
    releases: Annotated[list[Path], typer.Argument(help="Releases that were trained on from one another, the latest last.")],
    out_folder: Annotated[Path, typer.Option("--out", help="Folder to write.")],
) -> None:
    """Write the release whose weights are the mean of others of the same line: as good on texts like the corpus, steadier elsewhere.

    Measured and calibrated anew. Example: `catchall release average model/release runs/release --out runs/mean`
    """
    require_training()
    from data.records import load_corpus
    from data.taxonomy import load_taxonomy
    from training.average import average_releases

    try:
        taxonomy = load_taxonomy()
        manifest = average_releases(releases, load_corpus(taxonomy=taxonomy), taxonomy, out_folder)
    except CatchallError as error:
        stop(str(error), exit_code(error))
    out.print(f"Release {manifest['name']} written to {out_folder}. Next: catchall release build --release {out_folder}", highlight=False)


@release_app.command("check")
def release_check(
    release: ReleaseOption = RELEASE_FOLDER,
    reader: ReaderOption = READER_FOLDER,
    quiet: Annotated[bool, typer.Option("--quiet", help="Say nothing when all is well.")] = False,
) -> None:
    """Verify a release folder and the readers, with their built files (exit code 3 when they cannot serve)."""
    predictor = load_predictor(release)
    load_reader(reader)
    if not quiet:
        out.print(f"{predictor.release} can serve (taxonomy {predictor.taxonomy.hash}).", highlight=False)


@release_app.command("figures")
def release_figures(
    release: ReleaseOption = RELEASE_FOLDER,
    outside: Annotated[
        Path | None,
        typer.Option(help="JSON Lines of labelled texts (id, text, labels) from outside the corpus: their figures go into card and pages."),
    ] = None,
    kind: Annotated[str, typer.Option(help="What the outside texts are, for the card.")] = "texts from outside the corpus",
) -> None:
    """Measure the test split and keep reliability, risk against coverage and F1 per category beside the release, for the pages.

    Example: `catchall release figures --outside real.jsonl --kind "passages of real brochures"`. The section in the card is
    dropped by `release calibrate`, since it holds for the thresholds it was measured with.
    """
    predictor = load_predictor(release, many=True)
    import json

    from data.records import load_corpus
    from data.splits import split_corpus
    from evals.curves import curves
    from evals.items import item_of, read_items
    from evals.outside import measure_outside, with_section
    from evals.systems import Catchall
    from model.artefact import DECISION, FIGURES, MANIFEST, MODEL_CARD

    try:
        strange = None if outside is None else read_items(outside, predictor.taxonomy)
        items = [item_of(record) for record in split_corpus(load_corpus(taxonomy=predictor.taxonomy)).test]
    except CatchallError as error:
        stop(str(error), exit_code(error))
    system = Catchall(predictor)
    found = curves(items, system.predict([item.text for item in items]), predictor.taxonomy)
    seen = None if strange is None else measure_outside(strange, system.predict([i.text for i in strange]), predictor.taxonomy, kind)
    # What was measured: figures of other weights or thresholds are not shown.
    files = json.loads((release / MANIFEST).read_text(encoding="utf-8"))["files"]
    content = {"files": files} | found | ({"outside": seen.as_json()} if seen else {})
    (release / FIGURES).write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    out.print(f"{FIGURES} written from {found['n']} texts of the test split.", highlight=False)
    if seen is not None:
        bounds = json.loads((release / DECISION).read_text(encoding="utf-8"))["policy"]
        card = release / MODEL_CARD
        section = seen.section(bounds["missed"]["share"], bounds["wrong"]["share"])
        card.write_text(with_section(card.read_text(encoding="utf-8"), section), encoding="utf-8")
        out.print(f"{MODEL_CARD} and {FIGURES} tell what {seen.n} outside texts gave.", highlight=False)
