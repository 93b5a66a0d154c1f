"""Input files are read row by row; a bad row says why and the rest goes on."""

import json
from pathlib import Path

import pytest

from data.errors import DuplicateId, MalformedRow, MissingColumn, UndecodableFile, UnreadableFile, UnsupportedFile
from data.inputs import read_rows


class TestText:
    """A .txt file is one description."""

    def test_whole_file(self, tmp_path: Path) -> None:
        (tmp_path / "unit.txt").write_text("\ufefftwo\nlines", encoding="utf-8")
        (row,) = read_rows(tmp_path / "unit.txt")
        assert (row.id, row.text) == ("unit", "two\nlines")

    def test_not_utf8(self, tmp_path: Path) -> None:
        (tmp_path / "a.txt").write_bytes(b"caf\xe9")
        with pytest.raises(UndecodableFile, match="byte 3"):
            list(read_rows(tmp_path / "a.txt"))

    def test_missing(self, tmp_path: Path) -> None:
        with pytest.raises(UnreadableFile, match="No such file"):
            list(read_rows(tmp_path / "nowhere.txt"))

    def test_other_kind(self, tmp_path: Path) -> None:
        with pytest.raises(UnsupportedFile, match=r"\.txt, \.jsonl, \.csv"):
            list(read_rows(tmp_path / "a.exe"))


class TestJsonLines:
    """A .jsonl file holds objects with text and maybe id."""

    def test_rows_and_faults(self, tmp_path: Path) -> None:
        lines = [
            b'{"id": "a", "text": "one"}',
            b'{"text": "no id"}',
            b'{"id": 7, "text": "number"}',
            b"",
            b"not json",
            b'{"id": "b"}',
            b'{"id": "c", "text": 4}',
            b'{"id": "a", "text": "again"}',
            b"\xff",
            b"[1]",
            b'{"id": [], "text": "x"}',
        ]
        (tmp_path / "a.jsonl").write_bytes(b"\n".join(lines))
        rows = list(read_rows(tmp_path / "a.jsonl"))
        assert [(row.id, row.text) for row in rows[:3]] == [("a", "one"), ("2", "no id"), ("7", "number")]
        assert all(row.text is None for row in rows[3:])
        assert [type(row.error) for row in rows[3:]] == [MalformedRow] * 3 + [DuplicateId] + [MalformedRow] * 3

    def test_an_overlong_line_is_one_bad_row(self, tmp_path: Path) -> None:
        (tmp_path / "a.jsonl").write_text(json.dumps({"text": "x" * 5_000_000}) + '\n{"id": "z", "text": "ok"}\n', encoding="utf-8")
        bad, good = read_rows(tmp_path / "a.jsonl")
        assert isinstance(bad.error, MalformedRow)
        assert good.text == "ok"

    def test_deep_nesting(self, tmp_path: Path) -> None:
        (tmp_path / "a.jsonl").write_text("[" * 100_000 + "\n", encoding="utf-8")
        (row,) = read_rows(tmp_path / "a.jsonl")
        assert isinstance(row.error, MalformedRow)


class TestCsv:
    """A .csv file has a header and a column with the description."""

    def test_columns(self, tmp_path: Path) -> None:
        (tmp_path / "a.csv").write_text('\ufeffid,description\nk1,"two\nlines"\n,plain\nk3\n', encoding="utf-8")
        rows = list(read_rows(tmp_path / "a.csv", "description"))
        assert [(row.id, row.text) for row in rows] == [("k1", "two\nlines"), ("2", "plain"), ("k3", None)]
        assert isinstance(rows[2].error, MalformedRow)

    def test_missing_column_names_those_there(self, tmp_path: Path) -> None:
        (tmp_path / "a.csv").write_text("id,name\n1,x\n", encoding="utf-8")
        with pytest.raises(MissingColumn, match="no column 'text'; its columns are: id, name"):
            list(read_rows(tmp_path / "a.csv"))

    def test_empty_file(self, tmp_path: Path) -> None:
        (tmp_path / "a.csv").write_text("", encoding="utf-8")
        with pytest.raises(MissingColumn, match="none"):
            list(read_rows(tmp_path / "a.csv"))
