"""The command line answers people and programs, and its exit codes mean something."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from cli import RELEASE_FOLDER, app
from data.checks import Check

CATCHER = "Active IMSI catcher: poses as a GSM and LTE base station and collects IMSI and IMEI of all phones in range."


def run(*arguments: str, stdin: str | bytes | None = None) -> Result:
    return CliRunner().invoke(app, list(arguments), input=stdin)


def rows_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


class TestClassifyOne:
    """One text: a table for a person, JSON for a program."""

    def test_table(self) -> None:
        result = run("classify", CATCHER)
        assert result.exit_code == 0
        assert "Mobile interception" in result.output
        assert "does not replace a legal classification" in result.output

    def test_json(self) -> None:
        result = run("classify", CATCHER, "--json")
        content = json.loads(result.stdout)
        assert set(content) >= {"id", "outcome", "categories", "review", "release", "taxonomy", "characters", "truncated"}
        assert set(content["categories"][0]) == {"id", "title", "family", "probability", "predicted", "evidence", "against"}
        assert set(content["categories"][0]["evidence"][0]) == {"start", "end", "text", "weight"}

    def test_all(self) -> None:
        assert len(json.loads(run("classify", CATCHER, "--json", "--all").stdout)["categories"]) == 29

    @pytest.mark.parametrize("arguments", [["classify"], ["classify", "-"]])
    def test_standard_input(self, arguments: list[str]) -> None:
        result = run(*arguments, "--json", stdin=CATCHER)
        assert json.loads(result.stdout)["characters"] == len(CATCHER)

    def test_markup_in_a_text_is_shown_as_it_is(self) -> None:
        result = run("classify", f"[red]{CATCHER}[/red] [/] [bold")
        assert result.exit_code == 0

    @pytest.mark.parametrize(
        ("stdin", "message"),
        [
            ("", "'text' is empty"),
            ("  \n", "'text' is empty"),
            ("\u200b", "'text' is empty"),
            (b"caf\xe9", "not valid UTF-8"),
            ("x" * 100_001, "limit is 100000"),
        ],
    )
    def test_unusable(self, stdin: str | bytes, message: str) -> None:
        result = run("classify", stdin=stdin)
        assert result.exit_code == 2
        assert message in result.stderr
        assert "Traceback" not in result.output

    def test_text_and_file(self) -> None:
        result = run("classify", "a", "--input", "b.txt")
        assert result.exit_code == 2
        assert "not both" in result.stderr

    @pytest.mark.parametrize("command", ["classify", "assess"])
    def test_the_name_of_a_file_is_no_description(self, command: str, tmp_path: Path) -> None:
        file = tmp_path / "sheet.txt"
        file.write_text("Handheld thermal imager")
        result = run(command, str(file))
        assert result.exit_code == 2
        assert "is a file: read it with --input" in result.stderr

    @pytest.mark.parametrize("text", ["x" * 900, "nul \x00 byte", "no/such/file.txt"])
    def test_what_is_no_file_is_a_description(self, text: str) -> None:
        assert run("classify", text).exit_code == 0


class TestClassifyFile:
    """Every row of a file gets its answer or its error; the exit code says whether some failed."""

    def test_jsonl(self, tmp_path: Path) -> None:
        source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
        lines = [{"id": "a", "text": CATCHER}, {"id": "b", "text": " "}, {"id": "a", "text": "twice"}, {"id": "c", "text": "Lavender soap"}]
        source.write_text("".join(json.dumps(line) + "\n" for line in lines) + "broken\n", encoding="utf-8")
        result = run("classify", "--input", str(source), "--output", str(target))
        assert result.exit_code == 1
        assert "3 rows could not be classified" in result.stderr
        rows = rows_of(target)
        assert [(row["id"], row.get("error", {}).get("type")) for row in rows] == [
            ("a", None), ("b", "BlankText"), ("a", "DuplicateId"), ("c", None), ("5", "MalformedRow"),
        ]  # fmt: skip

    def test_csv(self, tmp_path: Path) -> None:
        source, target = tmp_path / "in.csv", tmp_path / "out.jsonl"
        source.write_text(f'id,description\nk,"{CATCHER}"\n', encoding="utf-8")
        assert run("classify", "--input", str(source), "--text-column", "description", "--output", str(target)).exit_code == 0
        assert rows_of(target)[0]["id"] == "k"

    def test_fast_answers_every_row_too(self, tmp_path: Path) -> None:
        source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
        source.write_text("".join(json.dumps({"text": text}) + "\n" for text in (CATCHER, " ", "Lavender soap")), encoding="utf-8")
        assert run("classify", "--fast", "--input", str(source), "--output", str(target)).exit_code == 1
        assert [(row["id"], row.get("outcome")) for row in rows_of(target)][1:] == [("2", None), ("3", "none")]
        assert rows_of(target)[0]["categories"][0]["id"] == "mobile-interception"
        assert "--fast needs --input" in run("classify", "--fast", CATCHER).stderr

    def test_text_file_as_table(self, tmp_path: Path) -> None:
        (tmp_path / "unit.txt").write_text(CATCHER, encoding="utf-8")
        assert "Mobile interception" in run("classify", "--input", str(tmp_path / "unit.txt")).output

    def test_table_of_rows(self, tmp_path: Path) -> None:
        (tmp_path / "a.jsonl").write_text(json.dumps({"id": "first", "text": CATCHER}) + "\n", encoding="utf-8")
        assert "row first" in run("classify", "--input", str(tmp_path / "a.jsonl")).output

    @pytest.mark.parametrize(
        ("name", "content", "message"),
        [
            ("a.csv", b"id,name\n", "no column 'text'"),
            ("a.exe", b"x", "none of the supported kinds"),
            ("a.txt", b"\xff", "not valid UTF-8"),
            ("a.txt", b" ", "is empty"),
        ],
    )
    def test_unusable(self, tmp_path: Path, name: str, content: bytes, message: str) -> None:
        (tmp_path / name).write_bytes(content)
        result = run("classify", "--input", str(tmp_path / name), "--output", str(tmp_path / "out"))
        assert result.exit_code == 2
        if name != "a.txt" or content != b" ":
            assert message in result.stderr

    def test_missing_file(self, tmp_path: Path) -> None:
        result = run("classify", "--input", str(tmp_path / "nowhere.jsonl"), "--json")
        assert result.exit_code == 2
        assert "No such file" in result.stderr

    def test_output_cannot_be_written(self, tmp_path: Path) -> None:
        (tmp_path / "a.txt").write_text(CATCHER, encoding="utf-8")
        result = run("classify", "--input", str(tmp_path / "a.txt"), "--output", str(tmp_path / "no" / "out"))
        assert result.exit_code == 2
        assert "No such file" in result.stderr

    def test_input_is_never_overwritten(self, tmp_path: Path) -> None:
        path = tmp_path / "a.jsonl"
        path.write_text(json.dumps({"text": CATCHER}) + "\n", encoding="utf-8")
        before = path.read_bytes()
        assert run("classify", "--input", str(path), "--output", str(path)).exit_code == 2
        assert path.read_bytes() == before


class TestRelease:
    """A release that cannot serve is exit code 3 and names the file."""

    def test_check(self) -> None:
        assert "can serve" in run("release", "check").output

    def test_missing(self, tmp_path: Path) -> None:
        result = run("classify", CATCHER, "--release", str(tmp_path))
        assert result.exit_code == 3
        assert "manifest.json" in result.stderr

    def test_build_of_nothing(self, tmp_path: Path) -> None:
        result = run("release", "build", "--release", str(tmp_path))
        assert result.exit_code == 3
        assert "manifest.json" in result.stderr


class TestTrain:
    """Wrong settings stop before anything is written."""

    def test_bad_config(self, tmp_path: Path) -> None:
        (tmp_path / "c.toml").write_text("epochs = -1", encoding="utf-8")
        result = run("train", "--config", str(tmp_path / "c.toml"), "--out", str(tmp_path / "out"))
        assert result.exit_code == 2
        assert "epochs" in result.stderr
        assert not (tmp_path / "out").exists()

    def test_bad_device(self, tmp_path: Path) -> None:
        result = run("train", "--out", str(tmp_path / "out"), "--device", "abacus")
        assert result.exit_code == 2
        assert "abacus" in result.stderr


class TestEval:
    """`catchall eval` measures any labelled file."""

    def test_outside_file(self, tmp_path: Path) -> None:
        rows = [{"id": "1", "text": CATCHER, "labels": ["mobile-interception"]}, {"id": "2", "text": "Lavender soap", "labels": []}]
        (tmp_path / "s.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        target = tmp_path / "figures.json"
        result = run("eval", "--suite", f"file:{tmp_path / 's.jsonl'}", "--no-baselines", "--json", str(target))
        assert result.exit_code == 0, result.output
        content = json.loads(target.read_text(encoding="utf-8"))
        (suite,) = content["suites"].values()
        assert suite["systems"]["catchall"]["micro_f1"]["n"] == 2

    @pytest.mark.parametrize(
        ("row", "message"),
        [
            ('{"id": "1", "text": "x", "labels": ["teapot"]}', "teapot"),
            ('{"id": "1"}', "expected id, text and labels"),
            ("", "holds no items"),
        ],
    )
    def test_bad_file(self, tmp_path: Path, row: str, message: str) -> None:
        (tmp_path / "s.jsonl").write_text(row, encoding="utf-8")
        result = run("eval", "--suite", f"file:{tmp_path / 's.jsonl'}", "--no-baselines")
        assert result.exit_code == 2
        assert message in result.stderr

    def test_against_itself_passes_the_gate(self, tmp_path: Path) -> None:
        rows = [{"id": "a", "text": CATCHER, "labels": ["mobile-interception"]}, {"id": "b", "text": "Soap", "labels": []}]
        (tmp_path / "s.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        release = str(RELEASE_FOLDER)
        result = run("eval", "--suite", f"file:{tmp_path / 's.jsonl'}", "--no-baselines", "--against", release, "--gate")
        assert result.exit_code == 0, result.output
        assert "wrong now, right before: -" in result.output

    def test_gate_needs_a_release_to_compare_with(self) -> None:
        result = run("eval", "--gate")
        assert result.exit_code == 2
        assert "--against" in result.stderr

    def test_report(self, tmp_path: Path) -> None:
        rows = [{"id": "a", "text": CATCHER, "labels": ["mobile-interception"]}, {"id": "b", "text": "Soap", "labels": ["covert-audio"]}]
        (tmp_path / "s.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        result = run("eval", "--suite", f"file:{tmp_path / 's.jsonl'}", "--no-baselines", "--report", str(tmp_path / "report"))
        assert result.exit_code == 0, result.output
        assert {path.name for path in (tmp_path / "report").iterdir()} == {"report.html", "report.md", "report.json"}
        content = json.loads((tmp_path / "report" / "report.json").read_text(encoding="utf-8"))
        (suite,) = content["suites"].values()
        assert [item["labels"] for item in suite["items"]] == [["mobile-interception"], ["covert-audio"]]
        assert CATCHER not in json.dumps(content)
        assert "covert-audio" in (tmp_path / "report" / "report.html").read_text(encoding="utf-8")

    def test_report_cannot_be_written(self, tmp_path: Path) -> None:
        (tmp_path / "s.jsonl").write_text(json.dumps({"id": "a", "text": "Soap", "labels": []}), encoding="utf-8")
        (tmp_path / "report").write_text("a file", encoding="utf-8")
        result = run("eval", "--suite", f"file:{tmp_path / 's.jsonl'}", "--no-baselines", "--report", str(tmp_path / "report"))
        assert result.exit_code == 2
        assert "cannot be written" in result.stderr

    def test_unknown_suite(self) -> None:
        result = run("eval", "--suite", "teapot")
        assert result.exit_code == 2
        assert "teapot" in result.stderr


class TestHelp:
    """Help teaches without loading the model or torch."""

    @pytest.mark.parametrize(
        "arguments", [[], ["classify"], ["train"], ["eval"], ["serve"], ["release"], ["release", "build"], ["data"], ["data", "check"]]
    )
    def test_help(self, arguments: list[str]) -> None:
        result = run(*arguments, "--help")
        assert result.exit_code == 0
        assert len(result.output) > 200

    def test_help_is_light(self) -> None:
        script = "import sys, cli; print([name for name in ('torch', 'onnxruntime', 'fastapi', 'transformers') if name in sys.modules])"
        done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
        assert done.stdout.strip() == "[]"


class TestServe:
    """Bad settings are named before the server starts."""

    def test_bad_setting(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("CATCHALL_THREADS", "many")
        result = run("serve")
        assert result.exit_code == 2
        assert "CATCHALL_THREADS" in result.stderr


class TestData:
    """`catchall data` checks and describes the corpus; damage is exit code 2, a broken promise 1."""

    def test_stats(self) -> None:
        result = run("data", "stats")
        assert result.exit_code == 0
        assert "minimal pairs" in result.output
        assert "electronic-monitoring" in result.output

    def test_stats_for_programs(self, tmp_path: Path) -> None:
        picture = tmp_path / "corpus.svg"
        content = json.loads(run("data", "stats", "--json", "--picture", str(picture)).stdout)
        assert len(content["categories"]) == 29
        assert "<svg" in picture.read_text(encoding="utf-8")

    def test_picture_of_an_unknown_kind(self, tmp_path: Path) -> None:
        result = run("data", "stats", "--picture", str(tmp_path / "corpus.doc"))
        assert result.exit_code == 2
        assert "cannot be drawn" in result.stderr

    def test_check_names_what_fails(self, monkeypatch: pytest.MonkeyPatch) -> None:
        broken = Check("no near-duplicates", "1", passed=False, details=("a ~ b: 0.90",))
        monkeypatch.setattr("data.checks.check_corpus", lambda taxonomy: [Check("records", "9", passed=True), broken])
        result = run("data", "check")
        assert result.exit_code == 1
        assert "FAILED  no near-duplicates: 1" in result.output
        assert "a ~ b: 0.90" in result.output
        assert "1 of 2 checks failed" in result.stderr

    def test_agreement(self) -> None:
        result = run("data", "agreement")
        assert result.exit_code == 0
        assert "Krippendorff" in result.output
