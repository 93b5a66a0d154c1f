"""The life of a case as data: which move leads from which state to which. Whatever is not listed cannot happen."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, get_args

from data.errors import MoveNotAllowed

State = Literal["cleared", "decided", "in_review", "needs_information", "determined", "reopened", "withdrawn"]
Move = Literal["request_review", "read", "ask", "answer", "determine", "reopen", "reassess", "withdraw"]
STATES: tuple[State, ...] = get_args(State)
MOVES: tuple[Move, ...] = get_args(Move)

QUEUED: tuple[State, ...] = ("in_review", "reopened")
"""States in which a case waits for an officer."""

FINAL: tuple[State, ...] = ("cleared", "decided", "determined", "withdrawn")
"""States in which nobody is expected to do anything; retention counts from the day a case got there."""

TRANSITIONS: Mapping[State, Mapping[Move, State]] = MappingProxyType(
    {
        "cleared": {"request_review": "in_review", "reopen": "reopened", "reassess": "cleared", "withdraw": "withdrawn"},
        "decided": {"request_review": "in_review", "reopen": "reopened", "reassess": "decided", "withdraw": "withdrawn"},
        # A reading that needs a second one leaves the case where it is.
        "in_review": {
            "read": "in_review",
            "ask": "needs_information",
            "determine": "determined",
            "reassess": "in_review",
            "withdraw": "withdrawn",
        },
        "reopened": {
            "read": "reopened",
            "ask": "needs_information",
            "determine": "determined",
            "reassess": "reopened",
            "withdraw": "withdrawn",
        },
        "needs_information": {"answer": "in_review", "reassess": "needs_information", "withdraw": "withdrawn"},
        "determined": {"reopen": "reopened", "reassess": "determined"},
        "withdrawn": {},
    }
)


def first_state(outcome: str, review_required: bool) -> State:
    """Return the state of a case just assessed."""
    if review_required or outcome == "review":
        return "in_review"
    return "cleared" if outcome == "none" else "decided"


def after(state: State, move: Move) -> State:
    """Return the state that a move leads to.

    Raises:
        MoveNotAllowed: the move does not exist in this state.
    """
    try:
        return TRANSITIONS[state][move]
    except KeyError:
        raise MoveNotAllowed(state=state.replace("_", " "), move=move.replace("_", " ")) from None
