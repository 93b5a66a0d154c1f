"""Human-rights due diligence: which items of the checklist are due, with the answers that were given."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from data.due_diligence import ChecklistItem
from data.errors import AnswerInvalid

MAX_DILIGENCE_CHARACTERS = 4_000


@dataclass(frozen=True)
class DiligenceItem:
    """An item of the checklist and its answer; empty while nobody has answered."""

    id: str
    section: str
    question: str
    why: str
    source: str
    answer: str


def due(checklist: Sequence[ChecklistItem], answers: Mapping[str, str]) -> tuple[DiligenceItem, ...]:
    """Return the checklist with its answers.

    Raises:
        AnswerInvalid: an answer to an unknown item, or one that is too long.
    """
    known = {item.id for item in checklist}
    for name, answer in answers.items():
        if name not in known:
            raise AnswerInvalid(parameter=name, reason="the checklist has no such item")
        if len(answer) > MAX_DILIGENCE_CHARACTERS:
            raise AnswerInvalid(parameter=name, reason=f"it has {len(answer)} characters; the limit is {MAX_DILIGENCE_CHARACTERS}")
    return tuple(DiligenceItem(i.id, i.section, i.question, i.why, i.source, answers.get(i.id, "").strip()) for i in checklist)
