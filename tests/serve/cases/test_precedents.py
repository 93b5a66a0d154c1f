"""Precedents are the determined cases nearest in meaning, as they stand now."""

import numpy as np
import pytest

from model.precedents import Match
from serve.capacity import Capacity
from serve.cases.case import Case, Submission
from serve.cases.decide import Decision, decide
from serve.cases.desk import Desk
from serve.cases.precedents import Precedents
from serve.cases.redact import redact
from serve.cases.reopen import reopen
from serve.cases.submit import submit
from serve.store.vectors import Vector
from tests.serve.cases.world import actor
from tests.serve.test_api import FakeClassifier

ACCEPT = Decision("accept", reason_code="near_precedent", comment="like the other")


class Embedding(FakeClassifier):
    """Counts letters: texts of like letters are near."""

    def __init__(self) -> None:
        self.embedded: list[str] = []

    def embed(self, text: str) -> Vector:
        self.embedded.append(text)
        counts = np.array([text.count(letter) for letter in "abcdefghijklmnop"], dtype=np.float32)
        return counts / np.maximum(np.linalg.norm(counts), 1e-9)

    def similar(self, text: str, k: int = 5) -> list[Match]:
        return []


@pytest.fixture
def classifier() -> Embedding:
    return Embedding()


@pytest.fixture
def precedents(honest: Desk, classifier: Embedding) -> Precedents:
    return Precedents(honest.database, classifier, Capacity(1), classifier.embed)


def new(desk: Desk, text: str, decision: Decision | None = None) -> Case:
    case = submit(desk, actor("exporter"), Submission(text))[0]
    return decide(desk, actor("ada"), case.id, 1, decision) if decision else case


class TestPrecedents:
    """The nearest come first, with outcome and reason; only determinations that stand count."""

    def test_nearest(self, honest: Desk, precedents: Precedents, classifier: Embedding) -> None:
        near, far = new(honest, "covert-audio aab?", ACCEPT), new(honest, "covert-audio ooo mmm nnn?", ACCEPT)
        new(honest, "covert-audio aab? not decided")
        case = new(honest, "covert-audio aab ?")
        found = precedents.of_case(case.id, 5)["cases"]
        assert [each["case_id"] for each in found] == [near.id, far.id]
        assert found[0]["likeness"] > found[1]["likeness"]
        assert (found[0]["categories"], found[0]["reason_code"], found[0]["comment"]) == (
            ["covert-audio"],
            "near_precedent",
            "like the other",
        )
        embedded = len(classifier.embedded)
        precedents.of_case(case.id, 5)
        assert len(classifier.embedded) == embedded

    def test_not_the_case_itself(self, honest: Desk, precedents: Precedents) -> None:
        case = new(honest, "covert-audio?", ACCEPT)
        assert precedents.of_case(case.id, 5)["cases"] == []

    def test_reopened_and_redacted_cases_are_none(self, honest: Desk, precedents: Precedents) -> None:
        first, second = new(honest, "covert-audio a?", ACCEPT), new(honest, "covert-audio b?", ACCEPT)
        case = new(honest, "covert-audio?")
        assert len(precedents.of_case(case.id, 5)["cases"]) == 2
        reopen(honest, actor("ben"), first.id, 2, "again")
        redact(honest, actor("admin"), second.id, 2, "by letter")
        assert precedents.of_case(case.id, 5)["cases"] == []
        assert precedents.of_case(second.id, 5) == {"cases": [], "corpus": []}
