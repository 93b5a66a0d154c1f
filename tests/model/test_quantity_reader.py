"""A measure tells the quantity that the network says of its tokens, weighed with the rules."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace

from data.errors import ReleaseMissing
from data.parameter_facts import load_parameters
from model.attribute_reader import AttributeReader
from model.candidates import Candidate
from model.parameter_reader import ParameterReader
from model.quantity_reader import DENIED, QuantityReader, Weighed
from model.reader_files import TOLD, ReaderFacts, ReaderThresholds
from model.session import NetworkOutput
from model.windows import Windower

NAMES = ("detection_range", "altitude", "focal_length")
VOCABULARY = {"[UNK]": 0, "km": 1, "mm": 2, "maybe": 3} | {"[unused0]": 4, "[unused1]": 5}
VALUES = {1: (12.0, 1.0, -9.0), 2: (-9.0, -9.0, 0.0)}


class WordSession:
    """Fixed values per word, given as the exported network gives them: of content tokens alone, divided by their number."""

    def __init__(self) -> None:
        self.runs = 0

    def run(self, ids: NDArray[np.int64], content: NDArray[np.bool_]) -> NetworkOutput:
        self.runs += 1
        rows = np.array([VALUES.get(int(token), (0.0, 0.0, 0.0)) for token in ids], dtype=float)
        return NetworkOutput(rows.T * content / content.sum(), np.full(len(NAMES), -1.0), np.zeros(4))


def reader(session: WordSession) -> QuantityReader:
    tokenizer = Tokenizer(WordLevel(VOCABULARY, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()
    manifest = {"files": {}, "thresholds": {}, "outputs": []}
    facts = ReaderFacts(tuple((name, TOLD) for name in NAMES), ReaderThresholds(alone=1.0, with_phrase=-2.0), manifest)
    return QuantityReader(facts, lambda: Windower(tokenizer), lambda: session)


class TestTold:
    """One measure tells one quantity: the one furthest above its threshold."""

    THRESHOLDS = ReaderThresholds(alone=1.0, with_phrase=-2.0)

    @pytest.mark.parametrize(
        ("named", "logits", "told"),
        [
            ("", {"altitude": 0.9}, ""),
            ("", {"altitude": 1.0}, "altitude"),
            ("altitude", {"altitude": -2.0}, "altitude"),
            ("altitude", {"altitude": -2.5}, ""),
            ("altitude", {"altitude": -1.5, "detection_range": 4.0}, "detection_range"),
            ("altitude", {"altitude": 0.0, "detection_range": 2.0}, "altitude"),
            ("", {}, ""),
        ],
    )
    def test_told(self, named: str, logits: dict[str, float], told: str) -> None:
        candidate = Candidate(0, 1, dict.fromkeys(logits, (1.0, 1.0)), named)
        assert Weighed(candidate, logits).told(self.THRESHOLDS) == told

    @pytest.mark.parametrize(("logit", "told"), [(1.0 + DENIED - 0.1, ""), (1.0 + DENIED, "payload")])
    def test_rules_against_ask_more_of_the_network(self, logit: float, told: str) -> None:
        candidate = Candidate(0, 1, {"payload": (1.0, 1.0)}, denied=True)
        assert Weighed(candidate, {"payload": logit}).told(self.THRESHOLDS) == told


class TestRead:
    """Passage by passage, over the measure's own tokens."""

    def test_mean_over_the_tokens_of_the_measure_and_its_markers(self) -> None:
        (weighed,) = reader(WordSession()).weigh("walker seen 2 km away")
        assert weighed.logits["detection_range"] == pytest.approx(12.0 / 4 - 1.0)
        (reading,) = reader(WordSession()).read("walker seen 2 km away")
        assert (reading.parameter, reading.value, reading.text) == ("detection_range", (2.0, 2.0), "2 km")

    def test_passages_without_a_measure_cost_nothing(self) -> None:
        session = WordSession()
        assert reader(session).read("nothing " * 80 + ".\nNothing more.") == []
        assert session.runs == 0

    def test_offsets_refer_to_the_whole_text(self) -> None:
        text = "words " * 70 + ".\nSeen at 3 km. " + "words " * 70 + ".\nSeen at 4 km."
        session = WordSession()
        found = reader(session).read(text)
        assert [(each.value, text[each.start : each.end]) for each in found] == [((3, 3), "3 km"), ((4, 4), "4 km")]
        assert session.runs == 2

    def test_a_passage_is_read_once_for_each_measure(self) -> None:
        session = WordSession()
        assert len(reader(session).weigh("seen at 3 km, at 4 km and with a lens of 9 mm")) == session.runs == 3

    def test_behind_so_many_measures_rules_decide_alone(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("model.quantity_reader.MOST_MEASURES", 2)
        session = WordSession()
        far = "\n" + "words " * 60 + ".\n"
        text = far.join(["Drone, ceiling 3 km.", "Drone, ceiling 4 km, ceiling 5 km.", "At 6 km; drone, ceiling 7 km."])
        weighed = reader(session).weigh(text)
        assert session.runs == 2
        assert [each.candidate.values["altitude"][0] for each in weighed] == [3000, 4000, 5000, 6000, 7000]
        assert [each.told(ReaderThresholds(1.0, -2.0)) for each in weighed[2:]] == ["altitude", "", "altitude"]

    def test_long_passages_are_read_in_windows(self) -> None:
        text = "word " * 600 + "seen at 3 km"
        assert [each.value for each in reader(WordSession()).read(text)] == [(3, 3)]

    def test_choices_are_kept(self) -> None:
        found = reader(WordSession()).read("Gen 3 tube, image intensifier")
        assert [(each.parameter, each.value) for each in found] == [("tube_generation", "3")]


class TestInstalled:
    """The reader that ships."""

    @pytest.fixture(scope="class")
    @classmethod
    def installed(cls) -> QuantityReader:
        return QuantityReader.load()

    def test_outputs_are_the_quantities(self, installed: QuantityReader) -> None:
        quantities = {each.id for each in load_parameters().values() if each.kind == "quantity"}
        assert {name for name, _ in installed.facts.outputs} <= quantities

    def test_reads_beyond_the_rules(self, installed: QuantityReader) -> None:
        text = "From the tower you make out a man walking at 1.9 km, and the pickup at 4.5; the mast is 12 m high."
        told = {each.value for each in installed.read(text) if each.parameter == "detection_range"}
        assert (1.9, 1.9) in told
        assert (0.012, 0.012) not in told

    def test_a_folder_without_one_reads_by_rules(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(AttributeReader, "load", classmethod(lambda cls, folder, threads: "attributes"))
        assert ParameterReader.load(tmp_path).quantities is None
        (tmp_path / "quantities").mkdir()
        with pytest.raises(ReleaseMissing):
            ParameterReader.load(tmp_path)

    def test_hash_covers_both(self) -> None:
        both = ParameterReader.load()
        assert both.hash != ParameterReader(both.attributes).hash
