"""What an exporter wants to have classified, as the form holds it: nothing of it is stored before it becomes a case."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

from starlette.datastructures import FormData

from data.text import MAX_CHARACTERS
from model.diligence import MAX_DILIGENCE_CHARACTERS
from serve.assess_schemas import AssessRequest
from serve.cases.case import Submission
from serve.web.forms import text_in, texts_in

_SHORT = 300
_DECLARED = 1_000
_ANSWER = 200


@dataclass(frozen=True)
class Draft:
    """A product before it is a case.

    Attributes:
        answers: parameter to answer; diligence: checklist item to answer.
        key: makes saving twice save once.
    """

    description: str = ""
    product_name: str = ""
    model: str = ""
    destination: str = ""
    end_user: str = ""
    declared: str = ""
    consent: bool = False
    answers: Mapping[str, str] = field(default_factory=dict)
    diligence: Mapping[str, str] = field(default_factory=dict)
    key: str = field(default_factory=lambda: secrets.token_urlsafe(16))

    @classmethod
    def of(cls, form: FormData) -> "Draft":
        """Return the draft that a form holds. The description may be longer than allowed: whoever uses it says so.

        Raises:
            InputError: a field is too long or holds what no database can keep.
        """
        return cls(
            description=text_in(form, "description", 10 * MAX_CHARACTERS),
            product_name=text_in(form, "product_name", _SHORT).strip(),
            model=text_in(form, "model", _SHORT).strip(),
            destination=text_in(form, "destination", 8).strip().upper(),
            end_user=text_in(form, "end_user", _SHORT).strip(),
            declared=text_in(form, "declared", _DECLARED).strip(),
            consent=text_in(form, "consent") == "1",
            answers=texts_in(form, "answer.", _ANSWER),
            diligence=texts_in(form, "diligence.", MAX_DILIGENCE_CHARACTERS),
            key=text_in(form, "key", 255) or secrets.token_urlsafe(16),
        )

    def as_request(self) -> AssessRequest:
        """Return what is asked of the assessor."""
        return AssessRequest(
            text=self.description, answers=dict(self.answers), destination=self.destination or None, diligence=dict(self.diligence)
        )

    def as_submission(self) -> Submission:
        """Return what becomes a case."""
        parties = ({"name": self.end_user, "role": "end user"},) if self.end_user else ()
        return Submission(
            description=self.description,
            product_name=self.product_name,
            model=self.model,
            destination=self.destination,
            parties=parties,
            declared=self.declared,
            answers=dict(self.answers),
            consent=self.consent,
            diligence=dict(self.diligence),
        )
