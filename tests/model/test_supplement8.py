"""The yearly self-classification report of encryption items."""

import csv
import io
from typing import Any

import pytest

from model.supplement8 import COLUMNS, Reported, cell, reported_entry, supplement8_csv


def assessment(*findings: tuple[str, str, str]) -> dict[str, Any]:
    """Return what the report reads of an assessment; a finding is regime, code and status."""
    return {"findings": [{"regime": regime, "code": code, "status": status} for regime, code, status in findings]}


def rows(content: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content)))


MET = assessment(("us", "5D002.c.1", "meets"))


class TestReportedEntry:
    """An assessment is reported under the encryption entry that is met, or may be."""

    @pytest.mark.parametrize("entry", ["5A002", "5B002", "5D002", "5A004", "5A992", "5D992"])
    def test_each_entry_of_the_report(self, entry: str) -> None:
        assert reported_entry(assessment(("us", f"{entry}.a", "meets"))) == entry
        assert reported_entry(assessment(("us", f"{entry}.c.3.a", "undetermined"))) == f"{entry} (VERIFY)"

    def test_met_comes_before_open(self) -> None:
        assert reported_entry(assessment(("us", "5A004.a", "undetermined"), ("us", "5D002.c.1", "meets"))) == "5D002"

    def test_paragraphs_of_one_entry_are_one_entry(self) -> None:
        assert reported_entry(assessment(("us", "5D002.a.3.a, c.3.a", "meets"), ("us", "5D002.c.1", "meets"))) == "5D002"

    def test_several_are_left_to_a_person(self) -> None:
        assert reported_entry(assessment(("us", "5A004.a", "meets"), ("us", "5A002.a", "meets"))) == "5A004 or 5A002 (VERIFY)"

    @pytest.mark.parametrize(
        "finding",
        [
            ("us", "5A002.a", "does_not_meet"),
            ("eu", "5A002.a", "meets"),
            ("us", "5A001.f.1", "meets"),
            ("us", "5E002.a", "meets"),
            ("us", "", "not_listed"),
        ],
    )
    def test_nothing_else_is_reported(self, finding: tuple[str, str, str]) -> None:
        assert reported_entry(assessment(finding)) is None
        assert rows(supplement8_csv([(assessment(finding), Reported())])) == [list(COLUMNS)]


class TestSupplement8:
    """The report has twelve columns, claims nothing and starts no formula."""

    def test_one_row_for_each_assessment(self) -> None:
        reported = Reported(
            "Scout", "S-1", "Own works", "network monitoring", "A. Person", "555 0100", "a@example.org", "1 Street", "NO", "none"
        )
        content = rows(supplement8_csv([(MET, reported), (assessment(), Reported("Left out")), (MET, Reported("Second"))]))
        assert content[0] == list(COLUMNS)
        assert content[1] == [
            "Scout",
            "S-1",
            "Own works",
            "5D002",
            "VERIFY",
            "network monitoring",
            "A. Person",
            "555 0100",
            "a@example.org",
            "1 Street",
            "NO",
            "none",
        ]
        assert [row[0] for row in content[1:]] == ["Scout", "Second"]

    def test_what_is_unknown_stays_blank(self) -> None:
        assert rows(supplement8_csv([(MET, Reported())]))[1] == ["", "", "", "5D002", "VERIFY", *[""] * 7]

    def test_no_authorisation_is_claimed(self) -> None:
        content = supplement8_csv([(MET, Reported("Scout"))])
        assert "ENC" not in content
        assert "MMKT" not in content

    @pytest.mark.parametrize("start", ["=", "+", "-", "@", " =", "\t=", "\r\n+", "\x00@", ",=", "\u00a0-", "＝"])
    def test_cells_start_no_formula(self, start: str) -> None:
        name = f'{start}HYPERLINK("x")'
        assert rows(supplement8_csv([(MET, Reported(product_name=name))]))[1][0].startswith("'")

    def test_commas_and_line_ends_only_separate(self) -> None:
        content = supplement8_csv([(MET, Reported(mailing_address="1 Street,\r\nTown, Land"))])
        assert content.count("\r\n") == 2
        assert all(line.count(",") == len(COLUMNS) - 1 for line in content.splitlines())
        assert cell("1 Street,\r\nTown, Land") == "1 Street Town Land"

    def test_plain_cells_stay_as_they_are(self) -> None:
        assert cell("Überwachung-2 (A=B)") == "Überwachung-2 (A=B)"
