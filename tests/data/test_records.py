"""Every corpus record is checked on load, and the shipped corpus keeps its promises."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from data.errors import CorpusInvalid
from data.records import CorpusRecord, load_corpus, parse_record
from data.taxonomy import Taxonomy


def row(**changes: Any) -> dict[str, Any]:
    content: dict[str, Any] = {
        "id": "x-1",
        "text": "A unit that lists the phones around it.",
        "labels": ["mobile-interception"],
        "register": "brochure",
        "kind": "positive",
        "era": "2010s",
        "wording": "indirect",
        "scope": "whole",
    }
    return content | changes


class TestParseRecord:
    """A row is a record or a named fault."""

    def test_labels_come_in_taxonomy_order(self, taxonomy: Taxonomy) -> None:
        line = json.dumps(row(labels=["cryptanalysis", "mobile-interception"]))
        assert parse_record(line, taxonomy, "f", 1).labels == ("mobile-interception", "cryptanalysis")

    def test_json_round_trip(self, taxonomy: Taxonomy) -> None:
        record = parse_record(json.dumps(row()), taxonomy, "f", 1)
        assert parse_record(json.dumps(record.as_json()), taxonomy, "f", 1) == record

    @pytest.mark.parametrize(
        ("changes", "reason"),
        [
            ({"labels": ["teapot"]}, "unknown labels: teapot"),
            ({"labels": "mobile-interception"}, "list of strings"),
            ({"labels": ["covert-audio", "covert-audio"]}, "twice"),
            ({"labels": []}, "does not go with labels"),
            ({"labels": ["insufficient"]}, "go together"),
            ({"kind": "insufficient"}, "go together"),
            ({"kind": "ordinary"}, "does not go with labels"),
            ({"kind": "near-miss", "labels": []}, "names the category"),
            ({"near": "covert-audio"}, "names the category"),
            ({"near": "teapot"}, "no category"),
            ({"register": "poem"}, "register is 'poem'"),
            ({"text": " "}, "must not be empty"),
            ({"text": "word " * 401}, "more than 400 words"),
            ({"text": 3}, "not a string: text"),
            ({"colour": "red"}, "unknown fields: colour"),
        ],
    )
    def test_faults(self, taxonomy: Taxonomy, changes: dict[str, Any], reason: str) -> None:
        with pytest.raises(CorpusInvalid, match=f"f, line 7: .*{reason}"):
            parse_record(json.dumps(row(**changes)), taxonomy, "f", 7)

    @pytest.mark.parametrize("line", ["{", "[]", '"x"', "{}"])
    def test_not_a_record(self, taxonomy: Taxonomy, line: str) -> None:
        with pytest.raises(CorpusInvalid):
            parse_record(line, taxonomy, "f", 1)


class TestLoadCorpus:
    """What only shows over the whole folder is checked too."""

    def write(self, folder: Path, *rows: dict[str, Any]) -> Path:
        (folder / "a.jsonl").write_text("".join(json.dumps(r) + "\n" for r in rows), encoding="utf-8")
        return folder

    def test_repeated_id(self, tmp_path: Path) -> None:
        with pytest.raises(CorpusInvalid, match="'x-1' is also in"):
            load_corpus(self.write(tmp_path, row(), row()))

    def test_empty_folder(self, tmp_path: Path) -> None:
        with pytest.raises(CorpusInvalid, match="no records"):
            load_corpus(tmp_path)

    @pytest.mark.parametrize("second", [[], [row(id="x-2", pair_id="p")]])
    def test_broken_pair(self, tmp_path: Path, second: list[dict[str, Any]]) -> None:
        with pytest.raises(CorpusInvalid, match="pair 'p'"):
            load_corpus(self.write(tmp_path, row(pair_id="p"), *second))

    def test_invalid_utf8(self, tmp_path: Path) -> None:
        (tmp_path / "a.jsonl").write_bytes(b"\xff\n")
        with pytest.raises(CorpusInvalid, match=r"a\.jsonl"):
            load_corpus(tmp_path)


@pytest.fixture(scope="module")
def corpus() -> list[CorpusRecord]:
    return load_corpus()


class TestShippedCorpus:
    """The shipped corpus is large enough, and covers every category from both sides."""

    def test_positives_per_category(self, corpus: list[CorpusRecord], taxonomy: Taxonomy) -> None:
        counts = Counter(label for record in corpus for label in record.labels)
        assert {name: counts[name] for name in taxonomy.ids if counts[name] < 40} == {}

    def test_other_kinds(self, corpus: list[CorpusRecord]) -> None:
        counts = Counter(record.kind for record in corpus)
        assert counts["near-miss"] >= 400
        assert counts["ordinary"] >= 400
        assert counts["insufficient"] >= 60

    def test_no_text_twice(self, corpus: list[CorpusRecord]) -> None:
        seen = Counter(" ".join(record.text.lower().split()) for record in corpus)
        assert [text for text, n in seen.items() if n > 1] == []
