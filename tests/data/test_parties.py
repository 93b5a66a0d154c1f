"""Party lists: our own table says where each entry stands; an imported list is taken whole or not at all."""

import hashlib
import json
import os
from datetime import date
from pathlib import Path

import pytest

from data import party_import
from data.errors import CatchallError, ControlsInvalid, DuplicateId, MalformedRow, MissingColumn, UndecodableFile, UnreadableFile
from data.parties import Party, load_known_parties, read_imported_parties, read_known_parties
from data.party_import import import_parties, read_screening_list

HEADER = (
    "_id,source,entity_number,type,programs,name,title,addresses,federal_register_notice,start_date,end_date,standard_order,"
    "license_requirement,license_policy,call_sign,vessel_type,gross_tonnage,gross_registered_tonnage,vessel_flag,vessel_owner,"
    "remarks,source_list_url,alt_names,citizenships,dates_of_birth,nationalities,places_of_birth,source_information_url,ids"
)
COLUMNS = HEADER.split(",")
TODAY = date(2026, 11, 27)
ENTITY = {
    "_id": "a1",
    "source": "Entity List (EL) - Bureau of Industry and Security",
    "name": "Lumenwacht Optronics",
    "addresses": "1 Kiln Road, Valletta, MT; 7 Harbour Street, Limassol, CY",
    "federal_register_notice": "99 FR 1",
    "start_date": "2020-02-29",
    "alt_names": "Lumenwacht; Luminvaht ; Lumenwacht",
    "remarks": "Two\nlines",
}


def quoted(row: dict[str, str], columns: list[str] = COLUMNS) -> str:
    return ",".join('"' + row.get(column, "").replace('"', '""') + '"' for column in columns)


def table(*rows: dict[str, str], header: str = HEADER) -> str:
    return "\n".join([header, *map(quoted, rows)]) + "\n"


def read(text: str) -> tuple[list[Party], int]:
    return read_screening_list(Path("list.csv"), text)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "list.csv"
    path.write_text(table(ENTITY), encoding="utf-8")
    return path


class TestKnownParties:
    """Our own table names each party's list, country, notice and how sure we are."""

    def test_every_entry_is_complete(self) -> None:
        known = load_known_parties()
        assert len(known.parties) >= 4
        for party in known.parties:
            assert party.citation, party.name
            assert party.start, party.name
            assert party.note, party.name
            assert party.confidence in {"V", "P", "R"}, party.name

    @pytest.mark.parametrize("name", ["NSO Group", "Candiru", "Positive Technologies"])
    def test_the_spyware_rule_of_2021(self, name: str) -> None:
        party = next(party for party in load_known_parties().parties if party.name == name)
        assert (party.citation, party.start, party.list_name) == ("86 FR 60759", "2021-11-04", "US Entity List")

    def test_a_removed_entry_says_so(self) -> None:
        party = next(party for party in load_known_parties().parties if party.name.startswith("Sandvine"))
        assert not party.ended(date(2024, 3, 1))
        assert party.ended(date(2026, 1, 1))

    GOOD = 'name = "A"\ncountry = "MT"\ncitation = "1 FR 1"\nstart = "2020-01-01"\nconfidence = "R"\nnote = "n"\n'

    @pytest.mark.parametrize(
        ("entry", "said"),
        [
            (GOOD.replace('name = "A"\n', ""), "no 'name'"),
            (GOOD.replace("MT", "Malta"), "'Malta' is no ISO"),
            (GOOD.replace("2020-01-01", "1/1/2020"), "'start' is not a date"),
            (GOOD.replace('"R"', '"X"'), "the confidence 'X'"),
            (GOOD + 'end = "2019-01-01"\n', "ends before it starts"),
            (GOOD + 'aliases = "B"\n', "'aliases' is not a list"),
            (GOOD + "end = 3\n", "'end' is not a text"),
            (GOOD + 'colour = "red"\n', "the unknown field 'colour'"),
            (GOOD + "[[parties]]\n" + GOOD, "party 2 (A): the name 'A' is used twice"),
        ],
    )
    def test_a_damaged_entry_is_named(self, tmp_path: Path, entry: str, said: str) -> None:
        path = tmp_path / "parties.toml"
        path.write_text(f'version = 1\ntitle = "T"\nas_of = "2026-01-01"\n[[parties]]\n{entry}', encoding="utf-8")
        with pytest.raises(ControlsInvalid) as caught:
            read_known_parties(path)
        assert said in str(caught.value)

    @pytest.mark.parametrize("content", ["", "version = 2", "not toml", "version = 1\ntitle = 'T'\nas_of = '2026-01-01'\nparties = 3"])
    def test_a_damaged_file_is_refused(self, tmp_path: Path, content: str) -> None:
        path = tmp_path / "parties.toml"
        path.write_text(content, encoding="utf-8")
        with pytest.raises(ControlsInvalid):
            read_known_parties(path)


