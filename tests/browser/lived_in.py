"""A service that has been worked with for some weeks: invented cases in every state, for looking at pages."""

from dataclasses import dataclass
from datetime import timedelta

from serve.accounts.grants import make_key, stop_key
from serve.cases.case import Case, Submission
from serve.cases.claims import claim
from serve.cases.decide import Decision, decide
from serve.cases.owner import answer as answer_question
from serve.cases.owner import request_review, withdraw
from serve.cases.reopen import reopen
from serve.cases.submit import submit
from serve.store.cases import find_case
from tests.browser.service import EXPORTER, OFFICER, RIVAL, SECOND, Service


@dataclass(frozen=True)
class Product:
    """A product that is submitted so many hours ago; `asked` when its exporter wants an officer to look."""

    name: str
    model: str
    description: str
    hours_ago: float
    by: str = EXPORTER
    destination: str = ""
    declared: str = ""
    end_user: str = ""
    asked: str = ""


BRACELET = Product(
    "House-arrest bracelet", "HB-2", "Ankle bracelet with GPS for offenders under house arrest, with curfew software for the probation "
    "service.", 400, destination="BR", declared="5A992.c", end_user="State probation service", asked="Is this really controlled?",
)  # fmt: skip
THERMAL = Product(
    "Boreal 640", "B640-R12", "Uncooled thermal camera core, 640 x 512 microbolometer array, 12 µm pitch, 8-14 µm, 30 Hz video, with an "
    "interchangeable lens mount, for integration into security and border surveillance cameras.", 30,
    destination="IN", declared="6A003.b.4.b", end_user="Sagar Security Systems", asked="The customer waits for an answer.",
)  # fmt: skip
CATCHER = Product(
    "Lantern", "LT-5", "Portable unit that appears to nearby handsets as their operator's cell and lists the IMSI and IMEI of every phone "
    "in range. Covers 2G, 3G, 4G and 5G NSA, battery for four hours, delivered in a rucksack to law-enforcement agencies.", 96,
    by=RIVAL, destination="AE", declared="5A001.f.1", end_user="Interior ministry", asked="The ministry wants a letter from you.",
)  # fmt: skip
FACES = Product(
    "Crowdline", "4.2", "Server software that compares faces from up to 500 city cameras with a watchlist of two million portraits in real "
    "time, alerts the operations room and lists where else a person was seen. Sold to ministries of the interior.", 50,
    by=RIVAL, destination="RS", declared="EAR99", end_user="City of Zemun", asked="EAR99 in our view.",
)  # fmt: skip
JAMMER = Product(
    "Skyfall", "SF-40", "Handheld directional jammer against small drones. Blocks 2.4 GHz and 5.8 GHz control links and GNSS L1/L2 up to "
    "1,500 m, 40 W total output, so that the drone lands or returns to its pilot.", 12, by=RIVAL, destination="KE", asked="New product.",
)  # fmt: skip
SWITCH = Product(
    "Officelink 24", "OL-24P", "24-port gigabit Ethernet switch for small offices with power over Ethernet, VLAN support and a web page "
    "for set-up. Fanless metal housing, can be mounted on a wall.", 300, destination="NO",
)  # fmt: skip
BUG = Product(
    "Quietroom", "QR-1", "Wall plug with a built-in microphone that sends the sound of the room over the mobile network when it is called, "
    "without any light or ring.", 20, destination="TR", asked="Asked by sales.",
)  # fmt: skip
TAP = Product(
    "Ridge", "R-100", "Probe for the backbone of a provider that reads all traffic at 100 Gbit/s, finds the metadata and contents of "
    "messages and calls, and maps who communicates with whom.", 6, by=RIVAL, destination="EG", end_user="National operator",
)  # fmt: skip
TOY = Product("Garden fox", "", "Battery lamp in the form of a fox for the garden, lights up at dusk.", 3, asked="Please confirm.")
RADAR = Product(
    "Wallsee", "W2", "Hand-held radar for rescue and police teams that shows movements of people behind a wall of brick up to 15 m away.",
    72, destination="MX", asked="Our first shipment of this kind.",
)  # fmt: skip


def case_now(service: Service, case_id: str) -> Case:
    """Return a case as it is now."""
    with service.desk.database.reading() as connection:
        return find_case(connection, case_id, "")


def _submitted(service: Service, product: Product) -> str:
    service.past.hours_ago = product.hours_ago
    parties = ({"name": product.end_user, "role": "end user"},) if product.end_user else ()
    asked = Submission(product.description, product.name, product.model, product.destination, parties, product.declared, {}, True)
    case, _ = submit(service.desk, service.actor(product.by), asked, f"key-{product.name}")
    if product.asked and case.state not in ("in_review", "reopened"):
        case = request_review(service.desk, service.actor(product.by), case.id, case.version, product.asked)
    return case.id


def _decided(service: Service, officer: str, case_id: str, decision: Decision, hours_ago: float) -> None:
    service.past.hours_ago = hours_ago
    case = claim(service.desk, service.actor(officer), case_id)
    decide(service.desk, service.actor(officer), case_id, case.version, decision)


def _keys(service: Service) -> None:
    service.past.hours_ago = 300
    holder, gate = service.users[EXPORTER], service.gate
    make_key(gate, holder, "Catalogue upload", ["classify", "cases:write"], gate.clock() + timedelta(days=400), holder)
    old, _ = make_key(gate, holder, "Trial of the interface", ["classify"], None, holder)
    stop_key(gate, old.id, holder, holder)


def live_in(service: Service) -> dict[str, str]:
    """Do the work of some weeks; return the ids of the cases by the name of what they show."""
    every = {"determined": BRACELET, "thermal": THERMAL, "second": CATCHER, "asked": FACES, "mine": JAMMER, "cleared": SWITCH}
    every |= {"answered": BUG, "waiting": TAP, "withdrawn": TOY, "reopened": RADAR}
    ids = {name: _submitted(service, product) for name, product in every.items()}
    exporter, officer = service.actor(EXPORTER), service.actor(OFFICER)

    def version(name: str) -> int:
        return case_now(service, ids[name]).version

    corrected = Decision("correct", ("electronic-monitoring", "location-tracking"), "description_matches", "It follows people.")
    _decided(service, OFFICER, ids["determined"], corrected, 380)
    _decided(service, OFFICER, ids["second"], Decision("accept", (), "description_matches", "Plainly an interception unit."), 70)
    asks = Decision("needs_information", question="Is the watchlist held by the customer or by you, and can the software run without it?")
    _decided(service, OFFICER, ids["asked"], asks, 40)
    _decided(service, SECOND, ids["answered"], Decision("needs_information", question="Who is meant to use it, and where?"), 18)
    service.past.hours_ago = 15
    answer_question(service.desk, exporter, ids["answered"], version("answered"), "Parents and carers, at home. The manual says so.")
    _decided(service, SECOND, ids["reopened"], Decision("accept", (), "near_precedent"), 60)
    service.past.hours_ago = 20
    reopen(service.desk, officer, ids["reopened"], version("reopened"), "The customer has changed.")
    service.past.hours_ago = 2
    withdraw(service.desk, exporter, ids["withdrawn"], version("withdrawn"), "Not for export after all.")
    _keys(service)
    service.past.hours_ago = 0.1
    claim(service.desk, officer, ids["mine"])
    service.past.hours_ago = 0
    return ids
