"""The decision form: what an officer chose in it."""

from collections.abc import Mapping

from starlette.datastructures import FormData

from serve.cases.decide import Action, Decision
from serve.web.forms import text_in
from serve.web.languages import N_

_ACTIONS: Mapping[str, Action] = {"accept": "accept", "correct": "correct", "none": "none", "needs_information": "needs_information"}
_MOST_CATEGORIES = 64


def decision_in(form: FormData) -> Decision | None:
    """Return the decision of a form; None when nothing was chosen. Fields that do not go with the action are left out, filled or not.

    Raises:
        InputError: a text is too long.
    """
    action = _ACTIONS.get(text_in(form, "action", 20))
    if action is None:
        return None
    asks = action == "needs_information"
    categories = [each for each in form.getlist("category") if isinstance(each, str)][:_MOST_CATEGORIES]
    return Decision(
        action,
        categories=tuple(dict.fromkeys(each[:64] for each in categories)) if action == "correct" else (),
        reason_code="" if asks else text_in(form, "reason_code", 64),
        comment=text_in(form, "comment"),
        question=text_in(form, "question") if asks else "",
    )


def fault_of(decision: Decision | None) -> str:
    """Return what the officer must still fill in, to be translated; the empty string when nothing is missing."""
    if decision is None:
        return N_("Choose what you decide.")
    if decision.action == "needs_information":
        return "" if decision.question.strip() else N_("Write the question to the exporter.")
    if decision.action == "correct" and not decision.categories:
        return N_("Choose at least one category, or decide that no category applies.")
    if not decision.reason_code:
        return N_("Choose a reason.")
    if decision.reason_code == "other" and not decision.comment.strip():
        return N_("Say in the comment what the reason is.")
    return ""


def filled(form: FormData) -> dict[str, object]:
    """Return what was filled in, to show it again beside what is wrong with it."""
    kept: dict[str, object] = {name: str(form.get(name, ""))[:10_000] for name in ("action", "reason_code", "comment", "question")}
    return kept | {"categories": [str(each)[:64] for each in form.getlist("category")][:_MOST_CATEGORIES]}


EMPTY: dict[str, object] = {"action": "", "reason_code": "", "comment": "", "question": "", "categories": []}