class TestReadScreeningList:
    """A list is read by the names of its columns, whatever their order and case; what is wrong is named by row and column."""

    def test_fields(self) -> None:
        (party,), duplicates = read(table(ENTITY))
        assert party == Party(
            name="Lumenwacht Optronics",
            aliases=("Lumenwacht", "Luminvaht"),
            countries=("CY", "MT"),
            list_name="Entity List (EL) - Bureau of Industry and Security",
            citation="99 FR 1",
            start="2020-02-29",
            note="Two lines",
            id="a1",
        )
        assert duplicates == 0

    @pytest.mark.parametrize(
        ("field", "written", "known_as"),
        [
            ("name", "Tarnholm Works; and any successor, sub-unit, or subsidiary thereof", ["Tarnholm Works"]),
            ("name", "Tarnholm Works and any subsidiary thereof", ["Tarnholm Works"]),
            ("name", "Tarnholm Institute of Optics (TIO 7)", ["Tarnholm Institute of Optics", "TIO 7"]),
            ("name", "Tarnholm (formerly of Riga) Works", ["Tarnholm Works"]),
            ("alt_names", "Tarn Works; THW; and Old Tarn", ["Tarn Works", "THW", "Old Tarn"]),
            ("alt_names", "Andor Works; Brand and Sons", ["Andor Works", "Brand and Sons"]),
        ],
    )
    def test_names_are_known_by_what_a_customer_would_write(self, field: str, written: str, known_as: list[str]) -> None:
        (party,), _ = read(table({"source": "L", "name": "N"} | {field: written}))
        assert list(party.aliases) == known_as
        assert party.name == (written if field == "name" else "N")

    @pytest.mark.parametrize(
        ("addresses", "countries"),
        [("TR", ("TR",)), ("1 Kiln Road, 2090, MT; IR", ("IR", "MT")), ("3037 S. 69th Drive, Phoenix, AZ, 85043", ()), ("OSTRAVA", ())],
    )
    def test_countries_end_an_address_or_are_all_of_it(self, addresses: str, countries: tuple[str, ...]) -> None:
        (party,), _ = read(table(ENTITY | {"addresses": addresses}))
        assert party.countries == countries

    def test_order_and_case_of_columns(self) -> None:
        columns = ["Alt Names", "NAME", " Source ", "start-date", "of no interest"]
        keys = ["alt_names", "name", "source", "start_date", "?"]
        (party,), _ = read(",".join(columns) + "\n" + quoted(ENTITY, keys))
        assert (party.name, party.aliases, party.start) == ("Lumenwacht Optronics", ("Lumenwacht", "Luminvaht"), "2020-02-29")

    def test_two_columns_are_enough(self) -> None:
        assert read("name,source\nA,L\n")[0] == [Party(name="A", list_name="L")]

    def test_equal_rows_count_once(self) -> None:
        parties, duplicates = read(table(ENTITY, ENTITY | {"_id": "a2", "name": "B"}, ENTITY))
        assert [party.name for party in parties] == ["Lumenwacht Optronics", "B"]
        assert duplicates == 1

    def test_blank_lines_are_passed_over(self) -> None:
        assert len(read(HEADER + "\n\n" + quoted(ENTITY) + "\n" + "," * (len(COLUMNS) - 1) + "\n")[0]) == 1

    def test_invisible_characters_go(self) -> None:
        (party,), _ = read("name,source\n\u202eA\u200b\x07B,L\n")
        assert party.name == "A B"

    def test_no_rows(self) -> None:
        assert read(HEADER + "\n") == ([], 0)

    @pytest.mark.parametrize(
        ("rows", "said"),
        [
            ([ENTITY, {"name": "B"}], ["Row 2", "'source' is empty"]),
            ([{"source": "L", "name": " \u200b"}], ["Row 1", "'name' is empty"]),
            ([ENTITY | {"start_date": "02/29/2020"}], ["Row 1", "'start_date'", "02/29/2020"]),
            ([ENTITY | {"end_date": "2021-02-29"}], ["Row 1", "'end_date'"]),
            ([ENTITY | {"name": "n" * 1001}], ["Row 1", "'name'", "1,000"]),
            ([ENTITY | {"alt_names": "a; " + "n" * 1001}], ["Row 1", "'alt_names'", "1,000"]),
            ([ENTITY | {"addresses": "x" * 100_001}], ["Row 1", "'addresses'", "100,001"]),
        ],
    )
    def test_a_bad_row_is_named(self, rows: list[dict[str, str]], said: list[str]) -> None:
        with pytest.raises(MalformedRow) as caught:
            read(table(*rows))
        assert all(part in str(caught.value) for part in said), str(caught.value)

    def test_a_short_row_is_named(self) -> None:
        with pytest.raises(MalformedRow, match=r"Row 2 .* 2 fields, the header 29"):
            read(table(ENTITY) + "a,b\n")

    def test_one_id_for_two_parties(self) -> None:
        with pytest.raises(DuplicateId, match="Row 2 repeats the id 'a1', first seen in row 1"):
            read(table(ENTITY, ENTITY | {"name": "Another"}))

    @pytest.mark.parametrize(("text", "column"), [("", "source"), ("name,type\nA,B\n", "source"), ("source\nL\n", "name")])
    def test_a_missing_column_is_named(self, text: str, column: str) -> None:
        with pytest.raises(MissingColumn, match=f"no column '{column}'"):
            read(text)

    @pytest.mark.parametrize("text", ["name,source,Name\nA,L,B\n", 'name,source\n"A,L\n', 'name,source\n"A"b,L\n'])
    def test_what_is_no_table_is_refused(self, text: str) -> None:
        with pytest.raises(UnreadableFile):
            read(text)

    def test_too_many_rows(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(party_import, "MAX_ROWS", 2)
        with pytest.raises(UnreadableFile, match="more than 2 rows"):
            read("name,source\nA,L\nB,L\nC,L\n")


class TestImport:
    """An import keeps the source's hash and day, comes back as it was read, and never leaves a part behind."""

    def test_round_trip(self, source: Path, tmp_path: Path) -> None:
        target = tmp_path / "new" / "parties.jsonl"
        done = import_parties(source, target, TODAY, date(2026, 11, 1))
        back = read_imported_parties(target)
        assert back.parties == tuple(read(source.read_text(encoding="utf-8"))[0])
        assert (back.title, back.as_of, back.sha256) == ("list.csv", "2026-11-01", hashlib.sha256(source.read_bytes()).hexdigest())
        assert (done.parties, done.duplicates, done.sha256) == (1, 0, back.sha256)
        assert json.loads(target.read_text(encoding="utf-8").splitlines()[0])["imported"] == "2026-11-27"
        assert back.counts() == {"Entity List (EL) - Bureau of Industry and Security": 1}

    def test_byte_order_mark(self, source: Path, tmp_path: Path) -> None:
        source.write_bytes(b"\xef\xbb\xbf" + source.read_bytes())
        assert import_parties(source, tmp_path / "out.jsonl", TODAY).parties == 1

    def test_the_day_is_that_of_the_file(self, source: Path, tmp_path: Path) -> None:
        os.utime(source, (1_700_000_000, 1_700_000_000))
        assert import_parties(source, tmp_path / "out.jsonl", TODAY).as_of == "2023-11-14"

    @pytest.mark.parametrize(
        ("content", "error"),
        [(b"name,source\n,L\n", MalformedRow), (b"name,source\ncaf\xe9,L\n", UndecodableFile), (b"type\n", MissingColumn)],
    )
    def test_an_error_leaves_the_old_list(self, tmp_path: Path, source: Path, content: bytes, error: type[CatchallError]) -> None:
        target = tmp_path / "out.jsonl"
        import_parties(source, target, TODAY)
        before = target.read_bytes()
        source.write_bytes(content)
        with pytest.raises(error):
            import_parties(source, target, TODAY)
        assert target.read_bytes() == before
        assert sorted(path.name for path in tmp_path.iterdir()) == ["list.csv", "out.jsonl"]

    def test_too_large(self, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(party_import, "MAX_BYTES", 10)
        with pytest.raises(UnreadableFile, match="larger than 10 bytes"):
            import_parties(source, tmp_path / "out.jsonl", TODAY)

    def test_missing_source_and_unwritable_target(self, source: Path, tmp_path: Path) -> None:
        with pytest.raises(UnreadableFile):
            import_parties(tmp_path / "none.csv", tmp_path / "out.jsonl", TODAY)
        with pytest.raises(UnreadableFile):
            import_parties(source, source / "out.jsonl", TODAY)
        folder = tmp_path / "folder"
        folder.mkdir()
        with pytest.raises(UnreadableFile):
            import_parties(source, folder, TODAY)
        assert sorted(path.name for path in tmp_path.iterdir()) == ["folder", "list.csv"]


class TestReadImported:
    """A damaged list is refused and the line named, so that no name is screened against half a list."""

    def lines(self, source: Path, tmp_path: Path) -> tuple[Path, list[str]]:
        source.write_text(table(ENTITY, ENTITY | {"_id": "a2", "name": "B"}), encoding="utf-8")
        target = tmp_path / "out.jsonl"
        import_parties(source, target, TODAY)
        return target, target.read_text(encoding="utf-8").splitlines(keepends=True)

    @pytest.mark.parametrize("bad", ["{", "[]", '{"name": 3}', '{"nom": "A"}', '{"name": ""}', '{"name": "A", "aliases": [1]}'])
    def test_damaged_line(self, source: Path, tmp_path: Path, bad: str) -> None:
        target, lines = self.lines(source, tmp_path)
        target.write_text("".join([lines[0], lines[1], bad + "\n"]), encoding="utf-8")
        with pytest.raises(UnreadableFile, match="line 3 is damaged"):
            read_imported_parties(target)

    def test_cut_short(self, source: Path, tmp_path: Path) -> None:
        target, lines = self.lines(source, tmp_path)
        target.write_text("".join(lines[:2]), encoding="utf-8")
        with pytest.raises(UnreadableFile, match="1 of 2 parties"):
            read_imported_parties(target)

    @pytest.mark.parametrize("content", [b"", b"[]\n", b'{"version": 9}\n', b'{"version": 1}\n', b"\xff\n"])
    def test_bad_head(self, tmp_path: Path, content: bytes) -> None:
        path = tmp_path / "x.jsonl"
        path.write_bytes(content)
        with pytest.raises(UnreadableFile):
            read_imported_parties(path)
