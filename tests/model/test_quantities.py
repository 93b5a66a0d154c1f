"""Quantities read from descriptions."""

import pytest

from data.errors import ControlsInvalid
from data.text import normalise
from model.measures import measures
from model.numbers import numbers
from model.quantities import read_quantities
from model.quantity_rules import RULES_FILE, read_rules_file
from model.reading import Interval, Value
from model.units import convert


def read(text: str) -> dict[str, list[Value]]:
    found: dict[str, list[Value]] = {}
    for reading in read_quantities(normalise(text).text):
        found.setdefault(reading.parameter, []).append(reading.value)
    return found


def exactly(*values: float) -> list[Interval]:
    return [(value, value) for value in values]


class TestNumbers:
    """Numbers are understood as people write them, and parts of names are left alone."""

    @pytest.mark.parametrize(
        ("text", "values"),
        [
            ("1,024 and 1 024 and 1'024", [1024, 1024, 1024]),
            ("2.5 or 2,5", [2.5, 2.5]),
            ("3k, 2 million, two hundred thousand", [3000, 2e6, 2e5]),
            ("thirty-eight, a hundred", [38, 100]),
            ("model QX-320, F/1.4, EUR 4,500, ±3", []),
        ],
    )
    def test_values(self, text: str, values: list[float]) -> None:
        assert [number.value for number in numbers(text)] == values

    def test_a_line_end_does_not_join_a_word_and_a_number(self) -> None:
        assert [number.value for number in numbers("flag\n2–18 GHz")] == [2, 18]


class TestMeasures:
    """Units, ranges, lists and bounds are read together."""

    @pytest.mark.parametrize(
        ("text", "unit", "interval"),
        [
            ("from 20 MHz to 3 GHz", "hertz", (20e6, 3e9)),
            ("between 7 and 9 km", "meter", (7000, 9000)),
            ("at least 20 min", "minute", (20, None)),
            ("not less than 20 min", "minute", (20, None)),
            ("20 min or more", "minute", (20, None)),
            ("under 20 min", "minute", (None, 20)),
            ("up to 20 min", "minute", (20, 20)),
            ("not more than 20 min", "minute", (20, 20)),
            ("two and a half hours", "minute", (150, 150)),
            ("1 h 20 min", "minute", (80, 80)),
            ("half an hour", "minute", (30, 30)),
            ("30 dBm", "watt", (1, 1)),
            ("2 h 15 airborne", "minute", (135, 135)),
            ("31 minutes and 30 seconds", "minute", (31.5, 31.5)),
            ("Frequency range (MHz): 30-6000", "megahertz", (30, 6000)),
            ("Air time, min ..... 45", "minute", (45, 45)),
            ("flight_time_min: 31", "minute", (31, 31)),
            ("max_wind_ms=12", "kilometer / hour", (43.2, 43.2)),
            ("Retune speed (ms): 12", "millisecond", (12, 12)),
            ("retune_ms=12", "millisecond", (12, 12)),
            ("talks over a 256-bit curve", "bit", (256, 256)),
            ("over a 400G backbone", "gigabit / second", (400, 400)),
            ("over 100 Gbit/s", "gigabit / second", (100, None)),
            ("do not launch it in wind above 10 m/s", "kilometer / hour", (36, 36)),
            ("flies in wind above 10 m/s", "kilometer / hour", (36, None)),
            ("do not take off at places higher than 4,000 m", "meter", (4000, 4000)),
            ("people not seen at more than 4,000 m", "meter", (4000, None)),
            ("10 Gigabit Ethernet", "gigabit / second", (10, 10)),
            ("half a terabit per second", "gigabit / second", (500, 500)),
            ("half a milliradian", "milliradian", (0.5, 0.5)),
            ("0.4 mrad/px", "milliradian", (0.4, 0.4)),
            ("100 kfps", "hertz", (1e5, 1e5)),
            ("56 f/s", "hertz", (56, 56)),
        ],
    )
    def test_intervals(self, text: str, unit: str, interval: Interval) -> None:
        (measure,) = measures(text)
        assert measure.interval(unit) == interval

    def test_items_of_a_list_share_the_unit(self) -> None:
        assert [(m.low, m.unit) for m in measures("5, 10, 20 or 40 mm")] == [(v, "millimeter") for v in (5, 10, 20, 40)]

    def test_a_reduction_is_no_range(self) -> None:
        assert [(m.low, m.high) for m in measures("falls from 4 kg to 3 kg")] == [(4, 4), (3, 3)]

    def test_sizes_of_things_are_no_measures(self) -> None:
        assert measures("30 x 40 cm, 200 mm x 300 mm") == []

    def test_unit_conversion_matches_the_definitions(self) -> None:
        assert convert(1, "knot", "kilometer / hour") == pytest.approx(1.852)
        assert convert(1, "nautical_mile", "kilometer") == pytest.approx(1.852)
        assert convert(1, "foot", "meter") == pytest.approx(0.3048)


