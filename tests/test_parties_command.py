"""`catchall parties` imports a list, shows hits with their source, and leaves the decision to a person."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from commands.parties import parties_app

CSV = "source,name,alt_names,federal_register_notice,start_date\n"
CSV += "EL,Lumenwacht Optronics,Luminvaht,99 FR 1,2020-02-29\nDPL,[red]Kestrelgate,,,\n"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "csl.csv"
    path.write_text(CSV, encoding="utf-8")
    return path


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No test sees the lists of whoever runs it."""
    folder = tmp_path / "home"
    monkeypatch.delenv("CATCHALL_PARTIES", raising=False)
    monkeypatch.setattr("typer.get_app_dir", lambda name: str(folder))
    return folder


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(parties_app, [str(argument) for argument in arguments])


class TestImport:
    """`import` says what it wrote, where, and the hash of the source."""

    def test_to_the_usual_place(self, source: Path, own_folder: Path) -> None:
        result = run("import", source)
        assert result.exit_code == 0, result.output
        assert "2 parties" in result.output
        assert (own_folder / "parties.jsonl").exists()

    def test_to_a_file_or_a_folder(self, source: Path, tmp_path: Path) -> None:
        assert run("import", source, "--into", tmp_path / "l.jsonl").exit_code == 0
        assert run("import", source, "--into", tmp_path, "--as-of", "2026-11-01").exit_code == 0
        assert (tmp_path / "l.jsonl").exists()
        assert json.loads((tmp_path / "parties.jsonl").read_text(encoding="utf-8").splitlines()[0])["as_of"] == "2026-11-01"

    def test_the_environment_names_the_place(self, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("CATCHALL_PARTIES", str(tmp_path / "env.jsonl"))
        assert run("import", source).exit_code == 0
        assert (tmp_path / "env.jsonl").exists()

    def test_a_bad_row_is_named_and_nothing_written(self, source: Path, own_folder: Path) -> None:
        source.write_text(CSV + "EL,,,,\n", encoding="utf-8")
        result = run("import", source)
        assert result.exit_code == 2
        assert "Row 3" in result.output
        assert not own_folder.exists()

    def test_not_onto_itself(self, source: Path) -> None:
        assert run("import", source, "--into", source).exit_code == 2
        assert source.read_text(encoding="utf-8") == CSV


class TestScreen:
    """`screen` shows score, list and citation for each name; finding something is no failure."""

    def test_own_table_without_an_import(self) -> None:
        result = run("screen", "Candiru GmbH", "Nobody At All")
        assert result.exit_code == 0, result.output
        assert "86 FR 60759" in result.output.replace("\n", " ") or "86 FR" in result.output
        assert "Nobody At All: no hits" in result.output
        assert "no screening list is imported" in result.output
        assert "a person decides" in " ".join(result.output.split())

    def test_imported_list(self, source: Path) -> None:
        run("import", source)
        result = run("screen", "Luminvaht GmbH", "--json")
        line = json.loads(result.stdout)
        assert line["hits"][0]["party"] == {
            "name": "Lumenwacht Optronics",
            "aliases": ["Luminvaht"],
            "list_name": "EL",
            "citation": "99 FR 1",
            "start": "2020-02-29",
        }
        assert line["hits"][0]["score"] == 100
        assert [each["title"] for each in line["lists"]] == ["Surveillance vendors on the US Entity List", "csl.csv"]
        assert "person decides" in line["notice"]

    def test_markup_in_names_is_shown_as_it_is(self, source: Path) -> None:
        run("import", source)
        result = run("screen", "[red]Kestrelgate")
        assert result.exit_code == 0
        assert "[red]Kestrelgate: 1 hit" in result.output

    def test_blank_name(self) -> None:
        result = run("screen", " ")
        assert result.exit_code == 2
        assert "'name' is empty" in result.output

    def test_a_list_that_was_named_must_be_there(self, tmp_path: Path) -> None:
        assert run("screen", "Candiru", "--list", tmp_path / "none.jsonl").exit_code == 2

    def test_a_damaged_list_stops(self, source: Path, own_folder: Path) -> None:
        run("import", source)
        (own_folder / "parties.jsonl").write_text("{", encoding="utf-8")
        result = run("screen", "Candiru")
        assert result.exit_code == 2
        assert "import the list again" in result.output

    def test_threshold(self) -> None:
        assert "no hits" in run("screen", "Kandiru", "--threshold", "100").output


class TestList:
    """`list` shows which lists are loaded, of which day, with how many entries."""

    def test_without_and_with_an_import(self, source: Path) -> None:
        assert "No screening list is imported" in run("list").output
        run("import", source, "--as-of", "2026-11-01")
        output = run("list").output
        assert "csl.csv, as of 2026-11-01: 2 parties" in output
        assert "DPL" in output

    def test_json(self, source: Path) -> None:
        run("import", source)
        rows = json.loads(run("list", "--json").stdout)
        assert rows[1]["lists"] == {"DPL": 1, "EL": 1}
