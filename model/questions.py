"""Questions: the fewest whose answers would settle the most findings, the most decisive first."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from data.control_facts import Control, ControlFacts
from data.expressions import Expression, QuantityTest, leaves
from data.parameter_facts import Parameter
from model.findings import is_settled, open_parameters
from model.reading import Value
from model.truth import Known, Truth, truth_of

MAX_QUESTIONS = 10


@dataclass(frozen=True)
class Question:
    """Something to ask of the exporter.

    Attributes:
        settles: how many findings an answer would settle, on average over the answers that matter.
        concerns: codes of the entries that turn on it, with their regime.
    """

    parameter: str
    kind: str
    question: str
    example: str
    choices: tuple[str, ...]
    settles: float
    concerns: tuple[str, ...]


def _tests(control: Control) -> list[Expression]:
    whens = [reason.when for reason in control.reasons if reason.when is not None]
    return [control.test, *(exclusion.test for exclusion in control.exclusions), *whens]


def candidate_values(parameter: Parameter, controls: Sequence[Control]) -> list[Value]:
    """Return answers on either side of every threshold: yes and no, each choice, a value below, between and above."""
    if parameter.kind == "attribute":
        return [True, False]
    if parameter.kind == "choice":
        return list(parameter.values)
    bounds: set[float] = set()
    for control in controls:
        for test in _tests(control):
            for leaf in leaves(test):
                if isinstance(leaf, QuantityTest) and leaf.parameter == parameter.id:
                    bounds |= {leaf.low, leaf.high}
    ordered = sorted(bounds)
    points = [ordered[0] / 2, *((one + other) / 2 for one, other in pairwise(ordered)), ordered[-1] * 2 + 1]
    return [(point, point) for point in points]


def _missing(control: Control, known: Known) -> list[str]:
    """Return the parameters that a control, or its reasons for control, still turn on."""
    if is_settled(control, known):
        return []
    return list(
        dict.fromkeys(name for test in (control.test, *(each.test for each in control.exclusions)) for name in open_parameters(test, known))
    )


def _alike(controls: Sequence[Control]) -> list[list[Control]]:
    """Group controls with the same tests: a regime that follows another shares them, and an answer settles all at once."""
    groups: dict[tuple[int, ...], list[Control]] = {}
    for control in controls:
        groups.setdefault((id(control.test), *(id(each.test) for each in control.exclusions)), []).append(control)
    return list(groups.values())


def questions(facts: ControlFacts, controls: Sequence[Control], known: Known, limit: int = MAX_QUESTIONS) -> list[Question]:
    """Return questions, the most decisive first.

    Greedy: the question that settles most findings on average over its possible answers comes first, near ones counting more. The
    next is chosen as if the first had been answered in the way that leaves most open, so that none is asked that it usually spares.

    Args:
        controls: those that apply; overlays count as well, for their elements.
    """
    groups = _alike(controls)
    out: list[Question] = []
    while len(out) < limit:
        turning: dict[str, list[_Turning]] = {}
        shares: dict[str, float] = {}
        for group in groups:
            names = _missing(group[0], known)
            for name in names:
                turning.setdefault(name, []).append(_Turning(group, _nearness(group, len(names), known)))
                shares[name] = shares.get(name, 0.0) + len(group) / len(names)
        if not turning:
            break
        weighed = {name: _weigh(facts.parameters[name], concerned, known) for name, concerned in turning.items()}
        best = max(turning, key=lambda name: (weighed[name].worth, shares[name]))
        parameter = facts.parameters[best]
        codes = tuple(dict.fromkeys(f"{control.regime} {control.code}" for each in turning[best] for control in each.group))
        out.append(
            Question(best, parameter.kind, parameter.question, parameter.example, parameter.values, round(weighed[best].settles, 2), codes)
        )
        known = weighed[best].worst
    return out


@dataclass(frozen=True)
class _Turning:
    """Entries with the same tests that turn on a parameter, and how much it matters to settle them."""

    group: Sequence[Control]
    nearness: float


@dataclass(frozen=True)
class _Weighed:
    """What a question is worth: entries settled on average, the same with near entries counted more, and its least helpful answer."""

    settles: float
    worth: float
    worst: Known


def _nearness(group: Sequence[Control], missing: int, known: Known) -> float:
    """Return how much it matters to settle entries: those that are met but for a release matter most, then those that lack little."""
    met = truth_of(group[0].test, known) in (Truth.TRUE, Truth.SOME)
    return len(group) * ((2.0 if met else 0.0) + 1 / missing)


def _weigh(parameter: Parameter, turning: Sequence[_Turning], known: Known) -> _Weighed:
    values = candidate_values(parameter, [each.group[0] for each in turning])
    supposed = [known.supposing(parameter.id, value) for value in values]
    settled = [[is_settled(each.group[0], then) for each in turning] for then in supposed]
    counts = [sum(len(each.group) for each, done in zip(turning, row, strict=True) if done) for row in settled]
    worth = sum(each.nearness for row in settled for each, done in zip(turning, row, strict=True) if done) / len(settled)
    return _Weighed(sum(counts) / len(counts), worth, supposed[min(range(len(counts)), key=counts.__getitem__)])
