"""The memo as one HTML page: everything is escaped, nothing is loaded from elsewhere, and it prints well."""

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from model.memo import EXCERPT_CHARACTERS, Memo
from model.memo_findings import CONFIDENCE

TEMPLATES = Path(__file__).with_name("templates")


@cache
def _template() -> Template:
    loader = FileSystemLoader(TEMPLATES)
    environment = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.get_template("memo.html.j2")


def memo_html(memo: Memo) -> str:
    """Return the memo as an HTML page."""
    return _template().render(memo=memo, confidences=CONFIDENCE, excerpt=EXCERPT_CHARACTERS)
