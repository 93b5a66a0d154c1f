"""Bodies of requests about cases. Unknown fields are refused; every text is bounded and is text that both databases can hold."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from model.diligence import MAX_DILIGENCE_CHARACTERS
from serve.cases.decide import Action

MAX_BULK = 100

_EXAMPLE = "Portable unit that appears to nearby handsets as their operator's cell and lists the IMSI of every phone in range."


def storable(text: str) -> str:
    """Return the text, unless a database cannot hold it.

    Raises:
        ValueError: a NUL character or a lone surrogate.
    """
    if "\x00" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise ValueError("NUL characters and lone surrogates cannot be stored")
    return text


Text = Annotated[str, AfterValidator(storable)]
Short = Annotated[Text, Field(max_length=300)]
Name = Annotated[Text, Field(min_length=1, max_length=300)]
Comment = Annotated[Text, Field(max_length=10_000)]
Version = Annotated[int, Field(ge=1, le=2**31 - 1, description="The version you saw; another one gets 409 with the present state.")]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class Party(_Body):
    """Somebody who takes part in the export."""

    name: Name
    role: Annotated[Name, Field(examples=["end user"])]


class CaseRequest(_Body):
    """A product to be assessed and kept."""

    description: Text = Field(description="The product description, 1 to 100,000 characters.", examples=[_EXAMPLE])
    product_name: Short = ""
    model: Short = ""
    destination: Annotated[Short, Field(description="Country of the end user.", examples=["NO"])] = ""
    parties: Annotated[list[Party], Field(max_length=50)] = []
    declared: Annotated[Text, Field(max_length=1_000, description="Your own classification.")] = ""
    answers: Annotated[
        dict[Name, Annotated[Text, Field(max_length=5_000)]], Field(max_length=100, description="Parameter to answer; see /v1/controls.")
    ] = {}
    diligence: Annotated[
        dict[Name, Annotated[Text, Field(max_length=MAX_DILIGENCE_CHARACTERS)]],
        Field(max_length=100, description="Item of the human-rights checklist to answer; kept with the case and told in its memo."),
    ] = {}
    consent: bool = Field(default=False, description="Whether the decided case may teach the model, de-identified.")


class VersionedRequest(_Body):
    """A change to a case as it was seen."""

    version: Version
    comment: Comment = ""


class AnswerRequest(_Body):
    """The answer to the open question of a case."""

    version: Version
    answer: Annotated[Text, Field(min_length=1, max_length=100_000)]


class AssignRequest(_Body):
    """Whom a case is handed to."""

    officer_id: Annotated[Text, Field(min_length=1, max_length=64)]


class _Decision(_Body):
    action: Action = Field(description="`accept` the model's best guess, `correct` it, `none`, or `needs_information` from the exporter.")
    categories: Annotated[list[Annotated[Text, Field(max_length=64)]], Field(max_length=64, description="With `correct`.")] = []
    reason_code: Annotated[Text, Field(max_length=64, description="One of the review policy.", examples=["description_matches"])] = ""
    comment: Annotated[Comment, Field(description="Shown to the exporter with the determination.")] = ""
    question: Annotated[Comment, Field(description="With `needs_information`.")] = ""


class DecisionRequest(_Decision):
    """An officer's decision on a case as he saw it."""

    version: Version


class BulkItemRequest(_Body):
    """One case of a bulk decision."""

    case_id: Annotated[Text, Field(min_length=1, max_length=64)]
    version: Version


class BulkDecisionRequest(_Decision):
    """One decision on cases whose descriptions are alike."""

    items: Annotated[list[BulkItemRequest], Field(min_length=1, max_length=MAX_BULK)]
