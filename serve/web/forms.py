"""What a browser sends from a form: read once, bounded, with the line ends of browsers made plain."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import FormData, UploadFile

from data.errors import InputError, InvalidCharacters


async def _form(request: Request) -> AsyncIterator[FormData]:
    async with request.form() as form:
        yield form


Posted = Annotated[FormData, Depends(_form)]
"""The parameter of a handler that takes a form."""


def text_in(form: FormData, name: str, most: int = 10_000) -> str:
    """Return a field as text; empty when it is missing.

    Args:
        form: what was sent.
        name: of the field.
        most: characters; a longer one is refused.

    Raises:
        InputError: it is too long.
        InvalidCharacters: it holds what no database can keep.
    """
    value = form.get(name)
    text = value.replace("\r\n", "\n") if isinstance(value, str) else ""
    if len(text) > most:
        raise InputError
    for position, character in enumerate(text):
        if character == "\x00" or "\ud800" <= character <= "\udfff":
            raise InvalidCharacters(field=name, what="a NUL character or a lone surrogate", position=position)
    return text


def texts_in(form: FormData, prefix: str, most: int = 5_000) -> dict[str, str]:
    """Return the filled fields whose names begin with a prefix, without it, at most a hundred.

    Raises:
        InputError: see `text_in`.
    """
    names = [name for name in dict.fromkeys(form) if name.startswith(prefix)][:100]
    found = {name.removeprefix(prefix): text_in(form, name, most).strip() for name in names}
    return {name: value for name, value in found.items() if value}


def file_in(form: FormData, name: str) -> UploadFile | None:
    """Return an uploaded file; None when none was chosen."""
    value = form.get(name)
    return value if isinstance(value, UploadFile) and value.filename else None


def whole_in(form: FormData, name: str) -> int:
    """Return a field as a whole number.

    Raises:
        InputError: it is none.
    """
    text = text_in(form, name, 12)
    if not text.isascii() or not text.isdecimal():
        raise InputError
    return int(text)
