"""Bodies of `/v1/assess`: what is asked, and the assessment."""

from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from model.answers import MAX_ANSWERS
from model.diligence import MAX_DILIGENCE_CHARACTERS, DiligenceItem
from model.findings import Finding
from model.licence import LicencePicture
from model.questions import Question
from serve.schemas import ClassificationOut

_EXAMPLE = "Uncooled thermal camera core, 640x512, 12 µm pitch, 8-14 µm, 30 Hz, for integration into security cameras."
_Answer = Annotated[str, Field(max_length=200)]


class AssessRequest(BaseModel):
    """One description to assess, with answers to earlier questions."""

    model_config = ConfigDict(extra="forbid")

    text: str = Field(description="The product description, 1 to 100,000 characters.", examples=[_EXAMPLE])
    answers: dict[str, _Answer | list[_Answer]] = Field(
        default_factory=dict,
        max_length=MAX_ANSWERS,
        description="Parameter to answer; several answers are versions of the product.",
        examples=[{"frame_rate": "9 Hz", "fixed_lens": "yes"}],
    )
    destination: str | None = Field(default=None, max_length=8, description="ISO 3166-1 alpha-2 code.", examples=["AE"])
    regimes: list[Annotated[str, Field(max_length=40)]] = Field(
        default_factory=list, max_length=50, description="Regimes to test; all when empty.", examples=[["us", "eu"]]
    )
    diligence: dict[str, Annotated[str, Field(max_length=MAX_DILIGENCE_CHARACTERS)]] = Field(
        default_factory=dict, max_length=100, description="Item of the human-rights checklist to answer."
    )
    day: date | None = Field(default=None, description="Day whose lists apply; today when left out.", examples=["2026-09-01"])
    all: bool = Field(default=False, description="List all 29 categories.")


class ReadingOut(BaseModel):
    """A parameter that the text or an answer tells."""

    parameter: str
    title: str
    value: list[float | None] | bool | str = Field(description="Quantities as [low, high] in the parameter's unit; null is an open end.")
    words: str
    start: int | None = None
    end: int | None = None
    text: str | None = None


class RemarkOut(BaseModel):
    """A list to check first, or a note."""

    id: str
    regime: str
    title: str
    text: str
    citation: str
    confidence: str = Field(description="V: read in a stored text; P: press or law firm; R: recollection, unverified.")


class AssessmentOut(BaseModel):
    """The assessment of one description."""

    classification: ClassificationOut
    considered: list[str] = Field(description="Categories that are predicted or possible; findings are about these.")
    parameters: list[ReadingOut]
    answers: list[ReadingOut]
    contradictions: list[str] = Field(description="Parameters whose answer is none of the values that the text tells.")
    findings: list[Finding]
    check_first: list[RemarkOut]
    notes: list[RemarkOut]
    questions: list[Question]
    licence: LicencePicture | None
    diligence: list[DiligenceItem]
    regimes: list[dict[str, Any]]
    day: str
    controls: str = Field(description="Content hash of the control facts and of what reads parameters from texts; see /v1/controls.")
    notice: str
