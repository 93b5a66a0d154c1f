"""The words and the tone of everything that the code knows by a name: states, outcomes, findings, answers to tests, roles, events."""

from serve.web.languages import N_

_LABELS: dict[str, dict[str, tuple[str, str]]] = {
    "state": {
        "cleared": (N_("Cleared by the model"), "good"),
        "decided": (N_("Decided by the model"), "info"),
        "in_review": (N_("In review"), "warn"),
        "needs_information": (N_("Your answer is needed"), "bad"),
        "determined": (N_("Determined"), "good"),
        "reopened": (N_("Reopened"), "warn"),
        "withdrawn": (N_("Withdrawn"), "muted"),
    },
    "outcome": {
        "categories": (N_("Categories apply"), "info"),
        "none": (N_("No category"), "good"),
        "review": (N_("A person must decide"), "warn"),
    },
    "finding": {
        "meets": (N_("Meets"), "bad"),
        "undetermined": (N_("Undetermined"), "warn"),
        "catch_all": (N_("Catch-all"), "violet"),
        "does_not_meet": (N_("Does not meet"), "good"),
        "not_listed": (N_("Not listed"), "muted"),
    },
    "step": {
        "yes": (N_("yes"), "bad"),
        "some": (N_("some versions"), "warn"),
        "no": (N_("no"), "good"),
        "unknown": (N_("not told"), "muted"),
    },
    "licence": {
        "required": (N_("Licence required"), "bad"),
        "not_required_by_chart": (N_("No mark in the chart"), "good"),
        "see_part_746": (N_("Embargo: see part 746"), "bad"),
        "no_row": (N_("No row in the chart"), "warn"),
        "not_on_chart": (N_("Not on the chart"), "muted"),
    },
    "role": {
        "exporter": (N_("Exporter"), "muted"),
        "officer": (N_("Licensing officer"), "muted"),
        "scientist": (N_("Data scientist"), "muted"),
        "admin": (N_("Administrator"), "muted"),
    },
    "event": {
        "case_submitted": (N_("Submitted"), "info"),
        "review_requested": (N_("Review requested"), "warn"),
        "information_requested": (N_("An officer asks"), "bad"),
        "information_given": (N_("Answered"), "info"),
        "case_determined": (N_("Determined"), "good"),
        "case_reopened": (N_("Reopened"), "warn"),
        "case_reassessed": (N_("Assessed again"), "info"),
        "case_withdrawn": (N_("Withdrawn"), "muted"),
        "case_redacted": (N_("Texts removed"), "muted"),
        "case_claimed": (N_("Claimed"), "muted"),
        "claim_released": (N_("Given back"), "muted"),
        "case_assigned": (N_("Handed over"), "muted"),
        "reading_given": (N_("Read by an officer"), "info"),
    },
    # Of the model for asking a person, as short as a chip; `model.reasons` has the sentences.
    "reason": {
        "low_confidence": (N_("Not sure enough"), "warn"),
        "categories_conflict": (N_("Categories compete"), "warn"),
        "family_only": (N_("Family only"), "warn"),
        "out_of_domain": (N_("Unlike what it knows"), "violet"),
        "insufficient_text": (N_("Says too little"), "violet"),
        "unsupported_language": (N_("Not in English"), "violet"),
        "truncated": (N_("Too long"), "violet"),
        "high_consequence": (N_("High consequence"), "bad"),
    },
    "stage": {
        "first": (N_("First reading"), "muted"),
        "second": (N_("Second reading"), "info"),
        "third": (N_("Third reading"), "violet"),
    },
    "hold": {"free": (N_("Free"), "good"), "mine": (N_("Yours"), "info"), "others": (N_("Held by others"), "muted")},
    "action": {
        "accept": (N_("Accept the suggestion"), "good"),
        "correct": (N_("Correct it"), "warn"),
        "none": (N_("No category applies"), "good"),
        "needs_information": (N_("Ask the exporter"), "bad"),
    },
    "scope": {
        "classify": (N_("Classify"), "muted"),
        "cases:read": (N_("Read cases"), "muted"),
        "cases:write": (N_("Submit and change cases"), "muted"),
        "review": (N_("Review"), "muted"),
        "audit": (N_("Audit"), "muted"),
        "accounts": (N_("Accounts"), "muted"),
        "webhooks": (N_("Webhooks"), "muted"),
    },
    "theme": {"auto": (N_("As the system"), "muted"), "light": (N_("Light"), "muted"), "dark": (N_("Dark"), "muted")},
}


def label(kind: str, name: str) -> str:
    """Return what a name is called, in English; an unknown one is shown as it is."""
    return _LABELS[kind].get(name, (name.replace("_", " "), ""))[0]


def tone(kind: str, name: str) -> str:
    """Return how a name looks: `good`, `info`, `warn`, `bad`, `violet` or `muted`."""
    return _LABELS[kind].get(name, ("", "muted"))[1]


def names(kind: str) -> list[str]:
    """Return every name of a kind, in order."""
    return list(_LABELS[kind])
