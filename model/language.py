"""Which language a description is in, as far as that can be told (py3langid, offline)."""

import unicodedata
from dataclasses import dataclass
from functools import cached_property
from typing import Any

SUPPORTED = "en"
SURE = 0.6
"""From this probability a text counts as foreign. Over the corpus no English text of 40 letters reaches it; clear sentences
of other European languages lie above 0.85."""
FEWEST_LETTERS = 40
"""Below this number of letters of the Latin script nothing is concluded: short texts full of model numbers look like anything."""
LATIN_SHARE = 0.5
"""A text with a smaller share of its letters in the Latin script is not English, whatever language it is."""


@dataclass(frozen=True)
class Language:
    """A guess at a text's language.

    Attributes:
        code: ISO 639 code, or the empty string when nothing could be concluded.
        supported: whether the text may be in a language that the model was trained on.
    """

    code: str
    supported: bool


def latin_share(text: str) -> float:
    """Return the share of the letters that are Latin; 1 for a text without letters."""
    letters = [letter for letter in text if letter.isalpha()]
    if not letters:
        return 1.0
    return sum("LATIN" in unicodedata.name(letter, "") for letter in letters) / len(letters)


class LanguageIdentifier:
    """Identifies languages; its model is loaded on first use, in about half a second."""

    @cached_property
    def _identifier(self) -> Any:
        from py3langid.langid import MODEL_FILE
        from py3langid.langid import LanguageIdentifier as Identifier

        return Identifier.from_model_file(MODEL_FILE, norm_probs=True)

    def identify(self, text: str) -> Language:
        """Return the likeliest language of a text."""
        foreign_script = latin_share(text) < LATIN_SHARE
        if not foreign_script and sum(letter.isalpha() for letter in text) < FEWEST_LETTERS:
            return Language("", supported=True)
        code, probability = self._identifier.classify(text)
        supported = not foreign_script and (code == SUPPORTED or probability < SURE)
        return Language(str(code), supported)
