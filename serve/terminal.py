"""How an answer looks on a terminal."""

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from model.classification import Classification

_SENTENCES = {
    "categories": ("Decided: these categories apply.", "bold yellow"),
    "none": ("Cleared: no surveillance-technology category applies.", "bold green"),
    "review": ("A person must decide: the answer below is only the best guess.", "bold magenta"),
}
_REASONS = {
    "low_confidence": "the model is not sure enough of the exact set of categories",
    "insufficient_text": "the text does not say enough about what the product does",
}


def _bar(probability: float, width: int = 10) -> str:
    filled = round(probability * width)
    return "█" * filled + "·" * (width - filled)


def classification_view(answer: Classification) -> RenderableType:
    """Return a table of categories under one sentence that says the outcome."""
    sentence, style = _SENTENCES[answer.outcome]
    parts: list[RenderableType] = [Text(sentence, style=style)]
    parts += [Text(f"  why: {_REASONS.get(reason, reason)}") for reason in answer.review.reasons]
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
