"""Control facts are read whole, checked, dated, and every fault names its place."""

from datetime import date
from pathlib import Path

import pytest

from data.control_facts import ControlFacts, load_control_facts, read_control_facts
from data.errors import ControlsInvalid
from data.parameter_facts import load_parameters
from data.taxonomy import load_taxonomy

HEAD = """version = 1
[regime]
id = "xx"
title = "A list"
kind = "list"
as_of = "2026-01-01"
source = "somewhere"
"""
CONTROL = """
[[controls]]
id = "xx-1"
entry = "1A001"
paragraph = "a"
title = "Thing"
categories = ["thermal-night-vision"]
summary = "A thing."
test = {all = [{attribute = "cooled"}, {parameter = "frame_rate", over = 9, unit = "Hz"}]}
citation = "somewhere 1"
confidence = "V"
"""


def facts_of(folder: Path, text: str, name: str = "xx.toml") -> ControlFacts:
    (folder / name).write_text(text, encoding="utf-8")
    return read_control_facts(folder)


class TestInstalledFacts:
    """What ships covers every category in every list, and says so where a list has nothing."""

    def test_every_category_in_every_list(self) -> None:
        for regime in load_control_facts().regimes:
            if regime.kind != "list":
                continue
            named = {c for control in regime.controls for c in control.categories}
            absent = {c for remark in regime.of_kind("absent") for c in remark.categories}
            assert set(load_taxonomy().ids) <= named | absent, regime.id

    def test_regimes_and_overlays(self) -> None:
        kinds = {regime.id: regime.kind for regime in load_control_facts().regimes}
        assert {name for name, kind in kinds.items() if kind == "list"} == {"us", "eu", "gb", "wa"}
        assert {"eu-art5", "uk-sanctions", "eu-embargo", "ch-vim"} <= {name for name, kind in kinds.items() if kind == "overlay"}

    def test_every_fact_is_cited(self) -> None:
        for control in load_control_facts().controls:
            assert control.citation, control.id
            assert control.confidence in ("V", "P", "R")

    def test_wassenaar_codes_are_dotted(self) -> None:
        wassenaar = next(regime for regime in load_control_facts().regimes if regime.id == "wa")
        assert {control.entry for control in wassenaar.controls if control.id.startswith("wa-6a003")} == {"6.A.3"}

    @pytest.mark.parametrize(("day", "count"), [("2025-06-01", 1), ("2026-02-01", 1), ("2026-09-01", 5)])
    def test_drones_have_three_versions_in_the_us(self, day: str, count: int) -> None:
        us = load_control_facts().regimes[0]
        found = [c for c in us.controls if c.entry == "9A012" and c.paragraph.startswith("a") and c.in_force(date.fromisoformat(day))]
        assert len(found) >= count

    def test_exceptions_are_never_granted(self) -> None:
        for control in load_control_facts().controls:
            for exception in control.exceptions:
                assert "available" not in exception.note.lower(), control.id


class TestDamagedFacts:
    """A damaged file is refused with the file, the entry and its line."""

    def test_a_sound_file(self, tmp_path: Path) -> None:
        (control,) = facts_of(tmp_path, HEAD + CONTROL).controls
        assert control.code == "1A001.a"

    @pytest.mark.parametrize(
        ("old", "new", "reason"),
        [
            ('attribute = "cooled"', 'attribute = "chilled"', "unknown parameter 'chilled'"),
            ('attribute = "cooled"', 'attribute = "frame_rate"', "is a quantity"),
            (', unit = "Hz"', "", "without unit"),
            ('unit = "Hz"', 'unit = "kg"', "no unit for frame_rate"),
            ("over = 9", "beyond = 9", "exactly one of"),
            ("over = 9", 'over = "nine"', "needs a number"),
            ('["thermal-night-vision"]', '["night-vision"]', "unknown categories: night-vision"),
            ('["thermal-night-vision"]', "[]", "names no category"),
            ('confidence = "V"', 'confidence = "X"', "V, P or R"),
            ('citation = "somewhere 1"', "", "'citation' is missing"),
            ("{all = [", "{all = [], any = [", "unexpected any"),
        ],
    )
    def test_entry_and_line(self, tmp_path: Path, old: str, new: str, reason: str) -> None:
        with pytest.raises(ControlsInvalid, match=reason) as caught:
            facts_of(tmp_path, HEAD + CONTROL.replace(old, new))
        assert "xx.toml" in str(caught.value)
        assert "'xx-1', line 10" in str(caught.value)

    def test_broken_toml_names_the_line(self, tmp_path: Path) -> None:
        with pytest.raises(ControlsInvalid, match="line 3"):
            facts_of(tmp_path, HEAD.replace('id = "xx"', 'id = "xx'))

    def test_overlapping_validity(self, tmp_path: Path) -> None:
        first = CONTROL + 'valid_to = "2026-06-01"\n'
        second = CONTROL.replace("xx-1", "xx-2")
        assert len(facts_of(tmp_path, HEAD + first + second + 'valid_from = "2026-06-01"\n').controls) == 2
        with pytest.raises(ControlsInvalid, match="overlaps"):
            facts_of(tmp_path, HEAD + first + second + 'valid_from = "2026-05-31"\n')

    def test_validity_that_runs_backwards(self, tmp_path: Path) -> None:
        with pytest.raises(ControlsInvalid, match="ends before"):
            facts_of(tmp_path, HEAD + CONTROL + 'valid_from = "2026-06-01"\nvalid_to = "2026-01-01"\n')

    def test_unknown_references(self, tmp_path: Path) -> None:
        with pytest.raises(ControlsInvalid, match="unknown xx-9"):
            facts_of(tmp_path, HEAD + CONTROL + 'yields_to = ["xx-9"]\n')

    def test_the_same_id_twice(self, tmp_path: Path) -> None:
        with pytest.raises(ControlsInvalid, match="used twice"):
            facts_of(tmp_path, HEAD + CONTROL + CONTROL)


class TestVocabulary:
    """Every parameter can be asked of an exporter."""

    def test_questions(self) -> None:
        for parameter in load_parameters().values():
            assert parameter.question.endswith("?"), parameter.id
            assert parameter.title, parameter.id
