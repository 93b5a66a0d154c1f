"""Findings: each control entry that concerns a description, tested step by step against what the description tells."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from data.control_facts import Control, ControlFacts, Exclusion, Regime, Remark
from data.expressions import CategoryTest, Expression, Group, Leaf, Not
from data.parameter_facts import Parameter
from model.truth import Known, Truth, can_be_true, contrary, leaf_truth, truth_of
from model.wording import requirement, told

Status = Literal["meets", "does_not_meet", "undetermined", "catch_all", "not_listed"]
Support = Literal["yes", "some", "no", "unknown"]
_SUPPORT: dict[Truth, Support] = {Truth.TRUE: "yes", Truth.SOME: "some", Truth.FALSE: "no", Truth.UNKNOWN: "unknown"}


@dataclass(frozen=True)
class Step:
    """One element of a test: what was required, what is known, and where the text says so.

    Attributes:
        role: whether it belongs to the test or to a release.
        met: "some" when versions of the product, or parts of a range, differ.
        told: what the text or an answer says, in words; empty when nothing does.
        spans: half-open ranges of the description.
    """

    role: Literal["test", "release"]
    required: str
    met: Support
    told: str
    parameter: str
    spans: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class Finding:
    """A control set against a description.

    Attributes:
        control: None for a category that the regime does not list.
        missing: parameters that would settle it; `unless` names the releases that are still open although the test is met.
        reasons: reasons for control that apply, or may; codes of the US Commerce Control List.
        versions_differ: some versions of the product meet it, others do not.
        taken_by: the control that takes the item instead, by the order of review.
    """

    regime: str
    status: Status
    code: str
    title: str
    summary: str
    categories: tuple[str, ...]
    citation: str
    confidence: str
    as_of: str
    control: str | None = None
    steps: tuple[Step, ...] = ()
    missing: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    released_by: str = ""
    taken_by: str = ""
    versions_differ: bool = False
    reasons: tuple[dict[str, str], ...] = ()
    exceptions: tuple[dict[str, str], ...] = ()
    check_first: tuple[str, ...] = ()


@dataclass(frozen=True)
class Tested:
    """The bare result of a control, without words: what questions are weighed by."""

    status: Status
    missing: tuple[str, ...]
    unless: tuple[str, ...] = ()
    released_by: str = ""
    versions_differ: bool = False


def open_parameters(expression: Expression, known: Known) -> list[str]:
    """Return the parameters whose missing values may still change the truth of a test, in order."""
    if isinstance(expression, Not):
        return open_parameters(expression.part, known)
    truth = truth_of(expression, known)
    if isinstance(expression, Group):
        if truth is (Truth.FALSE if expression.kind == "all" else Truth.TRUE):
            return []
        return list(dict.fromkeys(name for part in expression.parts for name in open_parameters(part, known)))
    return [] if truth is not Truth.UNKNOWN or isinstance(expression, CategoryTest) else [expression.parameter]


def _is_open(exclusion: Exclusion, known: Known) -> bool:
    """Whether a release is not given, but may turn out to be."""
    return truth_of(exclusion.test, known) is not Truth.TRUE and can_be_true(exclusion.test, known)


def test_control(control: Control, known: Known, overlay: bool) -> Tested:
    """Return where a control stands. A missing value never makes it met or not met."""
    truth = truth_of(control.test, known)
    if truth is Truth.FALSE:
        return Tested("does_not_meet", ())
    released = [(exclusion, truth_of(exclusion.test, known)) for exclusion in control.exclusions]
    if release := next((exclusion for exclusion, value in released if value is Truth.TRUE), None):
        return Tested("does_not_meet", (), released_by=release.title)
    missing = open_parameters(control.test, known) if truth is Truth.UNKNOWN else []
    unclear = [exclusion for exclusion in control.exclusions if _is_open(exclusion, known)]
    for exclusion in unclear:
        missing += [name for name in open_parameters(exclusion.test, known) if name not in missing]
    differ = truth is Truth.SOME or any(value is Truth.SOME for _, value in released)
    unless = tuple(exclusion.title for exclusion in unclear) if truth is not Truth.UNKNOWN else ()
    if overlay:
        return Tested("catch_all", tuple(missing), unless, versions_differ=differ)
    if missing:
        return Tested("undetermined", tuple(missing), unless, versions_differ=differ)
    return Tested("meets", (), versions_differ=differ)


def is_settled(control: Control, known: Known) -> bool:
    """Whether nothing that is missing could change where a control stands."""
    truth = truth_of(control.test, known)
    if truth is Truth.FALSE or any(truth_of(exclusion.test, known) is Truth.TRUE for exclusion in control.exclusions):
        return True
    return truth is not Truth.UNKNOWN and not any(_is_open(exclusion, known) for exclusion in control.exclusions)


def _steps(
    expression: Expression, known: Known, parameters: Mapping[str, Parameter], role: Literal["test", "release"], negated: bool = False
) -> Iterable[Step]:
    if isinstance(expression, Group):
        for part in expression.parts:
            yield from _steps(part, known, parameters, role, negated)
        return
    if isinstance(expression, Not):
        yield from _steps(expression.part, known, parameters, role, not negated)
        return
    yield _step(expression, known, parameters, role, negated)


def _step(leaf: Leaf, known: Known, parameters: Mapping[str, Parameter], role: Literal["test", "release"], negated: bool) -> Step:
    truth = leaf_truth(leaf, known)
    met = _SUPPORT[contrary(truth) if negated else truth]
    if isinstance(leaf, CategoryTest):
        return Step(role, requirement(leaf, None, negated), met, "the description is of this category" if truth else "", "")
    readings = known.values.get(leaf.parameter, ())
    spans = tuple((reading.start, reading.end) for reading in readings if reading.end > reading.start)
    parameter = parameters[leaf.parameter]
    return Step(role, requirement(leaf, parameter, negated), met, told(readings, parameter), leaf.parameter, spans)


def _reasons(control: Control, known: Known) -> tuple[dict[str, str], ...]:
    found = []
    for reason in control.reasons:
        truth = truth_of(reason.when, known) if reason.when is not None else Truth.TRUE
        if truth is not Truth.FALSE:
            found.append({"code": reason.code, "applies": "yes" if truth is Truth.TRUE else "perhaps"})
    return tuple(found)


def _finding(control: Control, tested: Tested, known: Known, facts: ControlFacts) -> Finding:
    parameters = facts.parameters
    steps = list(_steps(control.test, known, parameters, "test"))
    for exclusion in control.exclusions:
        steps += _steps(exclusion.test, known, parameters, "release")
    missing = list(tested.missing)
    if tested.status != "does_not_meet":  # reasons for control may turn on further values
        for reason in control.reasons:
            missing += [name for name in (open_parameters(reason.when, known) if reason.when else ()) if name not in missing]
    return Finding(
        regime=control.regime,
        status=tested.status,
        code=control.code,
        title=control.title,
        summary=control.summary,
        categories=tuple(category for category in control.categories if category in known.categories),
        citation=control.citation,
        confidence=control.confidence,
        as_of=control.as_of.isoformat(),
        control=control.id,
        steps=tuple(steps),
        missing=tuple(missing),
        unless=tested.unless,
        released_by=tested.released_by,
        versions_differ=tested.versions_differ,
        reasons=_reasons(control, known) if tested.status != "does_not_meet" else (),
        exceptions=tuple({"name": each.name, "note": each.note, "status": "verify"} for each in control.exceptions),
        check_first=control.check_first,
    )


def _takes(control: Control, tested: Tested, known: Known) -> tuple[Truth, list[str]]:
    """Return whether an entry takes an item by the order of review, and what is missing to tell.

    Software and technology belong to their own entries even when those then release them: it is their test alone that counts.
    """
    if control.entry[1:2] in ("D", "E"):
        truth = truth_of(control.test, known)
        return truth, open_parameters(control.test, known) if truth is Truth.UNKNOWN else []
    taken = {"meets": Truth.TRUE, "undetermined": Truth.UNKNOWN}.get(tested.status, Truth.FALSE)
    return taken, list(tested.missing)


def _ordered_by_review(findings: list[Finding], controls: Sequence[Control], tested: Sequence[Tested], known: Known) -> list[Finding]:
    """Apply the order of review: an item that another entry takes is not met here; while that is open, neither is this settled."""
    takes = {control.id: _takes(control, each, known) for control, each in zip(controls, tested, strict=True)}
    codes = {control.id: control.code for control in controls}
    out = []
    for finding, control in zip(findings, controls, strict=True):
        rivals = [each for each in control.yields_to if each in takes and finding.status in ("meets", "undetermined")]
        takers = [each for each in rivals if takes[each][0] is Truth.TRUE]
        maybe = [each for each in rivals if takes[each][0] is Truth.UNKNOWN]
        if takers:
            finding = replace(finding, status="does_not_meet", taken_by=codes[takers[0]], missing=(), unless=(), reasons=())
        elif maybe:
            more = tuple(dict.fromkeys((*finding.missing, *(name for each in maybe for name in takes[each][1]))))
            instead = (
                tuple(f"{codes[each]} takes the item instead" for each in maybe) if finding.status == "meets" or finding.unless else ()
            )
            finding = replace(finding, status="undetermined", missing=more, unless=(*finding.unless, *instead))
        out.append(finding)
    return out


def _absent(regime: Regime, category: str) -> Finding:
    remark = next((each for each in regime.of_kind("absent") if category in each.categories), None)
    text = remark.text if remark else "No entry of this regime names this category."
    return Finding(
        regime=regime.id,
        status="not_listed",
        code="",
        title="Not listed",
        summary=text,
        categories=(category,),
        citation=remark.citation if remark else regime.source,
        confidence=remark.confidence if remark else "R",
        as_of=regime.as_of.isoformat(),
    )


def _out_of_reach(regime: Regime, category: str, destination: str) -> Finding:
    return replace(
        _absent(regime, category),
        title="Does not reach the destination",
        summary=f"{regime.title}: the entries for this category do not apply to {destination}.",
        citation=regime.source,
        confidence="V",
    )


def applicable(regime: Regime, known: Known, day: date, destination: str | None) -> list[Control]:
    """Return the controls of a regime that concern the categories, are in force on the day and reach the destination."""
    return [
        control
        for control in regime.controls
        if known.categories & set(control.categories)
        and control.in_force(day)
        and (destination is None or not control.destinations or destination in control.destinations)
        and (destination is None or destination not in control.not_destinations)
    ]


def _nearness(finding: Finding) -> tuple[int, bool, int]:
    """Return what comes first: what is met, then what is met but for a release, then what lacks least."""
    order = ("meets", "undetermined", "catch_all", "not_listed", "does_not_meet")
    return order.index(finding.status), not finding.unless, len(finding.missing)


def find(facts: ControlFacts, known: Known, regimes: Sequence[str], day: date, destination: str | None = None) -> list[Finding]:
    """Return the findings, regime by regime, what is met or nearly met first; categories without an entry come last as `not_listed`."""
    found: list[Finding] = []
    for regime in facts.regimes:
        if regime.id not in regimes:
            continue
        controls = applicable(regime, known, day, destination)
        overlay = regime.kind == "overlay"
        tested = [test_control(control, known, overlay) for control in controls]
        bare = [_finding(control, each, known, facts) for control, each in zip(controls, tested, strict=True)]
        found += sorted(_ordered_by_review(bare, controls, tested, known), key=_nearness)
        elsewhere = {c for control in regime.controls for c in control.categories if control.in_force(day)}
        named = {category for control in controls for category in control.categories}
        said = {category for remark in regime.of_kind("absent") for category in remark.categories}
        for category in sorted(known.categories):
            if category in elsewhere and category not in named:
                found.append(_out_of_reach(regime, category, destination or ""))
            elif category not in named or category in said:
                found.append(_absent(regime, category))
    return found


def remarks_for(regime: Regime, known: Known, findings: Sequence[Finding], destination: str | None) -> list[Remark]:
    """Return the pointers and notes that concern the findings: pointers to check first, then notes."""
    ids = {finding.control for finding in findings if finding.status != "does_not_meet"}
    out = []
    for remark in regime.remarks:
        if remark.kind == "absent" or (remark.destinations and destination is not None and destination not in remark.destinations):
            continue
        concerns = not remark.categories or bool(known.categories & set(remark.categories))
        about = not remark.controls or "*" in remark.controls or bool(ids & set(remark.controls))
        if concerns and about and (remark.kind == "note" or remark.categories):
            out.append(remark)
    return sorted(out, key=lambda remark: remark.kind != "pointer")
