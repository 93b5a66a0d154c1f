"""Tables whose head row names the columns are read row by row."""

import pytest

from data.text import normalise
from model.quantities import read_quantities
from model.tables import LONGEST_NAME, MOST_ADDED, unfold

DRONES = "type;MTOM kg;payload kg;air time min;range_km\nVTOL drone S;12.5;3.0;95;130\nVTOL drone L;24;6.5;140;210"


class TestUnfold:
    """Every value stands beside the name and the unit of its column."""

    @pytest.mark.parametrize(
        ("table", "written"),
        [
            (DRONES.split("\nVTOL drone L")[0], "VTOL drone S; MTOM 12.5 kg; payload 3.0 kg; air time 95 min; range 130 km"),
            ("| Model | Range | Rate (Hz) |\n|:--|--:|---|\n| A | 3 km | 9 |", "A; Range 3 km; Rate 9 Hz"),
            ("kg slung | min aloft | leg flown\n2.5 | 48 | 22 km", "slung 2.5 kg; aloft 48 min; leg flown 22 km"),
            ("Type | nm | mA/W\nB-13 | 300–650 | 85", "B-13; 300–650 nm; 85 mA/W"),
            ("Tube\tcathode, μA/lm\tlife, h\nL\t1,900\t15,000", "L; cathode 1,900 μA/lm; life 15,000 h"),
            ("model,endur_min,chg_min,wind_ms\nHarrow 6,52,75,12", "Harrow 6; endur 52 min; chg 75 min; wind 12 m/s"),
            ("Ref  T chg  T flt  D flt\n-    min    min    km\nS-4  80     95     84", "S-4; T chg 80 min; T flt 95 min; D flt 84 km"),
            ("      remote   range\n       h        km\nMistel    4        21", "Mistel; remote 4 h; range 21 km"),
            ("           P200     old P100\nAir time   34 min   26 min", "Air time; Air time P200 34 min; Air time old P100 26 min"),
            ("\tOSPREY-G\tOSPREY-E\nHours aloft\t6.5\t1.75", "Hours aloft; aloft OSPREY-G 6.5 Hours; aloft OSPREY-E 1.75 Hours"),
            ("Model\tAir time\tRange km\nA\t45 min\t12\nB\t\t30", "B; Range 30 km"),
            ("a | b km | c m\nx | | 5\ny | 1 | 2", "a | b km | c m\nx | | 5"),
        ],
    )
    def test_rows(self, table: str, written: str) -> None:
        assert written in unfold(normalise(table).text).text

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "One line; with, marks | and 3 numbers; 4",
            "Camera; 640x512; 30 Hz\nDrone; 90 min; 12 km",
            "| carrier | 5.4 GHz |\n| power | 12 W |\n| walker | 11 km |",
            "no numbers | here | at all\nnor | in | this",
            "a | b | c\n1 | 2",
            "GPS, GLONASS, Galileo\n12, 15, 18",
            "sizes,colours,prices\n10 or 12, red,20",
        ],
    )
    def test_other_texts_stay(self, text: str) -> None:
        assert unfold(text).text == text

    def test_ranges_of_the_given_text(self) -> None:
        text = f"Our craft.\n{DRONES}\nSold apart: lamp, 3 kg."
        unfolded = unfold(text)
        for value in ("12.5", "210", "VTOL drone S", "Our craft", "lamp, 3 kg"):
            start = unfolded.text.index(value)
            begin, end = unfolded.original(start, start + len(value))
            assert text[begin:end] == value
        start = unfolded.text.index("6.5 kg")
        begin, end = unfolded.original(start, start + len("6.5 kg"))
        assert text[begin:end] == "6.5"

    def test_long_tables_are_written_out_in_part(self) -> None:
        rows = "\n".join(f"m{i};{i};{i + 1}" for i in range(5000))
        table = f"model;range km;air time min\n{rows}"
        unfolded = unfold(table)
        assert "m9; range 9 km; air time 10 min" in unfolded.text
        assert len(unfolded.text) - len(table) <= MOST_ADDED
        assert unfolded.text.endswith("m4999;4999;5000")
        assert unfolded.original(len(unfolded.text) - 4, len(unfolded.text)) == (len(table) - 4, len(table))

    def test_long_names_are_no_head(self) -> None:
        table = f"model;{'x' * (LONGEST_NAME + 1)};air time min\nA;3;4"
        assert unfold(table).text == table

    @pytest.mark.parametrize("line", ["|-|-|-|\n", "a|b|c\n", "|a|b|1\n", ";;;\n", "\t\t\t\n"])
    def test_hostile_lines_are_left(self, line: str) -> None:
        assert unfold(line * 20_000).text == (line * 20_000).replace("\t", " ")


class TestReading:
    """The rules read values with the names of their columns, at their places in the text as given."""

    def test_columns(self) -> None:
        text = normalise(DRONES).text
        found = {(each.parameter, each.value[0], text[each.start : each.end]) for each in read_quantities(text)}
        assert found >= {("payload", 3.0, "3.0"), ("payload", 6.5, "6.5"), ("endurance", 95.0, "95"), ("flight_range", 210.0, "210")}
        assert not any(value in ("12.5", "24") for _, _, value in found)
