"""How an assessment looks on a terminal."""

from collections.abc import Iterable

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from model.assessment import Assessment
from model.findings import Finding
from model.licence import LicencePicture

_STATUS = {
    "meets": ("meets", "bold red"),
    "undetermined": ("undetermined", "yellow"),
    "catch_all": ("catch-all", "magenta"),
    "does_not_meet": ("does not meet", "green"),
    "not_listed": ("not listed", "dim"),
}
_SHOWN_OPEN = 4


def _because(finding: Finding) -> str:
    """Return the one line that explains a finding."""
    if finding.status == "undetermined" and finding.unless:
        return f"unless: {'; '.join(finding.unless)}"
    if finding.status in ("undetermined", "catch_all"):
        lacking = [s.required for s in finding.steps if s.met == "unknown" and s.role == "test" and s.parameter in finding.missing]
        said = list(dict.fromkeys(lacking))
        more = f"; {len(said) - _SHOWN_OPEN} more" if len(said) > _SHOWN_OPEN else ""
        return f"not told: {'; '.join(said[:_SHOWN_OPEN])}{more}" if said else ""
    if finding.status == "meets":
        differ = " (some versions)" if finding.versions_differ else ""
        return "; ".join(f"{step.required}: {step.told}" for step in finding.steps if step.role == "test" and step.told) + differ
    return finding.summary


def _findings(findings: Iterable[Finding]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for name in ("regime", "entry", "finding", "what", "because"):
        table.add_column(name, overflow="fold", no_wrap=name in ("regime", "finding"))
    for finding in findings:
        words, style = _STATUS[finding.status]
        reasons = f" [{', '.join(reason['code'] for reason in finding.reasons)}]" if finding.reasons else ""
        table.add_row(finding.regime, Text(finding.code + reasons), Text(words, style=style), Text(finding.title), Text(_because(finding)))
    return table


def _licence(picture: LicencePicture) -> list[RenderableType]:
    groups = ", ".join(picture.groups) or "none"
    lines: list[RenderableType] = [Text(f"\nDestination {picture.name} ({picture.destination}); US groups: {groups}", style="bold")]
    for entry in picture.entries:
        said = ", ".join(f"{reason.code} {reason.licence.replace('_', ' ')}" for reason in entry.reasons)
        lines.append(Text(f"  {entry.code} ({entry.status}): {said}"))
    return [*lines, *(Text(f"  {note}", style="dim") for note in picture.notes)]


def assessment_view(assessment: Assessment) -> RenderableType:
    """Return findings, questions, licence picture and pointers; the classification is shown by its own view."""
    shown = [finding for finding in assessment.findings if finding.status != "does_not_meet"]
    parts: list[RenderableType] = [
        Text(f"Check first: {remark.title} ({remark.citation})", style="bold") for remark in assessment.check_first
    ]
    told = zip(assessment.parameters, assessment.words["parameters"], strict=True)
    if lines := [f"{assessment.titles[reading.parameter]}: {words} (“{reading.text}”)" for reading, words in told]:
        parts.append(Text("\nThe text tells", style="bold"))
        parts += [Text(f"  {line}") for line in dict.fromkeys(lines)]
    for name in assessment.contradictions:
        parts.append(Text(f"  The answer to {name} is not what the text says; the answer counts.", style="red"))
    if shown:
        parts += [Text("\nFindings", style="bold"), _findings(shown)]
    if left := len(assessment.findings) - len(shown):
        parts.append(Text(f"{left} further entries are not met; --json shows why.", style="dim"))
    if assessment.questions:
        parts.append(Text("\nAnswer these to settle more", style="bold"))
        for question in assessment.questions:
            example = question.example or ("yes" if question.kind == "attribute" else question.choices[0])
            parts.append(Text(f"  {question.question}"))
            parts.append(Text(f'    --answer {question.parameter}="{example}"', style="dim"))
    if assessment.licence is not None:
        parts += _licence(assessment.licence)
    return Group(*parts)
