"""How well technical parameters are read: precision and recall per parameter, type and kind, on sentences labelled by hand."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from data.errors import MalformedRow
from data.parameter_facts import SENTENCES_OF_ATTRIBUTES, SENTENCES_OF_QUANTITIES, Parameter, load_parameters
from evals.intervals import Estimate, wilson
from evals.items import numbered_lines
from model.reading import Reading, Value

SCORED = 79
"""The first so many parameters of the vocabulary are read from texts; the later ones are only asked of the exporter."""
SENTENCES_FOLDER = Path(__file__).with_name("sentences")
TEST_SENTENCES = SENTENCES_FOLDER / "test.jsonl"
"""No pattern was written and no reader trained with these in view; each was read three times (data/README.md)."""
DEVELOPMENT_SENTENCES = tuple(SENTENCES_FOLDER / f"{name}.jsonl" for name in ("development", "second", "third", "fourth"))
"""What patterns were written with; the fourth was the test set until 30 November 2026."""
TRAINING_SENTENCES = tuple(sorted(SENTENCES_OF_ATTRIBUTES.glob("*.jsonl")))
"""Labelled for attributes and intended users only; what the attribute reader is trained on, beside those of `DEVELOPMENT_SENTENCES`."""
PAPER_SENTENCES = SENTENCES_OF_ATTRIBUTES / "papers.jsonl"
"""Of these, those that tell several attributes at once in the plain manner of product papers."""
QUANTITY_SENTENCES = tuple(sorted(SENTENCES_OF_QUANTITIES.glob("*.jsonl")))
"""Labelled for quantities only; what the quantity reader is trained on, beside those of `DEVELOPMENT_SENTENCES`."""
PAPER_QUANTITIES = tuple(SENTENCES_OF_QUANTITIES / f"{name}.jsonl" for name in ("papers", "sheets"))
"""Of these, those in the plain manner of product papers."""
ATTRIBUTE_GROUPS = (DEVELOPMENT_SENTENCES, (PAPER_SENTENCES,), tuple(file for file in TRAINING_SENTENCES if file != PAPER_SENTENCES))
"""What the attribute reader is trained on, by what counts the same in the choice of its thresholds."""
QUANTITY_GROUPS = (PAPER_QUANTITIES, tuple(file for file in QUANTITY_SENTENCES if file not in PAPER_QUANTITIES))
"""The same for the quantity reader, without `DEVELOPMENT_SENTENCES`: the rules flatter them."""
TYPES: dict[str, tuple[str, ...]] = {
    "detector": ("detector_elements", "pixel_pitch"),
    "frame rate": ("frame_rate",),
    "wavelength band": ("wavelength",),
    "cooling": ("cooled", "microbolometer"),
    "lens and field of view": ("ifov", "focal_length", "fixed_lens"),
    "tube and sensitivity": ("tube_generation", "intensifier_tube", "luminous_sensitivity", "radiant_sensitivity", "charge_multiplication"),
    "use of the imager": ("direct_view", "vehicle_driver_aid", "stabilised", "recording"),
    "endurance": ("endurance",),
    "flight range": ("flight_range",),
    "wind": ("wind_resistance",),
    "payload and height": ("payload", "altitude"),
    "line of sight": ("beyond_line_of_sight", "tethered"),
    "frequency and channels": ("frequency", "instantaneous_bandwidth", "channels", "channel_switching_time"),
    "bearings and signals": ("signal_duration", "direction_finding", "automatic_signal_identification"),
    "radar and power": (
        "transmit_power",
        "detection_range",
        "electronically_scanned",
        "automatic_tracking",
        "imaging_radar",
        "frequency_agile",
    ),
    "jamming": ("selective_jamming", "counter_ied"),
    "mobile network": ("air_interface", "identifier_extraction", "detects_interception", "for_network_operator"),
    "line rate": ("line_rate", "carrier_class"),
    "analysis of traffic": ("application_layer_analysis", "content_extraction", "indexing", "service_quality_purpose"),
    "selectors": ("hard_selectors", "relationship_mapping"),
    "handover": ("handover_standard", "handover_interface"),
    "cryptography": ("key_length", "encryption", "cryptanalytic", "user_modifiable_cryptography"),
    "locks and raw data": ("lock_bypass", "raw_extraction", "personal_device_access"),
    "intrusion": ("intrusion_delivery", "detection_avoidance", "hidden_from_user", "vulnerability_disclosure"),
    "identities": ("identities", "identification_search"),
    "concealment": ("concealment", "covert", "surreptitious_interception"),
    "persons and their data": ("natural_persons", "movement_tracking", "confined_persons", "content_interception", "from_telecom_systems"),
    "end user": ("end_user", "military_design"),
    "availability": ("mass_market", "public_domain"),
}
"""Types of parameter: what belongs together in a control entry. Every scored parameter is of one type."""
TOLERANCE = 0.01
"""Share by which the ends of an interval may differ: descriptions round."""


@dataclass(frozen=True)
class ParameterItem:
    """A sentence and what it tells.

    Attributes:
        expects: the values told, per parameter.
        may: parameters over which careful readers could differ; they are not scored in this sentence.
    """

    id: str
    text: str
    expects: dict[str, tuple[Value, ...]]
    may: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Score:
    """Counts of values read rightly, wrongly and not at all."""

    true_positives: int = 0
    false_positives: int = 0
    false_negatives: int = 0

    def __add__(self, other: "Score") -> "Score":
        return Score(
            self.true_positives + other.true_positives,
            self.false_positives + other.false_positives,
            self.false_negatives + other.false_negatives,
        )

    @property
    def precision(self) -> Estimate | None:
        """Share of the values read that are right, with Wilson's interval; None when nothing was read."""
        return wilson(self.true_positives, self.true_positives + self.false_positives)

    @property
    def recall(self) -> Estimate | None:
        """Share of the values told that were read, with Wilson's interval; None when nothing was told."""
        return wilson(self.true_positives, self.true_positives + self.false_negatives)


