"""Request and response bodies. Unknown fields are refused; the examples appear in the OpenAPI document."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

MAX_BATCH = 256

_EXAMPLE = "Portable unit that appears to nearby handsets as their operator's cell and lists the IMSI of every phone in range."


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class ClassifyRequest(_Body):
    """One description to classify."""

    text: str = Field(description="The product description, 1 to 100,000 characters.", examples=[_EXAMPLE])
    all: bool = Field(default=False, description="List all 29 categories, not only those with a probability of at least 0.01.")


class BatchItem(_Body):
    """One description of a batch."""

    id: Annotated[str, Field(min_length=1, max_length=200, description="Your identifier, unique within the batch.", examples=["sku-17"])]
    text: str = Field(description="The product description, 1 to 100,000 characters.", examples=[_EXAMPLE])


class BatchRequest(_Body):
    """Up to 256 descriptions; each gets its own answer or its own error."""

    items: Annotated[list[BatchItem], Field(min_length=1, max_length=MAX_BATCH)]
    all: bool = Field(default=False, description="List all 29 categories for every item.")


class EvidenceOut(BaseModel):
    """A phrase that speaks for a category."""

    start: int = Field(description="First Unicode code point in the text as given.")
    end: int = Field(description="One past the last code point.")
    text: str
    weight: float = Field(description="Contribution to the category's score, in logit units.")


class CategoryOut(BaseModel):
    """One category of the answer."""

    id: str
    title: str
    family: str
    probability: float = Field(description="Calibrated, 0 to 1.")
    predicted: bool = Field(description="Whether it belongs to the best guess, whatever the outcome.")
    evidence: list[EvidenceOut]


class ReviewOut(BaseModel):
    """Whether a human must look, and why."""

    required: bool
    reasons: list[str]


class ClassificationOut(BaseModel):
    """The classification of one description."""

    outcome: Literal["categories", "none", "review"]
    confidence: float = Field(description="Probability that the best guess is exactly right.")
    categories: list[CategoryOut]
    review: ReviewOut
    release: str
    taxonomy: str
    characters: int
    truncated: bool


class Problem(BaseModel):
    """An error as RFC 9457 problem details."""

    type: str = Field(examples=["urn:catchall:problem:blank-text"])
    title: str
    status: int
    detail: str
    errors: list[dict[str, Any]] | None = None


class BatchItemOut(BaseModel):
    """One item's answer: `classification` when `status` is 200, else `error`."""

    id: str
    status: int
    classification: ClassificationOut | None = None
    error: Problem | None = None


class BatchOut(BaseModel):
    """The answers, in the order of the items."""

    items: list[BatchItemOut]
    failed: int = Field(description="How many items have an error.")
