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
    "claimed": Message(N_("The case is yours until the claim runs out.")),
    "given-back": Message(N_("The case is back in the queue.")),
    "handed-over": Message(N_("The case was handed over.")),
    "determined": Message(N_("Your decision stands; the exporter sees it.")),
    "read": Message(N_("Your reading is kept. Another officer must read the case.")),
    "asked": Message(N_("Your question was sent to the exporter.")),
    "reopened": Message(N_("The case is open again and waits in the queue.")),
    "redacted": Message(N_("The texts of the case were removed for good.")),
    "queue-empty": Message(N_("Nothing waits that you may decide."), "info"),
    "user-added": Message(N_("The user was added.")),
    "user-changed": Message(N_("The user was changed.")),
    "password-reset": Message(N_("The password was changed; the user's sessions have ended.")),
    "organisation-added": Message(N_("The organisation was added.")),
    "key-revoked": Message(N_("The key is refused from now on.")),
    "stale": Message(N_("Nothing was changed: the case has changed since you saw it. Look at it again."), "warn"),
}


def message_of(name: str | None) -> Message | None:
    """Return the message of a cookie's value; None when there is none of this name."""
    return MESSAGES.get(name or "")