@dataclass(frozen=True)
class ItemScore:
    """What was read of one parameter in one sentence."""

    id: str
    parameter: str
    right: tuple[Value, ...]
    wrong: tuple[Value, ...]
    missed: tuple[Value, ...]

    @property
    def score(self) -> Score:
        """The counts of this sentence."""
        return Score(len(self.right), len(self.wrong), len(self.missed))


@dataclass(frozen=True)
class ParameterScores:
    """The scores of a reader.

    Attributes:
        items: one per sentence and parameter that was told or read.
        parameters: per scored parameter, in the order of the vocabulary.
        kinds: per kind ("quantity", "choice", "attribute") and "all".
        types: per type of `TYPES`.
    """

    items: tuple[ItemScore, ...]
    parameters: dict[str, Score]
    kinds: dict[str, Score]
    types: dict[str, Score]


def load_items(path: Path) -> list[ParameterItem]:
    """Read labelled sentences, one JSON object a line: id, text, expects, may.

    Raises:
        UnreadableFile, MalformedRow: see `data.errors`.
    """
    items = []
    for number, line in numbered_lines(path):
        try:
            row = json.loads(line)
            expects = {parameter: _values(told) for parameter, told in row["expects"].items()}
            items.append(ParameterItem(row["id"], row["text"], expects, frozenset(row.get("may", ()))))
        except (KeyError, TypeError, ValueError) as exc:
            raise MalformedRow(row=number, reason=f"{path.name}: {exc!r}") from exc
    return items


def _values(told: Any) -> tuple[Value, ...]:
    each = told if isinstance(told, list) else [told]
    return tuple((value[0], value[1]) if isinstance(value, list) else value for value in each)


def _end_matches(a: float | None, b: float | None) -> bool:
    if a is None or b is None:
        return a is None and b is None
    return abs(a - b) <= TOLERANCE * abs(b)


def matches(read: Value, told: Value) -> bool:
    """Return whether a value read is the one told: both ends of an interval within 1 %, open ends alike."""
    if isinstance(read, tuple) and isinstance(told, tuple):
        return _end_matches(read[0], told[0]) and _end_matches(read[1], told[1])
    return type(read) is type(told) and read == told


def compare(item: ParameterItem, parameter: str, readings: Iterable[Reading]) -> ItemScore:
    """Return how the distinct values read of one parameter compare with those told; each told value is found once."""
    left = list(item.expects.get(parameter, ()))
    right: list[Value] = []
    wrong: list[Value] = []
    for value in dict.fromkeys(reading.value for reading in readings if reading.parameter == parameter):
        found = next((told for told in left if matches(value, told)), None)
        if found is not None:
            left.remove(found)
            right.append(value)
        elif not any(matches(value, told) for told in item.expects.get(parameter, ())):
            wrong.append(value)
    return ItemScore(item.id, parameter, tuple(right), tuple(wrong), tuple(left))


def measure(
    items: Sequence[ParameterItem], read: Callable[[str], Iterable[Reading]], vocabulary: dict[str, Parameter] | None = None
) -> ParameterScores:
    """Return precision and recall of a reader, per parameter, type and kind.

    Args:
        read: takes a text and returns what it tells.
        vocabulary: the parameters; the installed ones by default. Only the first `SCORED` are scored.
    """
    scored = list((vocabulary or load_parameters()).values())[:SCORED]
    out: list[ItemScore] = []
    for item in items:
        readings = list(read(item.text))
        told = {reading.parameter for reading in readings} | set(item.expects)
        out += [compare(item, parameter.id, readings) for parameter in scored if parameter.id in told - item.may]
    parameters: dict[str, Score] = {parameter.id: Score() for parameter in scored}
    kinds: dict[str, Score] = defaultdict(Score, {"quantity": Score(), "choice": Score(), "attribute": Score(), "all": Score()})
    types = dict.fromkeys(TYPES, Score())
    kind_of = {parameter.id: parameter.kind for parameter in scored}
    type_of = {parameter: name for name, parameters in TYPES.items() for parameter in parameters}
    for each in out:
        parameters[each.parameter] += each.score
        types[type_of[each.parameter]] += each.score
        kinds[kind_of[each.parameter]] += each.score
        kinds["all"] += each.score
    return ParameterScores(tuple(out), parameters, dict(kinds), types)


def table(scores: ParameterScores) -> Table:
    """Return the scores as a table: kinds, then types, then parameters, each that was told or read."""
    drawn = Table("parameter", "right", "wrong", "missed", "precision", "recall", title="Reading of technical parameters")
    for group in (scores.kinds, scores.types, scores.parameters):
        for name, score in group.items():
            if score != Score():
                counts = (str(score.true_positives), str(score.false_positives), str(score.false_negatives))
                drawn.add_row(name, *counts, str(score.precision or "–"), str(score.recall or "–"))
        drawn.add_section()
    return drawn


def print_table(scores: ParameterScores, console: Console | None = None) -> None:
    """Print the table of scores."""
    (console or Console()).print(table(scores))
