"""`catchall reader`: the networks that read attributes and quantities from descriptions."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from commands.shared import READER_FOLDER, RELEASE_FOLDER, ReaderOption, exit_code, out, require_training, stop
from data.errors import CatchallError

if TYPE_CHECKING:
    from evals.parameters import ParameterItem

reader_app = typer.Typer(
    no_args_is_help=True, help="The networks that read attributes (cooled, covert …) and quantities (9 Hz, 640 x 512 …) from descriptions."
)

SentencesArgument = Annotated[
    list[Path] | None, typer.Argument(help="Labelled sentences (JSON Lines).", show_default="those that ship, the test set apart")
]
ATTRIBUTE_FIGURES = (("kept_back", "network and phrases"), ("phrases_alone", "phrases alone"))
QUANTITY_FIGURES = (("kept_back", "network and rules"), ("rules_alone", "rules alone"))
DeviceOption = Annotated[str, typer.Option(help="auto, cpu or cuda.")]


@reader_app.command("train")
def reader_train(
    to: Annotated[Path, typer.Option("--out", help="Folder to write.")],
    sentences: SentencesArgument = None,
    config: Annotated[Path | None, typer.Option(help="Training configuration (TOML).", show_default="training/configs/reader.toml")] = None,
    start: Annotated[
        Path,
        typer.Option(
            help="Release whose adapter training begins with, or a reader of the same attributes to go on from.",
            show_default="the release that ships",
        ),
    ] = RELEASE_FOLDER,
    device: DeviceOption = "auto",
) -> None:
    """Train a reader of attributes on labelled sentences; its thresholds are chosen on a share of them that is kept back.

    Each file counts the same there, however long it is; of those that ship, plain sentences, passages of papers and hard sentences
    do. Half an hour for the sentences that ship, on two CPU cores. `catchall controls measure` then tells how well it reads.
    """
    require_training()
    from data.parameter_facts import load_parameters
    from evals.parameters import ATTRIBUTE_GROUPS
    from training.config import read_config
    from training.reader import READER_CONFIG, build_reader, reader_probes, train_reader

    try:
        groups = _groups(sentences, ATTRIBUTE_GROUPS)
        manifest = train_reader(read_config(config or READER_CONFIG), groups, load_parameters(), to, start, device)
        build_reader(to, reader_probes())
    except CatchallError as error:
        stop(str(error), exit_code(error))
    _report(manifest, ATTRIBUTE_FIGURES)


def _groups(sentences: list[Path] | None, shipped: Iterable[Iterable[Path]]) -> "list[list[ParameterItem]]":
    """Return the sentences to train a reader on, by what counts the same: each of the files given, else the groups that ship."""
    from evals.parameters import load_items

    files: Iterable[Iterable[Path]] = [[file] for file in sentences] if sentences else shipped
    return [[item for file in group for item in load_items(file)] for group in files]


def _report(manifest: dict[str, Any], figures: Iterable[tuple[str, str]]) -> None:
    for name, label in figures:
        found = manifest[name]
        shares = ", ".join(f"{each} {found[each]['value']:.3f}" for each in ("precision", "recall") if found[each])
        out.print(f"{label}, {found['sentences']} sentences kept back: {shares}", highlight=False)
    out.print(f"thresholds: {json.dumps(manifest['thresholds'])}", highlight=False)


@reader_app.command("calibrate")
def reader_calibrate(reader: ReaderOption = READER_FOLDER) -> None:
    """Choose the thresholds of both readers anew, without training: after labels of sentences were mended, for example.

    They are chosen on the sentences that training keeps back, with the networks as they serve. Assessments made before are then of
    another reader: `catchall reassess` shows what changes.
    """
    require_training()
    from data.parameter_facts import load_parameters
    from evals.parameters import ATTRIBUTE_GROUPS, QUANTITY_GROUPS
    from model.quantity_reader import QUANTITIES
    from training.quantity_reader import calibrate_quantity_reader
    from training.reader import calibrate_reader

    try:
        _report(calibrate_reader(reader, _groups(None, ATTRIBUTE_GROUPS), load_parameters()), ATTRIBUTE_FIGURES)
        if (reader / QUANTITIES).is_dir():
            _report(calibrate_quantity_reader(reader / QUANTITIES, _groups(None, QUANTITY_GROUPS), load_parameters()), QUANTITY_FIGURES)
    except CatchallError as error:
        stop(str(error), exit_code(error))


@reader_app.command("average")
def reader_average(
    readers: Annotated[list[Path], typer.Argument(help="Readers that were trained on from one another, the latest last.")],
    to: Annotated[Path, typer.Option("--out", help="Folder to write.")],
) -> None:
    """Write the reader whose weights are the mean of others of the same line, attributes or quantities: steadier than each of them.

    It is built too; its thresholds are those of the latest until `catchall reader calibrate` chooses them anew.
    """
    require_training()
    from training.average import average_readers
    from training.reader import build_reader, reader_probes

    try:
        average_readers(readers, to)
        build_reader(to, reader_probes())
    except CatchallError as error:
        stop(str(error), exit_code(error))
    place = "in the place of a reader, or as `quantities` in its folder if it reads quantities"
    out.print(
        f"Reader written to {to}, with the thresholds of {readers[-1]}. Next: put it {place}, and catchall reader calibrate",
        highlight=False,
    )


@reader_app.command("train-quantities")
def reader_train_quantities(
    to: Annotated[Path, typer.Option("--out", help="Folder to write; `quantities` in the folder of a reader serves with it.")],
    sentences: SentencesArgument = None,
    config: Annotated[
        Path | None, typer.Option(help="Training configuration (TOML).", show_default="training/configs/quantity-reader.toml")
    ] = None,
    start: Annotated[
        Path, typer.Option(help="Reader whose adapter training begins with.", show_default="the one that ships")
    ] = READER_FOLDER,
    device: DeviceOption = "auto",
) -> None:
    """Train a reader of quantities on labelled sentences; its thresholds are chosen on a share of them that is kept back.

    Of the sentences that ship, those that the rules were written with are trained on and never kept back; passages of papers and sentences
    full of other numbers count the same, as given files do. A quarter of an hour on two CPU cores.
    """
    require_training()
    from data.parameter_facts import load_parameters
    from evals.parameters import DEVELOPMENT_SENTENCES, QUANTITY_GROUPS, load_items
    from training.config import read_config
    from training.quantity_reader import QUANTITY_CONFIG, train_quantity_reader
    from training.reader import build_reader, reader_probes

    try:
        groups = _groups(sentences, QUANTITY_GROUPS)
        plain = [] if sentences else [item for file in DEVELOPMENT_SENTENCES for item in load_items(file)]
        manifest = train_quantity_reader(read_config(config or QUANTITY_CONFIG), groups, plain, load_parameters(), to, start, device)
        build_reader(to, reader_probes())
    except CatchallError as error:
        stop(str(error), exit_code(error))
    _report(manifest, QUANTITY_FIGURES)


@reader_app.command("build")
def reader_build(reader: ReaderOption = READER_FOLDER) -> None:
    """Export the readers to what serves (`catchall release build` does it too)."""
    require_training()
    from training.reader import build_readers

    try:
        parities = build_readers(reader)
    except CatchallError as error:
        stop(str(error), exit_code(error))
    for parity in parities:
        drift = f"probabilities differ from torch by {parity.mean:.4f} on average, {parity.max:.3f} at most"
        out.print(f"A reader is built; on {parity.texts} texts {drift}.", highlight=False)
