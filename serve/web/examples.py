"""Invented products that anybody can try with one click, one for each kind of answer."""

from dataclasses import dataclass

from serve.web.languages import N_


@dataclass(frozen=True)
class Example:
    """A product.

    Attributes:
        title: translated where it is shown; the description is in English, the language the model reads.
        destination: ISO code; empty: none.
    """

    id: str
    title: str
    description: str
    destination: str = ""


EXAMPLES: tuple[Example, ...] = (
    Example(
        "cell-simulator",
        N_("Cell-site simulator"),
        "Portable unit that appears to nearby handsets as their operator's cell and lists the IMSI and IMEI of every phone in range. "
        "Covers 2G, 3G, 4G and 5G NSA, battery for four hours, delivered in a rucksack to law-enforcement agencies.",
        "AE",
    ),
    Example(
        "thermal-core",
        N_("Thermal camera core"),
        "Uncooled thermal camera core, 640 x 512 microbolometer array, 12 µm pitch, 8-14 µm, 30 Hz video, with an interchangeable lens "
        "mount, for integration into security and border surveillance cameras.",
        "IN",
    ),
    Example(
        "ankle-bracelet",
        N_("Ankle bracelet"),
        "Ankle bracelet with GPS for offenders under house arrest, with curfew software for the probation service.",
    ),
    Example(
        "drone-jammer",
        N_("Drone jammer"),
        "Handheld directional jammer against small drones. Blocks 2.4 GHz and 5.8 GHz control links and GNSS L1/L2 up to 1,500 m, "
        "40 W total output, so that the drone lands or returns to its pilot.",
        "KE",
    ),
    Example(
        "face-search",
        N_("Face search for city cameras"),
        "Server software that compares faces from up to 500 city cameras with a watchlist of two million portraits in real time, "
        "alerts the operations room and lists where else a person was seen. Sold to ministries of the interior.",
        "RS",
    ),
    Example(
        "office-switch",
        N_("Office network switch"),
        "24-port gigabit Ethernet switch for small offices with power over Ethernet, VLAN support and a web page for set-up. "
        "Fanless metal housing, can be mounted on a wall.",
    ),
)


def example(name: str) -> Example | None:
    """Return an example; None when there is none of this name."""
    return next((each for each in EXAMPLES if each.id == name), None)
