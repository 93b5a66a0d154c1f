"""What is wrong with a field, in the visitor's language; an error without words of its own here tells its English sentence."""

from data.errors import (
    BlankText,
    CatchallError,
    DocumentUnusable,
    InvalidCharacters,
    LoginFailed,
    LoginLocked,
    TextTooLong,
    UnknownDestination,
    WeakPassword,
)
from serve.web.languages import N_, Language, translations

_SENTENCES: dict[type[CatchallError], str] = {
    BlankText: N_("It is empty; say what the product does."),
    TextTooLong: N_("It has %(characters)s characters; the limit is %(limit)s. Send the relevant part."),
    InvalidCharacters: N_("It holds characters that cannot be kept."),
    DocumentUnusable: N_("The document cannot be used: %(reason)s."),
    LoginFailed: N_("The name or the password is wrong."),
    LoginLocked: N_("Too many failed logins with this name. Try again in %(retry_after)s s."),
    UnknownDestination: N_("The destination is not known."),
    WeakPassword: N_("The password cannot be used: %(reason)s."),
}


def complaint(language: Language, error: CatchallError) -> str:
    """Return an error in words for the one who can mend it."""
    sentence = _SENTENCES.get(type(error))
    if sentence is None:
        return str(error)
    words = translations(language)
    told = {name: words.gettext(value) if isinstance(value, str) else value for name, value in error.data.items()}
    return words.gettext(sentence) % told
