"""Errors in the visitor's language. The interface for programs stays English; pages translate what it would say.

An error's own sentence is the message to translate; what the English sentence was filled with is read back from it by the same template.
So errors of layers in front of the application, which reach a page as problem details only, are translated like all others.
"""

import re
from collections.abc import Iterator
from functools import cache
from string import Formatter

from babel.support import NullTranslations

from data.errors import CatchallError
from serve.problems import slug
from serve.web.labels import label
from serve.web.languages import N_, Language, translations

INTERNAL = N_("The request failed on our side; it was logged.")

REASONS = (
    # cases
    N_("you submitted it"),
    N_("it comes from your own organisation"),
    N_("you have read it already; another officer must"),
    N_("it belongs to another organisation"),
    N_("it can be handed to an active officer only"),
    N_("a question goes with 'needs_information', and only with it"),
    N_("categories go with 'correct', and only with it"),
    N_("unknown categories: {names}"),
    N_("a category is given twice"),
    N_("a question has no reason code"),
    N_("the reason code is none of {codes}"),
    N_("the reason 'other' needs a comment"),
    N_("its description is not that of the first item"),
    N_("it needs a comment"),
    N_("it does not come from a listing"),
    # answers
    N_("'{answer}' is no number with a unit; for example {example}"),
    N_("'{answer}' has no unit; for example {example}"),
    N_("'{unit}' is no unit for {parameter}; give it in {canonical} or a unit that converts to it"),
    N_("'{answer}' runs backwards or is below zero"),
    N_("'{answer}' is none of {choices}"),
    N_("'{answer}' is neither yes nor no"),
    N_("it is answered both yes and no"),
    N_("it has {characters} characters; the limit is {limit}"),
    N_("there are {number}; the limit is {limit}"),
    N_("there is no such parameter"),
    N_("the checklist has no such item"),
    # accounts
    N_("it needs {least} to {most} characters"),
    N_("it needs at least {number} different characters"),
    N_("it contains the name of the user"),
    N_("its expiry lies in the past"),
    N_("The role '{role}' may not do this"),
    N_("This key lacks the scope '{scope}' and cannot hand it on"),
    N_("This key lacks the scope '{scope}'"),
    N_("Only administrators make keys for others"),
    N_("There is no active account for you here; ask an administrator"),
    N_("it refused the code"),
    N_("its token is not valid"),
    N_("it names another issuer than the one configured"),
    N_("the login took too long or began in another browser"),
    N_("the login began elsewhere"),
    N_("it sent no code"),
    N_("it does not answer"),
    N_("its answer cannot be read"),
    # the store
    N_("the disk is full"),
    N_("it is locked"),
    N_("two changes met"),
    N_("it is read-only"),
    N_("the transaction took too long"),
    N_("it cannot be reached"),
    N_("too much is asked of it at once"),
    N_("a text or number has a form that databases do not take"),
)
"""What errors are filled with, as the modules that raise them say it."""

_WORDS = (
    # moves
    N_("claim"),
    N_("assign"),
    N_("redact"),
    N_("request review"),
    N_("read"),
    N_("ask"),
    N_("determine"),
    N_("answer"),
    N_("reopen"),
    N_("withdraw"),
    N_("reassess"),
    # things
    N_("memo for case"),
    N_("file"),
    N_("example"),
    N_("user"),
    N_("organisation"),
    N_("key"),
)
_BARE = "{reason}."
"""The sentence of an error that is nothing but its reason."""
_OURS = frozenset({"move", "what"})
"""Fields that hold one of our words; everything else is somebody's text or a number."""


@cache
def sentences() -> dict[str, str]:
    """Return the sentence of every error by the name it has in problem details."""

    def every(kind: type[CatchallError]) -> Iterator[type[CatchallError]]:
        yield kind
        for each in kind.__subclasses__():
            yield from every(each)

    return {slug(kind.__name__): kind.sentence for kind in every(CatchallError)} | {"internal-error": INTERNAL}


@cache
def _pattern(template: str) -> re.Pattern[str]:
    parts = ((re.escape(text), name) for text, name, _, _ in Formatter().parse(template))
    return re.compile("".join(text + (f"(?P<{name}>.*)" if name else "") for text, name in parts), re.DOTALL)


def _filled(words: NullTranslations, template: str, text: str) -> str | None:
    """Return a text that a template makes, made by the template's translation; None when it makes no such text or is not translated."""
    found = _pattern(template).fullmatch(text)
    own = words.gettext(template)
    if found is None or (own == template and template != _BARE):
        return None
    return own.format(**{name: _value(words, name, value) for name, value in found.groupdict().items()})


def _value(words: NullTranslations, name: str, value: str) -> str:
    if name == "state":
        return words.gettext(label("state", value.replace(" ", "_")))
    if name in _OURS:
        return words.gettext(value)
    if name == "reason":
        return next(filter(None, (_filled(words, each, value) for each in REASONS)), words.gettext(value))
    return value


def told(language: Language, name: str, detail: str) -> str | None:
    """Return the detail of a problem in a language; None when only English knows it.

    Args:
        name: of the error, `stale-version`.
        detail: its English sentence, filled in.
    """
    if language == "en":
        return detail
    sentence = sentences().get(name)
    return None if sentence is None else _filled(translations(language), sentence, detail)
