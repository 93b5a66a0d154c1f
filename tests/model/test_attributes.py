"""Attributes and intended users are read as a careful person reads them: denials, versions and other products included."""

import re
import tomllib
from pathlib import Path

import pytest

from model.attributes import PHRASES, read_attributes, rules
from model.negation import Stance, stance

ROOT = Path(__file__).parents[2]


def told(text: str) -> dict[str, set[bool | str]]:
    """Return the values read for each parameter."""
    found: dict[str, set[bool | str]] = {}
    for reading in read_attributes(text):
        assert not isinstance(reading.value, tuple)
        found.setdefault(reading.parameter, set()).add(reading.value)
    return found


class TestPlainStatements:
    """What a description states is read, with the place where it stands."""

    @pytest.mark.parametrize(
        ("text", "parameter"),
        [
            ("HgCdTe detector with an integrated rotary cryocooler.", "cooled"),
            ("The heart of the camera is an amorphous-silicon microbolometer array.", "microbolometer"),
            ("Replacement I2 tube, 18 mm, white phosphor, auto-gated.", "intensifier_tube"),
            ("EO/IR turret with 4-axis gyro stabilization.", "stabilised"),
            ("The UAV is designed for BVLOS missions.", "beyond_line_of_sight"),
            ("The radar beam is steered electronically in azimuth and elevation.", "electronically_scanned"),
            ("Collects IMSI and IMEI numbers of all phones in range.", "identifier_extraction"),
            ("Jams the radio signals used to detonate roadside bombs.", "counter_ied"),
            ("Alerts the user when a cell-site simulator is operating nearby.", "detects_interception"),
            ("Creates a bit-by-bit copy of the device's memory.", "raw_extraction"),
            ("Mini camera hidden in a power bank.", "concealment"),
            ("GPS ankle bracelet for offenders under house arrest.", "confined_persons"),
            ("Source code published on a public repository.", "public_domain"),
        ],
    )
    def test_is_true(self, text: str, parameter: str) -> None:
        assert told(text)[parameter] == {True}

    def test_the_place_is_the_phrase(self) -> None:
        text = "Drone with a Stirling-cooled MWIR camera"
        reading = next(r for r in read_attributes(text) if r.parameter == "cooled")
        assert text[reading.start : reading.end] == reading.text == "Stirling-cooled"

    def test_capitals_and_typographic_marks_do_not_matter(self) -> None:
        assert told("UNCOOLED THERMAL CORE")["cooled"] == {False}
        assert told("The camera doesn’t store any images.")["recording"] == {False}
        assert told("The camera doesn't store any images.")["recording"] == {False}


class TestClasses:
    """Phrases are read by classes of words, so that other words of a class tell the same."""

    @pytest.mark.parametrize(
        ("text", "parameter", "value"),
        [
            ("The probe reassembles webmail of the suspect.", "content_extraction", True),
            ("Chats of the target are pulled from the intercepted traffic.", "content_extraction", True),
            ("Sessions are retrievable by telephone number or e-mail address.", "hard_selectors", True),
            ("Traffic cannot be queried by subscriber name.", "hard_selectors", False),
            ("Body-worn recorder; the conversation partner never notices it.", "covert", True),
            ("Cameras in the shop; a sign tells all customers about them.", "covert", False),
            ("Pinhole lens inside a picture frame.", "concealment", True),
            ("Poses as an LTE base station.", "air_interface", True),
            ("The scanner of the radar is turned by a motor at 24 rpm: rotating antenna.", "electronically_scanned", False),
            ("Stocked by camera shops everywhere.", "mass_market", True),
            ("Government customers only.", "mass_market", False),
            ("Receiver 30 MHz to 3 GHz. DF: no. Auto-ID: yes.", "direction_finding", False),
            ("Receiver 30 MHz to 3 GHz. DF: no. Auto-ID: yes.", "automatic_signal_identification", True),
            ("The jammer neither reads nor stores IMSIs.", "identifier_extraction", False),
        ],
    )
    def test_are_read(self, text: str, parameter: str, value: bool) -> None:
        assert told(text)[parameter] == {value}

    def test_other_peoples_communications_need_their_context(self) -> None:
        assert "content_interception" not in told("The phone stores messages and displays mails.")


class TestHead:
    """The noun that heads a description tells what is supplied."""

    @pytest.mark.parametrize(
        ("text", "parameter", "value"),
        [
            ("Thermal camera TX-1 with app for Windows.", "item_form", "equipment"),
            ("Thermal camera software, ten licences.", "item_form", "software"),
            ("Training of analysts in the use of radar.", "item_form", "technology"),
            ("Fixed-wing drone designed for long flights.", "item_form", "equipment"),
            ("Recorder capable of 40 hours.", "item_form", "equipment"),
            ("Passive tap for 10 Gigabit Ethernet.", "item_form", "equipment"),
            ("Specially designed software, ten licences.", "item_form", "software"),
            ("Uncooled focal plane array, 640x480, in a vacuum package.", "detector_only", True),
            ("Thermal monocular, 384x288.", "detector_only", False),
            ("Uncooled microbolometer, 640 x 480.", "linear_array", False),
            ("InGaAs line sensor, 1 x 256 pixels.", "linear_array", True),
            ("VTOL drone, six hours aloft.", "power_driven", True),
            ("Quadcopter, no propellers included.", "power_driven", True),
            ("Aerostat without engine, a moored balloon of 90 m³.", "power_driven", False),
        ],
    )
    def test_is_read(self, text: str, parameter: str, value: bool | str) -> None:
        assert told(text)[parameter] == {value}

    @pytest.mark.parametrize("text", ["Camera and software for analysts.", "For police use."])
    def test_is_left_open(self, text: str) -> None:
        assert "item_form" not in told(text)

    def test_craft_that_are_found_are_not_the_product(self) -> None:
        assert "power_driven" not in told("Radar detects quadcopters and fixed-wing drones at 3 km.")


