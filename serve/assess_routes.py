"""The routes of assessments: `/v1/assess` and what its answers refer to."""

import threading
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from fastapi import APIRouter

from model.assessment import Assessor
from serve.assess import assess_one
from serve.assess_schemas import AssessmentOut, AssessRequest
from serve.capacity import Capacity
from serve.clock import Clock

T = TypeVar("T")


class Lazy(Generic[T]):
    """Makes something on first use, once: reading the control facts would delay the first classification."""

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._made: list[T] = []

    def __call__(self) -> T:
        """Return it."""
        with self._lock:
            if not self._made:
                self._made.append(self._make())
        return self._made[0]


def router(assessor: Callable[[], Assessor], capacity: Capacity, clock: Clock) -> APIRouter:
    """Return the routes around an assessor; the clock says which lists are in force."""
    routes = APIRouter(prefix="/v1")

    @routes.post("/assess", response_model=AssessmentOut, tags=["assess"])
    def assess(request: AssessRequest) -> dict[str, Any]:
        """Classify a description and test the control entries that concern it; ask for what is missing."""
        return assess_one(assessor(), capacity, request, clock().date())

    @routes.get("/controls", tags=["reference"])
    def controls() -> dict[str, Any]:
        """Return the regimes with their dates, every parameter that can be answered, and the hash that assessments made now carry."""
        facts = assessor().facts
        return {
            "hash": assessor().controls,
            "regimes": [
                {
                    "id": regime.id,
                    "title": regime.title,
                    "kind": regime.kind,
                    "as_of": regime.as_of.isoformat(),
                    "source": regime.source,
                    "entries": len(regime.controls),
                }
                for regime in facts.regimes
            ],
            "parameters": [
                {
                    "id": each.id,
                    "kind": each.kind,
                    "title": each.title,
                    "question": each.question,
                    "unit": each.unit,
                    "values": list(each.values),
                    "example": each.example,
                }
                for each in facts.parameters.values()
            ],
        }

    return routes
