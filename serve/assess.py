"""The use case behind `/v1/assess`, and the seam by which cases are assessed with findings."""

from datetime import date
from typing import Any

from data.text import check_text
from model.assessment import Assessor, Request
from serve.assess_schemas import AssessRequest
from serve.capacity import Capacity


def assess_one(assessor: Assessor, capacity: Capacity, request: AssessRequest, today: date) -> dict[str, Any]:
    """Assess one description: categories, parameters, findings, questions, licence picture, checklist.

    Args:
        today: the day whose lists apply when the request names none.

    Raises:
        InputError: the text, an answer, the destination or a regime cannot be used.
        InferenceFailed: the runtime failed.
        ServiceBusy: no slot became free in time.
    """
    check_text(request.text)
    with capacity.slot(len(request.text)):
        assessment = assessor.assess(
            Request(
                text=request.text,
                day=request.day or today,
                answers=request.answers,
                destination=request.destination,
                regimes=tuple(request.regimes),
                diligence=request.diligence,
                all=request.all,
            )
        )
    return assessment.as_json()
