"""`catchall bench`: speed of the network on every backend, of the peers and of the service, as ratios in one run."""

from pathlib import Path
from typing import Annotated

import typer

from commands.shared import RELEASE_FOLDER, ReleaseOption, err, exit_code, require_training, stop
from data.errors import CatchallError


def bench(
    release: ReleaseOption = RELEASE_FOLDER,
    texts: Annotated[int, typer.Option(min=10, max=5000, help="How many texts, drawn from the held-out split.")] = 150,
    rounds: Annotated[int, typer.Option(min=1, max=50, help="Rounds; the median counts.")] = 3,
    accuracy: Annotated[bool, typer.Option(help="Also the micro-F1 of each backend on the whole held-out split.")] = True,
    service: Annotated[bool, typer.Option(help="Also the service under load, on the loopback address.")] = True,
    training: Annotated[bool, typer.Option(help="Also a few steps of training, on the CPU and on a GPU where there is one.")] = True,
    output_file: Annotated[Path | None, typer.Option("--output", "-o", help="Also write it to this file.", show_default=False)] = None,
) -> None:
    """Measure speed against peers in the same run. Trust the ratios: they travel between machines, the figures do not."""
    require_training()
    import random
    import tempfile
    from dataclasses import replace

    from data.records import load_corpus
    from data.splits import split_corpus
    from data.taxonomy import load_taxonomy
    from evals.bench import integer_floor, measure, micro_f1_of, peak_memory_mb, report
    from evals.http_bench import measure_service, service_report
    from evals.suites import heldout
    from model.artefact import BUILT, CALIBRATION, DECISION, TOKENIZER
    from model.calibration import Calibration
    from model.outcome import read_decision
    from model.windows import Windower
    from training.config import read_config
    from training.contenders import contenders
    from training.run import choose_device
    from training.speed import training_report, training_speed

    try:
        taxonomy, records = load_taxonomy(), load_corpus()
        test = [record.text for record in split_corpus(records).test]
        sample = random.Random(0).sample(test, min(texts, len(test)))  # noqa: S311 - a seeded draw
        with tempfile.TemporaryDirectory() as work:
            field = contenders(release, records, taxonomy, Path(work))
            speeds = measure(field, sample, rounds)
            if accuracy:
                calibration = Calibration.read(release / CALIBRATION, len(taxonomy.ids) + 1)
                threshold = read_decision(release / DECISION)[0].predicted
                items = heldout(records).items
                with err.status("Scoring the held-out split on every backend"):
                    scores = [micro_f1_of(each, items, calibration, threshold, taxonomy) for each in field]
                speeds = [replace(speed, micro_f1=score) for speed, score in zip(speeds, scores, strict=True)]
        windower = Windower.load(release / BUILT / TOKENIZER)
        tokens = sum(len(window.ids) for text in sample for window in windower.windows(text)) / len(sample)
        content = report(speeds, sample, peak_memory_mb())
        content += f"\n{tokens:.0f} tokens a text; the integer floor at 800 GOP/s would be {integer_floor(tokens):.0f} texts/s.\n"
        if service:
            bare = next(speed.texts_per_second for speed in speeds if speed.name.startswith("catchall"))
            with err.status("Measuring the service under load"):
                content += "\n## The service\n\n" + service_report(measure_service(release, sample), bare)
        if training:
            devices = ["cpu", "cuda"] if choose_device("auto") == "cuda" else ["cpu"]
            with err.status("Timing steps of training"):
                trained = [training_speed(read_config(), records, taxonomy, device) for device in devices]
            content += "\n## Training\n\n" + training_report(trained)
        print(content)  # noqa: T201 - the table is the product of this command
        if output_file is not None:
            output_file.write_text("# Benchmarks\n\nMeasured by `make bench`. Trust the ratios.\n\n" + content, encoding="utf-8")
    except CatchallError as error:
        stop(str(error), exit_code(error))
    except OSError as error:
        stop(f"'{output_file}' cannot be written: {error.strerror}", 2)