class TestDenial:
    """A word of denial reaches what it governs and nothing else."""

    @pytest.mark.parametrize(
        ("text", "parameter"),
        [
            ("The LWIR detector operates without any cryogenic cooling.", "cooled"),
            ("Digital night scope; there is no image intensifier inside.", "intensifier_tube"),
            ("The receiver has no direction-finding capability.", "direction_finding"),
            ("It is not made for eavesdropping.", "surreptitious_interception"),
            ("Traffic data are not indexed.", "indexing"),
            ("The tool does not bypass the phone's lock.", "lock_bypass"),
            ("The analogue link is not encrypted.", "encryption"),
            ("1:1 verification only; no database search of faces.", "identification_search"),
            ("Carrier-class network? Hardly.", "carrier_class"),
            ("Bearings on VHF signals: no.", "direction_finding"),
            ("Search by person's name or phone number is not possible.", "hard_selectors"),
            ("Automatic tracking of radar echoes isn't available.", "automatic_tracking"),
        ],
    )
    def test_is_false(self, text: str, parameter: str) -> None:
        assert told(text)[parameter] == {False}

    def test_ends_at_the_clause(self) -> None:
        assert told("No moving parts, but a Stirling-cooled MWIR detector.")["cooled"] == {True}
        assert told("It is not only a camera: it has a stabilised gimbal.")["stabilised"] == {True}

    def test_reaches_through_a_list(self) -> None:
        assert told("The probe does not extract, index or forward any mails.")["indexing"] == {False}

    def test_of_the_contrary_turns_back(self) -> None:
        assert told("Thermal camera, lens not removable.")["fixed_lens"] == {True}
        assert told("Thermal camera with interchangeable lenses.")["fixed_lens"] == {False}


class TestVersionsAndOtherProducts:
    """Versions give both values; another product gives none."""

    def test_versions(self) -> None:
        assert told("Thermal turret, with or without a cooled MWIR detector.")["cooled"] == {True, False}
        assert told("Cooled and uncooled thermal cores.")["cooled"] == {True, False}

    @pytest.mark.parametrize(
        "text",
        [
            "Unlike the cooled camera of a rival, ours needs no service.",
            "Carrying case for night vision goggles.",
            "The pouch protects against IMSI catchers.",
        ],
    )
    def test_other_products(self, text: str) -> None:
        assert not {"cooled", "direct_view", "identifier_extraction", "air_interface"} & told(text).keys()

    @pytest.mark.parametrize(
        "text",
        [
            "Cooler box for 24 bottles, uncooled it insulates for six hours.",
            "Laptop with a 144 Hz display, in silver.",
            "The bicycle lock has a five-digit code.",
            "Ball bearings for the motor of a mixer.",
            "Our finance index rose by two points.",
        ],
    )
    def test_ordinary_goods_tell_nothing(self, text: str) -> None:
        assert told(text).keys() <= {"item_form"}


class TestEndUser:
    """The intended users are read where the text names them as such."""

    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ("In service with, and made for, law enforcement agencies.", "law-enforcement"),
            ("Reserved for intelligence agencies.", "intelligence"),
            ("Designed for army reconnaissance units.", "military"),
            ("For telecom operators and ISPs.", "operator"),
            ("Made for security firms and shop owners.", "commercial"),
            ("Ideal for hunters and hikers.", "private"),
        ],
    )
    def test_is_read(self, text: str, value: str) -> None:
        assert told(text)["end_user"] == {value}

    def test_denied_users_are_not(self) -> None:
        assert "end_user" not in told("The tool is not meant for police forces.")


class TestPhrases:
    """The phrases fit the vocabulary and cannot be made slow."""

    def test_every_parameter_exists(self) -> None:
        with (ROOT / "data/controls/parameters.toml").open("rb") as file:
            parameters = {entry["id"]: entry for entry in tomllib.load(file)["parameters"]}
        for rule in rules():
            entry = parameters[rule.parameter]
            assert entry["kind"] == ("attribute" if rule.choice is None else "choice")
            assert rule.choice is None or rule.choice in entry["values"]

    def test_no_phrase_repeats_without_bound(self) -> None:
        with PHRASES.open("rb") as file:
            tables = tomllib.load(file)
        phrases = [p for table in tables["attributes"].values() for key in ("yes", "no") for p in table.get(key, ())]
        assert not [p for p in phrases if ".*" in p or ".+" in p or re.search(r"[*+}]\)[*+]", p)]

    @pytest.mark.parametrize(
        "unit",
        [
            "cooled ",
            "uncooled thermal core, ",
            "no recording, ",
            "no ",
            "not, or ",
            "a-",
            "without the ",
            "imsi/",
            "(",
            "record, ",
            "ʼ’'",
            "\n",
        ],
    )
    def test_hostile_text_is_read_to_its_end(self, unit: str) -> None:
        text = (unit * 20_000)[:20_000]
        for reading in read_attributes(text):
            assert reading.text == text[reading.start : reading.end]

    def test_letters_that_change_length_in_small_keep_the_places(self) -> None:
        text = "İİİ uncooled thermal core"
        reading = next(r for r in read_attributes(text) if r.parameter == "cooled")
        assert reading.text == "uncooled"


class TestStance:
    """The words around a phrase decide."""

    def test_values(self) -> None:
        assert stance("the camera has ", ".") is Stance.AFFIRMED
        assert stance("the camera has no ", ".") is Stance.DENIED
        assert stance("", " is optional") is Stance.VERSIONS
        assert stance("in contrast to the ", "") is Stance.LEFT_OUT
