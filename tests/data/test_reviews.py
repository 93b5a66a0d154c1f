"""Reviews of labels are read, damage is named, and the corpus must say what they decided."""

import json
from pathlib import Path

import pytest

from data.errors import CorpusInvalid
from data.records import CorpusRecord
from data.reviews import CANDIDATES, SECOND_READING, SecondLabels, read_candidates, read_second_pass, stale_reviews
from data.taxonomy import Taxonomy

REVIEW = {"id": "a", "given": [], "suggested": ["covert-audio"], "outcome": [], "reason": "A hearing aid is none."}


def write(folder: Path, name: str, *rows: object) -> None:
    (folder / name).write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


class TestReading:
    """A damaged row names its file and line."""

    def test_second_pass(self, tmp_path: Path, taxonomy: Taxonomy) -> None:
        write(tmp_path, SECOND_READING, {"id": "a", "first": ["covert-audio"], "second": ["insufficient"], "outcome": []})
        assert read_second_pass(taxonomy, tmp_path) == [SecondLabels("a", ("covert-audio",), ("insufficient",), ())]

    def test_candidates(self, tmp_path: Path, taxonomy: Taxonomy) -> None:
        write(tmp_path, CANDIDATES, REVIEW)
        (found,) = read_candidates(taxonomy, tmp_path)
        assert (found.id, found.suggested, found.reason) == ("a", ("covert-audio",), "A hearing aid is none.")

    @pytest.mark.parametrize(
        ("row", "reason"),
        [
            (REVIEW | {"outcome": ["teapot"]}, "'outcome' must be"),
            (REVIEW | {"given": "covert-audio"}, "'given' must be"),
            (REVIEW | {"reason": " "}, "needs a reason"),
            ([], "not a JSON object"),
        ],
    )
    def test_damage(self, tmp_path: Path, taxonomy: Taxonomy, row: object, reason: str) -> None:
        write(tmp_path, CANDIDATES, REVIEW, row)
        with pytest.raises(CorpusInvalid, match=f"line 2: .*{reason}"):
            read_candidates(taxonomy, tmp_path)

    def test_no_json(self, tmp_path: Path, taxonomy: Taxonomy) -> None:
        (tmp_path / CANDIDATES).write_text("{", encoding="utf-8")
        with pytest.raises(CorpusInvalid, match="not JSON"):
            read_candidates(taxonomy, tmp_path)

    def test_missing_file(self, tmp_path: Path, taxonomy: Taxonomy) -> None:
        with pytest.raises(CorpusInvalid, match=r"second-pass\.jsonl"):
            read_second_pass(taxonomy, tmp_path)


class TestStaleness:
    """A review is stale when its record is gone or says something else."""

    def test_stale(self) -> None:
        kept = CorpusRecord("a", "t", ("covert-audio", "covert-video"), "shop", "positive", "2010s", "direct", "whole")
        agreed = SecondLabels("a", (), (), ("covert-video", "covert-audio"))
        other = SecondLabels("a", (), (), ("covert-video",))
        gone = SecondLabels("b", (), (), ())
        assert stale_reviews([kept], [agreed, other, gone]) == ["a", "b"]
