"""How an answer looks on a terminal."""

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from model.classification import Classification
from model.precedents import Match
from model.reasons import EXPLANATIONS

_SENTENCES = {
    "categories": ("Decided: these categories apply.", "bold yellow"),
    "none": ("Cleared: no surveillance-technology category applies.", "bold green"),
    "review": ("A person must decide: the answer below is only the best guess.", "bold magenta"),
}


def _bar(probability: float, width: int = 10) -> str:
    filled = round(probability * width)
    return "█" * filled + "·" * (width - filled)


def classification_view(answer: Classification) -> RenderableType:
    """Return a table of categories under one sentence that says the outcome."""
    sentence, style = _SENTENCES[answer.outcome]
    parts: list[RenderableType] = [Text(sentence, style=style)]
    for reason in answer.review.reasons:
        parts.append(Text(f"  why: {EXPLANATIONS[reason].sentence}"))
        parts.append(Text(f"       {EXPLANATIONS[reason].remedy}", style="dim"))
    if answer.family:
        parts.append(Text(f"  family: {answer.family}"))
    if answer.categories:
        table = Table(box=None, pad_edge=False, header_style="dim")
        table.add_column("")
        table.add_column("category")
        table.add_column("probability", no_wrap=True)
        table.add_column("because of", overflow="fold")
        for score in answer.categories:
            because = " · ".join(" ".join(span.text.split()) for span in score.evidence[:3]) if score.predicted else ""
            mark = Text("●" if score.predicted else "", style=style)
            table.add_row(mark, Text(score.title), f"{_bar(score.probability)} {score.probability:.2f}", Text(because, style="italic"))
        parts.append(table)
    parts.append(Text(f"{answer.release} · assists, does not replace a legal classification", style="dim"))
    return Group(*parts)


def precedents_view(matches: Sequence[Match]) -> RenderableType:
    """Return precedents as a table, the most alike first."""
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("likeness")
    table.add_column("decided as")
    table.add_column("description", overflow="fold")
    for match in matches:
        text = " ".join(match.precedent.text.split())
        table.add_row(
            f"{match.likeness:.2f}", ", ".join(match.precedent.labels) or "none", Text(text if len(text) < 300 else text[:299] + "…")
        )
    return table
