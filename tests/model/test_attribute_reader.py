"""Network and phrases are weighed passage by passage; a reader that is not what it says it is does not load."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace

from data.errors import ReleaseDamaged, ReleaseMissing
from model.artefact import BUILD_RECORD, BUILT, READER_FOLDER
from model.attribute_reader import AttributeReader
from model.parameter_reader import ParameterReader
from model.parameters import read_parameters
from model.reader_files import READER, ReaderFacts, ReaderThresholds, read_reader_facts
from model.reading import Reading
from model.session import NetworkOutput
from model.windows import Windower

OUTPUTS = (("cooled", True), ("cooled", False), ("end_user", "military"))
VOCABULARY = {"[UNK]": 0, "ice": 1, "warm": 2, "soldiers": 3, "maybe": 4}
LOGITS = {1: (4.0, -5.0, 0.0), 2: (-5.0, 4.0, 0.0), 3: (0.0, 0.0, 4.0), 4: (1.0, -5.0, 0.0)}


class WordSession:
    """Adds up fixed contributions per word; remembers how often it was asked."""

    def __init__(self) -> None:
        self.runs = 0

    def run(self, ids: NDArray[np.int64], content: NDArray[np.bool_]) -> NetworkOutput:
        self.runs += 1
        rows = [LOGITS.get(int(token), (0.0, 0.0, 0.0)) for token in ids]
        contributions = np.array(rows, dtype=float).reshape(-1, len(OUTPUTS)).T
        return NetworkOutput(contributions, np.full(len(OUTPUTS), -1.0), np.zeros(4))


def reader(session: WordSession) -> AttributeReader:
    tokenizer = Tokenizer(WordLevel(VOCABULARY, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()
    facts = ReaderFacts(OUTPUTS, ReaderThresholds(alone=2.0, with_phrase=-2.0), {"files": {}, "thresholds": {}, "outputs": []})
    return AttributeReader(facts, lambda: Windower(tokenizer), lambda: session)


def phrase(text: str, word: str, parameter: str = "cooled", value: bool | str = True) -> Reading:
    start = text.index(word)
    return Reading(parameter, value, start, start + len(word), word)


class TestRead:
    """What is told, and by which words."""

    def test_the_network_alone_must_be_sure(self) -> None:
        found = reader(WordSession()).read("pump with ice inside", [])
        assert [(each.parameter, each.value, each.text) for each in found] == [("cooled", True, "ice")]
        assert reader(WordSession()).read("pump maybe inside", []) == []

    def test_a_phrase_needs_less(self) -> None:
        text = "pump maybe inside"
        told = phrase(text, "maybe")
        assert reader(WordSession()).read(text, [told]) == [told]

    def test_a_phrase_that_the_network_denies_is_dropped(self) -> None:
        text = "pump warm inside"
        found = reader(WordSession()).read(text, [phrase(text, "pump")])
        assert [(each.value, each.text) for each in found] == [(False, "warm")]

    def test_what_the_network_does_not_know_stays(self) -> None:
        text = "pump warm inside"
        told = phrase(text, "pump", "tube_generation", "3")
        assert told in reader(WordSession()).read(text, [told])

    def test_passages_are_weighed_apart(self) -> None:
        text = "ice " + "a " * 50 + ".\nwarm soldiers " + "b " * 50
        session = WordSession()
        found = reader(session).read(text, [])
        assert session.runs == 2
        assert [(each.parameter, each.value) for each in found] == [("cooled", True), ("cooled", False), ("end_user", "military")]
        assert all(text[each.start : each.end] == each.text for each in found)

    def test_offsets_refer_to_the_text_as_given(self) -> None:
        given = "<p>pump\u200b with  ice</p>"
        found = read_parameters(given, ParameterReader(reader(WordSession())))
        assert [(each.parameter, given[each.start : each.end]) for each in found] == [("cooled", "ice")]

    @pytest.mark.parametrize("text", ["12 345 !", "...", "\n\n"])
    def test_nothing_to_read(self, text: str) -> None:
        session = WordSession()
        assert reader(session).read(text, []) == []
        assert session.runs == 0


@pytest.fixture(scope="module")
def installed() -> AttributeReader:
    return AttributeReader.load()


class TestInstalled:
    """The reader that ships."""

    def test_outputs_are_known_parameters(self, installed: AttributeReader) -> None:
        from data.parameter_facts import load_parameters

        parameters = load_parameters()
        for name, value in installed.facts.outputs:
            assert parameters[name].kind == ("attribute" if isinstance(value, bool) else "choice")
            assert isinstance(value, bool) or value in parameters[name].values

    def test_hash_follows_what_it_rests_on(self, installed: AttributeReader) -> None:
        assert installed.hash == AttributeReader.load().hash
        changed = ReaderFacts((), ReaderThresholds(0, 0), installed.facts.manifest | {"thresholds": {"alone": 9.0, "with_phrase": 9.0}})
        assert AttributeReader(changed, lambda: pytest.fail("loaded"), lambda: pytest.fail("loaded")).hash != installed.hash


class TestLoad:
    """Missing and damaged files are named."""

    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        return Path(shutil.copytree(READER_FOLDER, tmp_path / "reader"))

    def test_missing_manifest(self, tmp_path: Path) -> None:
        with pytest.raises(ReleaseMissing, match=READER):
            read_reader_facts(tmp_path)

    @pytest.mark.parametrize(
        "change",
        [
            {"format": 99},
            {"outputs": 5},
            {"thresholds": {"alone": 1.0}},
            {"thresholds": {"alone": "x", "with_phrase": 1.0}},
            {"files": None},
        ],
    )
    def test_damaged_manifest(self, folder: Path, change: dict[str, object]) -> None:
        manifest = json.loads((folder / READER).read_text()) | change
        (folder / READER).write_text(json.dumps(manifest))
        with pytest.raises(ReleaseDamaged, match=READER):
            read_reader_facts(folder)

    def test_changed_weights(self, folder: Path) -> None:
        with (folder / "head.safetensors").open("ab") as file:
            file.write(b"x")
        with pytest.raises(ReleaseDamaged, match=r"head\.safetensors"):
            read_reader_facts(folder)

    def test_not_built(self, folder: Path) -> None:
        shutil.rmtree(folder / BUILT)
        with pytest.raises(ReleaseMissing, match="release build"):
            AttributeReader.load(folder)

    def test_built_from_another(self, folder: Path) -> None:
        record = json.loads((folder / BUILT / BUILD_RECORD).read_text()) | {"weights": {}}
        (folder / BUILT / BUILD_RECORD).write_text(json.dumps(record))
        with pytest.raises(ReleaseDamaged, match="another reader"):
            AttributeReader.load(folder)

    def test_damaged_network(self, folder: Path) -> None:
        with (folder / BUILT / "model.onnx").open("ab") as file:
            file.write(b"x")
        with pytest.raises(ReleaseDamaged, match=r"model\.onnx"):
            AttributeReader.load(folder)
