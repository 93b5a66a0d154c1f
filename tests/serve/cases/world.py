"""A small world for tests of cases: two exporters' houses, an authority, their people, and a model that says what the text says."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert

from data.taxonomy import Taxonomy, load_taxonomy
from serve.cases.case import Assessed, Submission
from serve.cases.desk import Actor, Desk
from serve.cases.policy import read_review_policy
from serve.clock import Clock
from serve.store.database import Database
from serve.store.tables import organisations, users

PEOPLE = {
    "exporter": ("north", "exporter"),
    "colleague": ("north", "exporter"),
    "rival": ("south", "exporter"),
    "insider": ("north", "officer"),
    "ada": ("authority", "officer"),
    "ben": ("authority", "officer"),
    "cleo": ("authority", "officer"),
    "admin": ("authority", "admin"),
    "scientist": ("authority", "scientist"),
}
"""Name: organisation and role. The insider is an officer who works for an exporter."""


@dataclass
class FakeAssess:
    """Reads the assessment out of the text: category ids in it are guessed, `?` asks for review, `!` is of high consequence."""

    taxonomy: Taxonomy
    release: str = "fake-1"
    controls: str = ""
    renamed: dict[str, str] | None = None

    @property
    def versions(self) -> tuple[str, str, str]:
        return self.release, self.taxonomy.hash, self.controls

    def __call__(self, submission: Submission) -> Assessed:
        text = submission.description
        for old, new in (self.renamed or {}).items():
            text = text.replace(old, new)
        guessed = tuple(name for name in self.taxonomy.ids if name in text)
        high = "!" in text
        outcome = "review" if "?" in text else "categories" if guessed else "none"
        reasons = ("low_confidence",) * ("?" in text) + ("high_consequence",) * high
        body: dict[str, Any] = {"categories": [{"id": name, "probability": 0.9} for name in guessed]}
        return Assessed(outcome, guessed, bool(reasons), reasons, *self.versions, body)


def settle_people(database: Database) -> None:
    """Write the organisations and people."""
    with database.writing() as connection:
        for name in ("north", "south", "authority"):
            connection.execute(insert(organisations).values(id=name, name=name, name_key=name, created_at="2026"))
        for name, (organisation, role) in PEOPLE.items():
            row = {"id": name, "organisation_id": organisation, "name": name, "name_key": name, "role": role, "created_at": "2026"}
            connection.execute(insert(users).values(row))


def actor(name: str) -> Actor:
    """Return a person of the world as the one who acts."""
    organisation, role = PEOPLE[name]
    return Actor(name, organisation, role, "request-1")


def make_desk(database: Database, clock: Clock, **assess: Any) -> Desk:
    """Return a desk with the fake model and the policy that ships."""
    taxonomy = load_taxonomy()
    return Desk(database, FakeAssess(taxonomy, **assess), read_review_policy(taxonomy), taxonomy, clock)
