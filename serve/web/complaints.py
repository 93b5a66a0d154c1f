"""What is wrong, in the visitor's language; some errors have words of their own beside a field."""

from data.errors import BlankText, CatchallError, DocumentUnusable, InvalidCharacters, TextTooLong, UnknownDestination
from serve.problems import slug
from serve.web.languages import N_, Language, translations
from serve.web.told import told

_BESIDE_A_FIELD: dict[type[CatchallError], str] = {
    BlankText: N_("It is empty; say what the product does."),
    TextTooLong: N_("It has %(characters)s characters; the limit is %(limit)s. Send the relevant part."),
    InvalidCharacters: N_("It holds characters that cannot be kept."),
    DocumentUnusable: N_("The document cannot be used: %(reason)s."),
    UnknownDestination: N_("The destination is not known."),
}


def complaint(language: Language, error: CatchallError) -> str:
    """Return an error in words for the one who can mend it."""
    sentence = _BESIDE_A_FIELD.get(type(error))
    if sentence is None:
        return told(language, slug(type(error).__name__), str(error)) or str(error)
    words = translations(language)
    filled = {name: words.gettext(value) if isinstance(value, str) else value for name, value in error.data.items()}
    return words.gettext(sentence) % filled