class TestImagers:
    """A detector's figures go to the detector."""

    def test_a_data_sheet_in_a_line(self) -> None:
        assert read("LWIR module: 400 x 300, 17 µm, 8 to 12 µm, 25 Hz, lens 14 mm, IFOV 1.2 mrad") == {
            "detector_elements": exactly(120000),
            "pixel_pitch": exactly(17),
            "wavelength": [(8000, 12000)],
            "frame_rate": exactly(25),
            "focal_length": exactly(14),
            "ifov": exactly(1.2),
        }

    def test_a_table_row(self) -> None:
        assert read("Thermal camera | Frame rate | 60 Hz | Pixel pitch | 12 um") == {"frame_rate": exactly(60), "pixel_pitch": exactly(12)}

    def test_versions(self) -> None:
        assert read("The imager comes with 9 Hz or 50 Hz and lenses of 10, 20 or 30 mm.") == {
            "frame_rate": exactly(9, 50),
            "focal_length": exactly(10, 20, 30),
        }

    def test_tubes(self) -> None:
        assert read("Night vision tube, Gen 2+ or Gen 3, at least 700 µA/lm, 60 mA/W, MCP pore pitch 6 µm") == {
            "tube_generation": ["2", "3"],
            "luminous_sensitivity": [(700, None)],
            "radiant_sensitivity": exactly(60),
            "pixel_pitch": exactly(6),
        }

    @pytest.mark.parametrize(
        "text",
        [
            "The display of the thermal camera has 800 x 480 pixels and a refresh rate of 75 Hz.",
            "The charger of the camera works on 230 V, 50 Hz.",
            "Day scope 3-12x50, tube 30 mm, click value 0.1 mrad.",
            "An infrared lamp of 940 nm lights the camera's field.",
            "Gen 2 of our scooter is out.",
            "Unlike the 60 Hz camera of others, this thermal camera needs no papers.",
        ],
    )
    def test_other_figures_are_left(self, text: str) -> None:
        assert read(text) == {}


class TestAircraft:
    """An aircraft's figures go to the aircraft, not to what lies beside it."""

    def test_performance(self) -> None:
        assert read("Octocopter; 5 kg payload; flies for 33 minutes; wind up to 10 m/s; ceiling 4 km; range 12 km") == {
            "payload": exactly(5),
            "endurance": exactly(33),
            "wind_resistance": exactly(36),
            "altitude": exactly(4000),
            "flight_range": exactly(12),
        }

    @pytest.mark.parametrize(
        "text",
        [
            "The drone weighs 4 kg, charges in 50 min, and its video link reaches 9 km.",
            "Lorry, payload 9 t, range 700 km.",
            "Drone, cruise speed 60 km/h, warranty 24 months, remote control lasts 5 h.",
            "TWIN-BOOM UAV: GTOW 33 LB, EMPTY WT 21 LB, DASH 70 KT",
        ],
    )
    def test_other_figures_are_left(self, text: str) -> None:
        assert read(text) == {}

    def test_a_row_that_names_no_aircraft(self) -> None:
        found = read("End 4.5 h / Rng 200nm / Pld 11 lb / Svc clg 15 kft / Xwind 14 kt / Max takeoff wt 60 lb")
        assert {name: value for name, [(value, _)] in found.items()} == {
            "endurance": 270,
            "flight_range": pytest.approx(370.4),
            "payload": pytest.approx(4.99, rel=1e-3),
            "altitude": pytest.approx(4572),
            "wind_resistance": pytest.approx(25.93, rel=1e-3),
        }

    def test_nanometres_stay_what_they_are_in_a_band(self) -> None:
        found = read("Camera drone, spectral range 400-900 nm. Flight range 40 nm. It carries a laser of 905 nm.")
        assert found == {"wavelength": [(400, 900)], "flight_range": [(pytest.approx(74.08), pytest.approx(74.08))]}


class TestRadio:
    """Bands, bandwidths and powers are told apart."""

    def test_a_direction_finder(self) -> None:
        text = (
            "DF receiver 25 MHz to 2 GHz, instantaneous bandwidth 10 MHz, four channels, bursts as short as 2 ms, retunes in under 0.4 ms"
        )
        assert read(text) == {
            "frequency": [(25e6, 2e9)],
            "instantaneous_bandwidth": exactly(10e6),
            "channels": exactly(4),
            "signal_duration": exactly(2),
            "channel_switching_time": [(None, 0.4)],
        }

    def test_a_radar(self) -> None:
        assert read("Radar at 17 GHz, mean power 3 W, sees a walker at 7 km, consumption 90 W") == {
            "frequency": exactly(17e9),
            "transmit_power": exactly(3),
            "detection_range": exactly(7),
        }

    @pytest.mark.parametrize(
        "text",
        [
            "Laptop, quad-core CPU at 3.1 GHz, 65 W charger",
            "Loudspeaker 30 W, 40 Hz to 20 kHz",
            "Recorder with 16 channels for video; a DVR like many",
            "Ultrasound probe for 2 to 9 MHz",
        ],
    )
    def test_other_figures_are_left(self, text: str) -> None:
        assert read(text) == {}


