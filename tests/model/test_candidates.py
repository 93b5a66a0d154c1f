"""What could tell a quantity is found, whether or not a rule knows what it is."""

import pytest

from data.text import normalise
from model.candidates import PARAMETERS_OF, Candidate, candidates
from model.measures import measures
from model.numbers import numbers
from model.resolutions import resolutions
from model.units import UNITS


def found(text: str) -> list[Candidate]:
    return candidates(normalise(text).text)


def told(text: str, parameter: str) -> list[tuple[float | None, float | None]]:
    return [each.values[parameter] for each in found(text) if parameter in each.values]


class TestSpelledNumbers:
    """Numbers in words are one number as far as they go together."""

    @pytest.mark.parametrize(
        ("text", "values"),
        [
            ("eight thousand two hundred feet", [8200]),
            ("two hundred and forty and two hundred and eighty", [240, 280]),
            ("twelve hundred and eighty", [1280]),
            ("one hundred fifty-six to one hundred sixty-two", [156, 162]),
            ("hundred-and-fifty, two-hundred-and-fifty", [250]),
            ("one point six, three point four five", [1.6, 3.45]),
            ("a dozen, two dozen", [12, 24]),
            ("a million and a half, two and a half million", [1.5e6, 2.5e6]),
            ("two hundred thousand, three million", [2e5, 3e6]),
            ("half a million, half a dozen", [5e5, 6]),
            ("one two three, fifty sixty", [1, 2, 3, 50, 60]),
            ("the point six", [6]),
            ("zero five", [0, 5]),
            ("three and a quarter, two and three-quarters", [3.25, 2.75]),
            ("three quarters of an hour, three hours", [0.75, 3]),
            ("7 1/2 min, 1 3/4 h, 1/2 inch, 10/2 km, 3 1/25", [7.5, 1.75, 1, 2, 10, 2, 3, 1, 25]),
        ],
    )
    def test_values(self, text: str, values: list[float]) -> None:
        assert [number.value for number in numbers(text)] == pytest.approx(values)

    @pytest.mark.parametrize(
        ("text", "minutes"),
        [
            ("an hour and a half", 90),
            ("an hour and three quarters", 105),
            ("an hour and ten", 70),
            ("two hours and a half", 150),
            ("one hour fifty in the air", 110),
            ("five hours ten, then", 310),
            ("ENDUR 3 H 30 - CRUISE", 210),
            ("2 h 10\nnext line", 130),
        ],
    )
    def test_hours_and_parts(self, text: str, minutes: float) -> None:
        (measure,) = measures(text)
        assert measure.interval("minute") == (pytest.approx(minutes), pytest.approx(minutes))


class TestResolutions:
    """Megapixels and the names of formats are numbers of picture elements."""

    @pytest.mark.parametrize(
        ("text", "values"),
        [
            ("12 MP, 0.3MP, 1,3 megapixels, 5 MEGAPIXEL", [12e6, 0.3e6, 1.3e6, 5e6]),
            ("one megapixel", [1e6]),
            ("VGA or QVGA, quarter-VGA", [307200, 76800, 76800]),
            ("4K and 1080p", [8294400, 2073600]),
            ("MPEG, 4KB, XGA-2, AVGAS, 12 mph", []),
        ],
    )
    def test_values(self, text: str, values: list[float]) -> None:
        assert [measure.low for measure in resolutions(text)] == pytest.approx(values)


