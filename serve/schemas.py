"""Request and response bodies. Unknown fields are refused; the examples appear in the OpenAPI document."""

from functools import cache
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from model.outcome import Reason
from serve.problems import MEDIA_TYPE

MAX_BATCH = 256

MEANINGS = {
    400: "The request cannot be read.",
    401: "Nobody is logged in, or the key is not valid.",
    403: "Not allowed for this role.",
    404: "Not there, or not yours.",
    409: "The state does not allow it; `detail` says why.",
    413: "Too large.",
    422: "A field cannot be used; `errors` names it.",
    429: "Too many requests; wait `Retry-After` seconds.",
    500: "Failed on our side; the request id leads to the log.",
    503: "Busy or not available; nothing was changed. Try again after `Retry-After` seconds.",
}
"""What a status means wherever it is documented."""

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


class SimilarRequest(_Body):
    """A description whose nearest precedents are wanted."""

    text: str = Field(description="The product description, 1 to 100,000 characters.", examples=[_EXAMPLE])
    k: Annotated[int, Field(ge=1, le=50, description="How many precedents at most.")] = 5


class EvidenceOut(BaseModel):
    """A phrase that speaks for a category, or against it."""

    start: int = Field(description="First Unicode code point in the text as given.")
    end: int = Field(description="One past the last code point.")
    text: str
    weight: float = Field(description="Contribution to the category's score, in logit units; negative when it speaks against.")


class CategoryOut(BaseModel):
    """One category of the answer."""

    id: str
    title: str
    family: str
    probability: float = Field(description="Calibrated, 0 to 1.")
    predicted: bool = Field(description="Whether it belongs to the best guess, whatever the outcome.")
    evidence: list[EvidenceOut]
    against: list[EvidenceOut] = Field(description="What speaks against the category, heaviest first.")


class ExplanationOut(BaseModel):
    """A review reason in words."""

    sentence: str = Field(description="What it means.")
    remedy: str = Field(description="What to do about it.")


class ReviewOut(BaseModel):
    """Whether a human must look, and why. A look may be asked for beside a decided answer (`high_consequence`)."""

    required: bool
    reasons: list[Reason]
    explanations: list[ExplanationOut] = Field(description="One per reason, in the same order.")


class ClassificationOut(BaseModel):
    """The classification of one description."""

    outcome: Literal["categories", "none", "review"]
    confidence: float = Field(description="Probability that the best guess is exactly right.")
    categories: list[CategoryOut]
    review: ReviewOut
    family: str | None = Field(description="The family that is clear although its categories are not.")
    release: str
    taxonomy: str
    characters: int
    truncated: bool


class PrecedentOut(BaseModel):
    """A decided description near in meaning."""

    id: str
    text: str
    labels: list[str] = Field(description="Category ids; empty when the description has none.")
    likeness: float = Field(description="Cosine, -1 to 1.")


class SimilarOut(BaseModel):
    """Precedents, the most alike first."""

    precedents: list[PrecedentOut]
    release: str


class Problem(BaseModel):
    """An error as RFC 9457 problem details."""

    type: str = Field(examples=["urn:catchall:problem:blank-text"])
    title: str
    status: int
    detail: str
    errors: list[dict[str, Any]] | None = None
    current: dict[str, Any] | None = Field(default=None, description="The present state of what was changed meanwhile.")
    request_id: str | None = Field(default=None, description="Leads to the log of the service; also in the `x-request-id` header.")


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


@cache
def _problem_schema() -> dict[str, Any]:
    return Problem.model_json_schema(ref_template="#/components/schemas/{model}")


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the OpenAPI responses of statuses that are answered with problem details."""
    content = {MEDIA_TYPE: {"schema": _problem_schema()}}
    return {status: {"description": MEANINGS.get(status, "See `detail`."), "content": content} for status in statuses}