class TestNetworksCiphersPersons:
    """Line rates, keys, identities and standards are read in their own surroundings."""

    def test_a_probe(self) -> None:
        assert read("Network probe for 10GbE and 100GbE links") == {"line_rate": exactly(10, 100)}

    def test_keys_in_names(self) -> None:
        assert read("VPN with AES-128/256 and RSA-3072, SHA-512 for hashes") == {"key_length": exactly(128, 256, 3072)}

    def test_identities(self) -> None:
        assert read("The face database holds up to 3 million persons; a watch list of 700 is checked first.") == {
            "identities": exactly(3e6, 700)
        }

    def test_handover(self) -> None:
        text = "Lawful interception gateway, HI2 and HI3 as in ETSI TS 102 232; CALEA on request; 3GPP TS 33.128."
        assert sorted(set(map(str, read(text)["handover_standard"]))) == ["3gpp", "calea", "etsi"]

    @pytest.mark.parametrize(
        "text",
        [
            "Takes warrants over the interface prescribed by national law",
            "Surveillance copies after TR TKÜV",
            "Intercepts handed over in the format laid down in the country's own decree",
        ],
    )
    def test_a_country_can_have_its_own_standard(self, text: str) -> None:
        assert read(text)["handover_standard"] == ["national"]

    @pytest.mark.parametrize(
        "text", ["Radio tested to ETSI EN 300 328", "64-bit driver, USB 10 Gbit/s", "The interception gateway has no ETSI interface."]
    )
    def test_other_figures_are_left(self, text: str) -> None:
        assert read(text) == {}


class TestReadings:
    """A reading points at the words that tell it, and no text is too odd."""

    def test_offsets(self) -> None:
        text = "An uncooled camera – 320 x 240 – with 9 Hz."
        assert [text[r.start : r.end] == r.text for r in read_quantities(text)] == [True, True]
        assert [r.text for r in read_quantities(text)] == ["320 x 240", "9 Hz"]

    @pytest.mark.parametrize(
        "piece",
        [
            "9 ",
            "1,",
            "1-",
            "1 x ",
            "5 Hz ",
            "drone ",
            "channels ",
            "(",
            "2 to ",
            "detects ",
            "a1-",
            "min. ",
            "Gen 3/",
            "AES-256, ",
            "9 Hz, ",
            "640 x 512, ",
        ],
    )
    def test_long_hostile_texts_are_read(self, piece: str) -> None:
        assert isinstance(read_quantities((piece * 100_000)[:20_000]), list)

    def test_a_faulty_rules_file_is_named(self, tmp_path) -> None:
        path = tmp_path / "quantities.toml"
        path.write_text(RULES_FILE.read_text(encoding="utf-8").replace('parameter = "payload"', 'parameter = "pay"', 1), encoding="utf-8")
        with pytest.raises(ControlsInvalid):
            read_rules_file(path)


class TestWaysOfWriting:
    """Labels with units, joined names and lists are read like plain sentences."""

    @pytest.mark.parametrize(
        ("text", "parameter", "values"),
        [
            ("Quadcopter. Endurance (min): 42", "endurance", exactly(42)),
            ("Unmanned plane, 14+ hours aloft", "endurance", [(840, None)]),
            ("Octocopter: 12 kg for 16 min, 6 kg for 29 min", "payload", exactly(12, 6)),
            ("Octocopter: 12 kg for 16 min, 6 kg for 29 min", "endurance", exactly(16, 29)),
            ("UAV, hovers in gusts of 36 km/h (10 m/s) or more", "wind_resistance", [(36, None)]),
            ("Trail camera, clips in 1080p25 or 4K/15", "frame_rate", exactly(25, 15)),
            ("Thermal camera with 320x240 window at 2 kHz", "frame_rate", exactly(2000)),
            ("Thermal module 384x288/17µm, 25 Hz", "pixel_pitch", exactly(17)),
            ("Thermal imager, IFOV 0.5 x 0.6 mrad", "ifov", exactly(0.5)),
            ("Thermal sight, DRI (man): 1800/600/300 m", "detection_range", exactly(1.8)),
            ("Receiver tunes from 20 kHz upwards to 3 GHz", "frequency", [(20e3, 3e9)]),
            ("Voices are compared with 8,000 enrolled speakers", "identities", exactly(8000)),
            ("Night goggle with Gen 2+/Gen 3 tube", "tube_generation", ["2", "3"]),
        ],
    )
    def test_values(self, text: str, parameter: str, values: list[Value]) -> None:
        assert read(text).get(parameter) == values

    @pytest.mark.parametrize(
        "text",
        [
            "Infrared sauna heater, 8-14 µm, 700 W.",
            "The monitor shows 1280x1024 pixels and is redrawn 75 times a second.",
            "Bag for drones, carries 9 kg.",
            "Hall for 400 people; face paint for sale.",
            "Insurance for drone pilots, valid 12 months.",
        ],
    )
    def test_other_figures_are_left(self, text: str) -> None:
        assert read(text) == {}
