"""What each review reason means and what to do about it, for laypeople: one frozen table read by API, terminal and pages."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from model.outcome import Reason


@dataclass(frozen=True)
class Explanation:
    """A reason in words.

    Attributes:
        sentence: what it means.
        remedy: what the reader can do.
    """

    sentence: str
    remedy: str


EXPLANATIONS: Mapping[Reason, Explanation] = MappingProxyType(
    {
        "low_confidence": Explanation(
            "The model is not sure enough of the exact set of categories.",
            "Have a person decide, or describe more precisely what the product does and for whom.",
        ),
        "categories_conflict": Explanation(
            "Several categories compete and the text does not settle between them.",
            "Say which of these functions are built in and which belong to other products.",
        ),
        "family_only": Explanation(
            "The family of controls is clear, but not which category of it.",
            "Look into that family, and add what the product senses, collects or breaks into.",
        ),
        "out_of_domain": Explanation(
            "The text is unlike the product descriptions the model has learned from, in content or in length.",
            "Send the paragraph that describes the product, or have a person decide.",
        ),
        "insufficient_text": Explanation(
            "The text does not say enough about what the product does.",
            "Add the product's functions: a data sheet, a brochure or two plain sentences.",
        ),
        "unsupported_language": Explanation(
            "The text does not seem to be in English, the language the model has learned.",
            "Send an English translation, or have a person decide.",
        ),
        "truncated": Explanation(
            "The text is too long: its end was not read.",
            "Send the part that describes the product.",
        ),
        "high_consequence": Explanation(
            "A category of high consequence was found; policy asks for a second look.",
            "Have a person confirm the answer before it is used.",
        ),
    }
)
"""Every reason has exactly one explanation (a test proves it)."""
