"""Determinations become corpus records: only with consent, without names, with their history, and never in the test split."""

import json
from pathlib import Path

import pytest

from data.errors import CorpusInvalid
from data.records import REVIEWED, CorpusRecord, load_corpus, with_reviewed
from data.splits import split_of
from data.taxonomy import Taxonomy
from serve.cases.case import Case, Submission
from serve.cases.decide import Decision, decide
from serve.cases.deidentify import deidentified, deidentified_with_spans
from serve.cases.desk import Desk
from serve.cases.export import export_reviewed, record_id
from serve.cases.reopen import reopen
from serve.cases.submit import submit
from tests.serve.cases.world import actor
from tests.serve.conftest import SteppingClock

ACCEPT = Decision("accept", reason_code="description_matches")


def determined(desk: Desk, text: str, decision: Decision = ACCEPT, consent: bool = True) -> Case:
    case = submit(desk, actor("exporter"), Submission(text, product_name="NightOwl 5", consent=consent))[0]
    return decide(desk, actor("ada"), case.id, 1, decision)


class TestExport:
    """What is exported is a valid corpus."""

    def test_records(self, honest: Desk) -> None:
        kept = determined(honest, "The NightOwl 5, a covert-audio recorder of North?")
        determined(honest, "covert-video?", consent=False)
        vague = determined(honest, "thing?", Decision("accept", reason_code="insufficient_description"))
        submit(honest, actor("exporter"), Submission("covert-audio? waits", consent=True))
        long = determined(honest, "covert-audio? " + "word " * 400)
        exported = export_reviewed(honest.database, honest.taxonomy)
        assert {record.id: record.text for record in exported.records} == {
            record_id(kept.id): "The the product, a covert-audio recorder of the company?",
            record_id(vague.id): "thing?",
        }
        assert {record.labels for record in exported.records} == {("covert-audio",), ("insufficient",)}
        assert exported.left_out == ((long.id, "the text has more than 400 words"),)

    def test_history(self, honest: Desk) -> None:
        case = determined(honest, "covert-audio?")
        reopen(honest, actor("ben"), case.id, 2, "again")
        decide(honest, actor("ada"), case.id, 3, Decision("correct", ("covert-video",), "list_changed"))
        exported = export_reviewed(honest.database, honest.taxonomy)
        assert exported.records[0].labels == ("covert-video",)
        assert exported.history[0]["guessed"] == ["covert-audio"]
        assert [each["labels"] for each in exported.history[0]["determinations"]] == [["covert-audio"], ["covert-video"]]

    def test_the_newest_determination_of_a_text_counts(self, honest: Desk, clock: SteppingClock) -> None:
        determined(honest, "covert-audio?")
        clock.step(days=1)
        newest = determined(honest, "Covert-audio?".lower(), Decision("correct", ("covert-video",), "model_error"))
        assert [record.id for record in export_reviewed(honest.database, honest.taxonomy).records] == [record_id(newest.id)]


class TestDeidentify:
    """Names, addresses and numbers of people go; technical figures stay."""

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("Ask joe.doe@firm.example or +47 22 33 44 55 today", "Ask [e-mail] or [phone] today"),
            ("Call 0800 123 4567.", "Call [phone]."),
            ("See https://firm.example/p?id=7 and www.firm.example", "See [link] and [link]"),
            ("ACME  Radio's new Acme radio", "the company's new the company"),
            ("Falcon, FALCON and falconry", "the product, the product and falconry"),
            ("X marks 20 MHz to 3 GHz, 640x512, 0.05 lx, 100-240 V", "X marks 20 MHz to 3 GHz, 640x512, 0.05 lx, 100-240 V"),
            ("pay to NO93 8601 1117 9470 0", "pay to [account]"),
            ("IMSI 24 bit, 850/900/1800/1900 MHz, -40 to +85 C", "IMSI 24 bit, 850/900/1800/1900 MHz, -40 to +85 C"),
        ],
    )
    def test_text(self, text: str, expected: str) -> None:
        assert deidentified(text, ["Falcon", "X", ""], ["Acme Radio", "Acme"]) == expected

    @pytest.mark.parametrize(
        ("words", "now"),
        [
            ("hidden microphone", "hidden microphone"),
            ("Falcon", "the product"),
            ("alcon of Ac", "the product of the company"),
            ("me has a hid", "the company has a hid"),
            ("+47 22", "[phone]"),
            ("mics@acme.example", "[e-mail]"),
        ],
    )
    def test_spans_follow_the_text(self, words: str, now: str) -> None:
        text = "Call +47 22 33 44 55: Falcon of Acme has a hidden microphone; mics@acme.example"
        start = text.index(words)
        bare, [(first, last)] = deidentified_with_spans(text, ["Falcon"], ["Acme"], [(start, start + len(words))])
        assert bare == "Call [phone]: the product of the company has a hidden microphone; [e-mail]"
        assert bare[first:last] == now


def reviewed(name: str, text: str = "bug") -> CorpusRecord:
    return CorpusRecord(name, text, ("covert-audio",), "application", "positive", "2020s", "direct", "whole")


class TestTraining:
    """Training takes exported records as extra data, and keeps calibration and test as they are."""

    def test_they_only_teach(self) -> None:
        assert {split_of(f"{REVIEWED}{i}") for i in range(200)} == {"train"}

    def test_added(self, honest: Desk, taxonomy: Taxonomy, tmp_path: Path) -> None:
        determined(honest, "covert-audio?")
        exported = export_reviewed(honest.database, taxonomy).records
        path = tmp_path / "reviewed.jsonl"
        path.write_text("".join(json.dumps(record.as_json()) + "\n" for record in exported), encoding="utf-8")
        corpus = load_corpus(taxonomy=taxonomy)
        assert with_reviewed(corpus, [path], taxonomy) == [*corpus, *exported]
        with pytest.raises(CorpusInvalid, match="used twice"):
            with_reviewed(corpus, [path, path], taxonomy)

    def test_other_records_are_refused(self, taxonomy: Taxonomy, tmp_path: Path) -> None:
        path = tmp_path / "other.jsonl"
        path.write_text(json.dumps(reviewed("mine-1").as_json()), encoding="utf-8")
        with pytest.raises(CorpusInvalid, match="no record of a determination"):
            with_reviewed([], [path], taxonomy)