class TestCandidates:
    """Every measure with what it could be."""

    def test_every_kind_of_unit_is_known(self) -> None:
        assert {kind for kind, _, _ in UNITS} <= set(PARAMETERS_OF)

    def test_rules_name_what_they_read(self) -> None:
        (candidate,) = found("Thermal camera, frame rate 50 Hz")
        assert (candidate.named, candidate.values["frame_rate"]) == ("frame_rate", (50, 50))
        assert "frequency" in candidate.values

    @pytest.mark.parametrize(
        ("text", "denied"),
        [
            ("Drone, take-off weight 9 kg", True),
            ("Unlike drones that fly for 9 minutes, ours is steered well.", True),
            ("You make out a walker from the tower, 1.9 km off.", False),
        ],
    )
    def test_what_rules_give_to_something_else_is_there_denied(self, text: str, denied: bool) -> None:
        (candidate,) = found(text)
        assert (candidate.named, candidate.denied) == ("", denied)

    def test_what_no_rule_knows_is_there_unnamed(self) -> None:
        (candidate,) = found("You make out a walker from the tower, 1.9 km off.")
        assert candidate.values["detection_range"] == (1.9, 1.9)
        assert candidate.values["altitude"] == (1900, 1900)

    def test_a_bare_number_takes_the_unit_beside_it(self) -> None:
        assert (3, 3) in told("six minutes of flying if you behave, three if you don't", "endurance")
        assert {(2300, 2300), (1600, 1600)} <= set(told("grade A 2,300, grade B 1,600 µA/lm", "luminous_sensitivity"))
        assert told("it weighs 6 kg; " + "and more words follow " * 6 + "three of them", "payload") == [(6, 6)]

    def test_a_bare_number_can_count(self) -> None:
        (candidate,) = found("remembers three thousand pupils")
        assert candidate.values["identities"] == candidate.values["channels"] == (3000, 3000)
        assert told("at least 16 receive paths", "channels") == [(16, None)]

    def test_a_dot_can_part_the_thousands_of_a_count(self) -> None:
        assert told("scans 2.000 channels", "channels") == [(2000, 2000)]
        assert told("gain of 2.000 V", "channels") == [(2, 2)]
        assert told("ceiling 5.000 m", "altitude") == [(5000, 5000)]
        assert told("keeps 250 k voiceprints, 1 M entries", "identities") == [(250_000, 250_000), (1_000_000, 1_000_000)]

    def test_lengths_of_lenses_and_flight_levels(self) -> None:
        assert told("a 72-inch lens", "focal_length") == [(pytest.approx(1828.8), pytest.approx(1828.8))]
        assert told("focal length 12 cm", "focal_length") == [(120, 120)]
        assert told("8 km off, 15 in open country", "focal_length") == []
        assert told("loiters at FL650", "altitude") == [(pytest.approx(19812), pytest.approx(19812))]

    @pytest.mark.parametrize(
        ("text", "parameter", "value"),
        [
            ("OBJ F=85 F/1.5", "focal_length", 85),
            ("THERMAL SCOPE F35", "focal_length", 35),
            ("pixels of 15 x 15 µm", "pixel_pitch", 15),
            ("12u pitch, uncooled", "pixel_pitch", 12),
            ("0.083 mr/px", "ifov", 0.083),
            ("each pixel not to exceed 0.2 mrad", "ifov", 0.2),
            ("ENDURANCE 3:20", "endurance", 200),
            ("Endur 3+20", "endurance", 200),
            ("stays 3½ hours on the scene", "endurance", 210),
            ("Endur. 9 h 30 · Ceil. 4 500 m", "endurance", 570),
            ("loiters 14 d", "endurance", 20160),
            ("op. alt. 21 kft", "altitude", 6400.8),
            ("28 h – 9,400 nm – 55 kft", "altitude", 16764),
            ("RADIUS 410 ST. MI.", "flight_range", 659.83104),
            ("wind 12 m·s⁻¹", "wind_resistance", 43.2),
            ("output up to −10 dBm", "transmit_power", 1e-4),
            ("12 M ten-print recs", "identities", 12e6),
            ("watchlist 15 k; 1:N", "identities", 15e3),
            ("3 x 10^6 voiceprints", "identities", 3e6),
            ("8-port Gigabit switch", "line_rate", 1),
            ("4 Gbps/core", "line_rate", 4),
            ("14.4 Tbps/slot", "line_rate", 14400),
            ("bursts of 2 ms or longer", "signal_duration", 2),
            ("video over 5.8G", "frequency", 5.8e9),
            ("ENDURANCE: 2 h 15 (petrol 6 L)", "endurance", 135),
            ("T.O.S. 2 HR 15 AT 50 NM", "endurance", 135),
            ("flew 6 h 20 and 415 km", "endurance", 380),
            ("2 h 15 between charges", "endurance", 135),
            ("stays up a week", "endurance", 10080),
            ("aloft for a fortnight", "endurance", 20160),
            ("10 lb and it held 24 minutes, 20 lb and it held 13", "endurance", 13),
            ("one of 10^5 voices on file", "identities", 1e5),
            ("capacity 2 lakh faces", "identities", 2e5),
            ("640x480 VOx 12 µm without cooler", "pixel_pitch", 12),
            ("1280x960@45, M12 lens", "frame_rate", 45),
            ("IFOV (H) 0.196 / 0.049 / 0.012 mrad", "ifov", 0.196),
            ("NO LDG IN >20 KTS", "wind_resistance", 37.04),
        ],
    )
    def test_how_rows_of_data_sheets_write(self, text: str, parameter: str, value: float) -> None:
        assert (pytest.approx(value), pytest.approx(value)) in told(text, parameter)

    @pytest.mark.parametrize(
        ("text", "parameter", "value"),
        [
            ("CHANNEL RETUNE 450 US", "channel_switching_time", 0.45),
            ("LINK ENCRYPTOR 100 MBIT/S", "line_rate", 0.1),
            ("LENS ADAPTER, 320 X 256, 17 UM", "pixel_pitch", 17),
            ("SENSOR INGAAS 900 TO 1700 NM", "wavelength", (900, 1700)),
            ("ROOM TRANSMITTER 25 MW", "transmit_power", 0.025),
            ("RADAR TRANSMITTER 2 MW PEAK", "transmit_power", 2e6),
            ("RADAR PEAK 20 KILOWATTS", "transmit_power", 20e3),
        ],
    )
    def test_units_in_capitals(self, text: str, parameter: str, value: float | tuple[float, float]) -> None:
        low, high = value if isinstance(value, tuple) else (value, value)
        assert (pytest.approx(low), pytest.approx(high)) in told(text, parameter)

    def test_units_in_capitals_only_where_all_is(self) -> None:
        assert told("It costs 450 US dollars.", "channel_switching_time") == []
        assert told("A lamp of 25 MW", "transmit_power") == [(25e6, 25e6)]

    def test_what_only_looks_like_a_row(self) -> None:
        assert told("open until 8:30 pm, f/16, F2.8", "endurance") == []
        assert told("open until 8:30 pm, f/16, F2.8", "focal_length") == []
        assert told("gigabit/s", "line_rate") == []

    @pytest.mark.parametrize("text", ["Endur 3+20 Vne 135", "FLT TIME 3:20", "endurance: 3+20 hrs"])
    def test_hours_and_minutes_beside_their_name(self, text: str) -> None:
        assert [(each.named, each.values["endurance"]) for each in found(text) if each.named] == [("endurance", (200, 200))]

    def test_a_time_is_not_also_the_number_in_it(self) -> None:
        assert told("flew 6 h 20 and 415 km", "flight_range") == [(415, 415)]

    def test_ranges_that_begin_at_nothing_or_fall(self) -> None:
        assert (0, 5000) in told("operating altitude 0–5000 m", "altitude")
        assert told("IFOV 0.75-0.05 mrad", "ifov") == [(0.05, 0.75)]

    def test_wind_by_its_force(self) -> None:
        (candidate,) = found("Quadcopter, level 5 wind")
        assert (candidate.named, candidate.values) == ("wind_resistance", {"wind_resistance": (29, 38)})

    def test_bands_share_a_unit(self) -> None:
        bands = [(8e8, 9.6e8), (1.8e9, 1.99e9), (2.5e9, 2.69e9)]
        assert told("noise on 800–960, 1800–1990 and 2500–2690 MHz", "frequency") == bands

    def test_arrows_between_items_are_no_bounds(self) -> None:
        assert told("lens 19 mm > 0.63 mrad > man 0.6 km > mount M34", "ifov") == [(0.63, 0.63)]
        assert told("range > 4 km", "detection_range") == [(4, None)]

    @pytest.mark.parametrize(
        "text",
        [
            "Above 8 m/s of wind the show is called off.",
            "Stop work above 8 m/s of wind.",
            "At over 8 m/s we don't go up.",
            "Wind over 8 m/s grounds it.",
            "It stays grounded above 8 m/s wind.",
            "The balloon has to come down above 8 m/s.",
            "Operates in wind, stow over 8 m/s.",
        ],
    )
    def test_the_wind_in_which_it_stays_down_is_the_highest(self, text: str) -> None:
        assert told(text, "wind_resistance") == [(pytest.approx(28.8), pytest.approx(28.8))]

    def test_progressive_video(self) -> None:
        assert told("video in 24p, pictures in 1080p", "frame_rate") == [(24, 24)]

    def test_ciphers(self) -> None:
        assert told("AES-256 or RSA 4096", "key_length") == [(256, 256), (4096, 4096)]

    def test_better_is_less_for_times_and_pitches(self) -> None:
        (candidate,) = found("settles better than 2 ms")
        assert candidate.values["channel_switching_time"] == (None, 2)

    def test_offsets(self) -> None:
        text = "12 MP, 9 Hz and a dozen channels"
        assert [text[each.start : each.end] for each in found(text)] == ["12 MP", "9 Hz", "a dozen channels"]

    def test_long_lists_end(self) -> None:
        assert len(found("9 Hz, " * 3000)) == 3000
