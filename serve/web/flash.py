"""Messages that follow a change to the next page: a cookie carries the name of one, never a text."""

from dataclasses import dataclass
from typing import Literal

from serve.web.languages import N_

COOKIE = "catchall-flash"
Tone = Literal["good", "info", "warn", "bad"]


@dataclass(frozen=True)
class Message:
    """A message and how it looks."""

    text: str
    tone: Tone = "good"


MESSAGES: dict[str, Message] = {
    "signed-in": Message(N_("You are signed in.")),
    "signed-out": Message(N_("You are signed out.")),
    "password-changed": Message(N_("Your password was changed. Your other sessions have ended.")),
    "case-saved": Message(N_("The case was saved.")),
    "case-known": Message(N_("This very submission was saved before; here is its case."), "info"),
    "answered": Message(N_("Your answer was sent. The case is back with the officers.")),
    "withdrawn": Message(N_("The case was withdrawn.")),
    "review-requested": Message(N_("An officer will look at this case.")),
    "stale": Message(N_("Nothing was changed: the case has changed since you saw it. Look at it again."), "warn"),
}


def message_of(name: str | None) -> Message | None:
    """Return the message of a cookie's value; None when there is none of this name."""
    return MESSAGES.get(name or "")
