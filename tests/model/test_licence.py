"""The licence picture repeats the chart and never permits."""

import pytest

from data.countries import load_countries
from data.errors import UnknownDestination
from model.findings import Finding
from model.licence import LicencePicture, licence_picture, reason_picture


def picture(destination: str, *codes: str, status: str = "meets") -> LicencePicture:
    finding = Finding(
        "us", status, "6A003.b.4.b", "t", "s", (), "c", "V", "2026-09-01", "us-x", reasons=tuple({"code": c, "applies": "yes"} for c in codes)
    )  # type: ignore[arg-type]
    return licence_picture([finding], destination, load_countries())


def licences(destination: str, *codes: str) -> dict[str, str]:
    (entry,) = picture(destination, *codes).entries
    return {reason.code: reason.licence for reason in entry.reasons}


class TestChart:
    """Per reason for control: what the Country Chart says of the destination."""

    def test_the_free_three(self) -> None:
        for code in ("AU", "CA", "GB"):
            assert licences(code, "NS 1", "RS 1", "NS 2") == dict.fromkeys(("NS 1", "RS 1", "NS 2"), "not_required_by_chart")

    def test_emirates(self) -> None:
        assert licences("AE", "NS 2", "RS 1", "AT 1", "CC 1") == {
            "NS 2": "required",
            "RS 1": "required",
            "AT 1": "not_required_by_chart",
            "CC 1": "required",
        }

    @pytest.mark.parametrize(("code", "expected"), [("MX", "required"), ("IN", "not_required_by_chart"), ("CY", "required"), ("FR", "not_required_by_chart")])
    def test_crime_control(self, code: str, expected: str) -> None:
        assert licences(code, "CC 1") == {"CC 1": expected}

    def test_listening_and_encryption(self) -> None:
        assert licences("CA", "SL", "EI") == {"SL": "required", "EI": "not_required_by_chart"}
        assert licences("GB", "SL", "EI") == {"SL": "required", "EI": "required"}

    def test_embargo_is_no_free_pass(self) -> None:
        assert licences("IR", "NS 2", "AT 1") == {"NS 2": "see_part_746", "AT 1": "see_part_746"}

    def test_hong_kong_is_china(self) -> None:
        found = picture("HK", "NS 2")
        assert found.governed_as == "China"
        assert licences("HK", "NS 2") == licences("CN", "NS 2") == {"NS 2": "required"}

    def test_territory_without_a_row(self) -> None:
        assert licences("GL", "NS 2") == {"NS 2": "no_row"}

    def test_reason_without_a_column(self) -> None:
        assert reason_picture("UN", "yes", load_countries()["FR"], load_countries().columns).licence == "not_on_chart"

    def test_unknown_country(self) -> None:
        with pytest.raises(UnknownDestination, match="'ZZ'"):
            picture("ZZ", "NS 2")


class TestCountries:
    """Memberships and groups as the facts give them."""

    def test_counts(self) -> None:
        rows = load_countries().by_code.values()
        assert sum(row.wassenaar for row in rows) == 42
        assert sum(row.european_union for row in rows) == 27

    @pytest.mark.parametrize(
        ("column", "free"),
        [("NS 1", {"AU", "CA", "GB"}), ("RS 1", {"AU", "CA", "GB"}), ("MT 1", {"AU", "CA", "GB"})],
    )
    def test_columns_without_marks(self, column: str, free: set[str]) -> None:
        rows = load_countries().by_code.values()
        assert {row.code for row in rows if row.marks is not None and column not in row.marks and not row.governed_as} == free

    def test_crime_control_frees_thirty_eight(self) -> None:
        free = {row.code for row in load_countries().by_code.values() if row.marks is not None and "CC 1" not in row.marks}
        assert len(free - {"KY"}) == 38  # the Cayman Islands are governed as the United Kingdom and have no row of their own
        assert {"IN", "JP", "TR", "AL", "LI"} <= free
        assert not {"MX", "IL", "SG", "TW", "AE", "AR", "ZA", "CY", "MT"} & free

    def test_groups(self) -> None:
        countries = load_countries()
        assert "A:5" in countries["AE"].groups
        assert "D:5" in countries["RU"].groups
        assert "D:5" not in countries["CY"].groups
        assert countries["RU"].wassenaar
