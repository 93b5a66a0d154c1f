"""Precedents: the determined cases nearest in meaning, with what was decided and why, beside those the model ships with."""

from collections.abc import Callable
from threading import Lock
from typing import Any

from model.precedents import Match, Precedent, PrecedentIndex
from serve.capacity import Capacity
from serve.classify import Classifier
from serve.store import vectors
from serve.store.cases import determinations_of, find_case, find_cases
from serve.store.database import Database
from serve.store.vectors import Decided, Vector

Embed = Callable[[str], Vector]
"""A description to its vector [width], of unit length."""

_FILLED_AT_ONCE = 16
"""Determined cases that get a missing vector at one request; the rest get theirs at the next ones."""


class Precedents:
    """Finds like cases. The index is built when something was determined since, and kept until then."""

    def __init__(self, database: Database, classifier: Classifier, capacity: Capacity, embed: Embed | None) -> None:
        self._database = database
        self._classifier = classifier
        self._capacity = capacity
        self._embed = embed
        self._lock = Lock()
        self._kept: tuple[Decided, PrecedentIndex] | None = None

    def of_case(self, case_id: str, k: int) -> dict[str, Any]:
        """Return the `k` nearest determined cases and the `k` nearest descriptions of the corpus, the most alike first.

        Raises:
            CaseNotFound: there is no such case.
            InputError, InferenceFailed, ServiceBusy: see `Classifier.similar`.
        """
        with self._database.reading() as connection:
            description = find_case(connection, case_id).description
        if description is None:
            return {"cases": [], "corpus": []}
        with self._capacity.slot(len(description)):
            corpus = self._classifier.similar(description, k)
        found = self._nearest(case_id, description, k)
        return {"cases": self._told(found), "corpus": [_shown(match) for match in corpus]}

    def _vector(self, case_id: str, description: str, embed: Embed) -> Vector:
        with self._database.reading() as connection:
            known = vectors.vector_of(connection, case_id, self._classifier.release)
        if known is not None:
            return known
        with self._capacity.slot(len(description)):
            vector = embed(description)
        with self._database.writing() as connection:
            self._database.alone(connection, f"vector {case_id}")
            vectors.keep_vector(connection, case_id, self._classifier.release, vector)
        return vector

    def _nearest(self, case_id: str, description: str, k: int) -> list[Match]:
        if self._embed is None:
            return []
        vector = self._vector(case_id, description, self._embed)
        with self._database.reading() as connection:
            missing = vectors.decided_without(connection, self._classifier.release, _FILLED_AT_ONCE)
        for other, text in missing:
            self._vector(other, text, self._embed)
        # One more than asked for: the case itself may be among them.
        return [match for match in self._index().nearest(vector, k + 1) if match.precedent.id != case_id][:k]

    def _index(self) -> PrecedentIndex:
        with self._lock, self._database.reading() as connection:
            now = vectors.decided_now(connection, self._classifier.release)
            if self._kept is None or self._kept[0] != now:
                ids, found = vectors.decided_vectors(connection, self._classifier.release)
                self._kept = (now, PrecedentIndex.build([Precedent(each, "", ()) for each in ids], found))
            return self._kept[1]

    def _told(self, matches: list[Match]) -> list[dict[str, Any]]:
        told = []
        with self._database.reading() as connection:
            found = {case.id: case for case in find_cases(connection, [match.precedent.id for match in matches])}
            for match in matches:
                case = found.get(match.precedent.id)
                if case is None or case.state != "determined":
                    continue
                last = determinations_of(connection, case.id)[-1]
                told.append(
                    {
                        "case_id": case.id,
                        "description": case.description,
                        "outcome": last.outcome,
                        "categories": list(last.categories),
                        "reason_code": last.reason_code,
                        "comment": last.comment,
                        "made_at": last.made_at,
                        "likeness": round(match.likeness, 4),
                    }
                )
        return told


def _shown(match: Match) -> dict[str, Any]:
    precedent = match.precedent
    return {"id": precedent.id, "text": precedent.text, "labels": list(precedent.labels), "likeness": round(match.likeness, 4)}
