"""The figures pages: the dashboard of the review, and the model with what its use in cases shows."""

from pathlib import Path
from typing import Annotated

from babel.dates import format_date
from fastapi import APIRouter, Query
from fastapi.responses import Response

from data.errors import CatchallError
from data.records import load_corpus
from data.stats import CorpusStats, corpus_stats
from data.taxonomy import Taxonomy
from serve.cases.dashboard import Dashboard, ModelInUse, dashboard, model_in_use
from serve.cases.desk import Desk
from serve.cases.disagreement import disagreement
from serve.cases.routes import CaseId
from serve.web.charts import columns, curve, nice_top
from serve.web.languages import N_, locale_of
from serve.web.pages import Pages
from serve.web.release_card import ReleaseCard, other_releases, read_release_card
from serve.web.result import result_of
from serve.web.visitor import TheVisitor, Visitor

SPANS = (7, 14, 30, 90)
MODEL_SPANS = (30, 90, 365)
MOST_DISAGREEMENTS = 50
_Days = Annotated[int, Query(ge=1, le=366)]


class Corpus:
    """The statistics of the corpus that ships, counted once when somebody first asks."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self._taxonomy = taxonomy
        self._found: CorpusStats | None = None
        self._failed = False

    def __call__(self) -> CorpusStats | None:
        """Return the statistics; None when no corpus is installed."""
        if self._found is None and not self._failed:
            try:
                self._found = corpus_stats(load_corpus(taxonomy=self._taxonomy), self._taxonomy)
            except CatchallError:
                self._failed = True
        return self._found


def router(pages: Pages, desk: Desk, release_folder: Path) -> APIRouter:
    """Return the routes."""
    routes = APIRouter(include_in_schema=False)
    corpus = Corpus(desk.taxonomy)

    @routes.get("/dashboard")
    def review(visitor: TheVisitor, days: _Days = 30) -> Response:
        """Show throughput, ages, agreement with the model and override rates."""
        figures = dashboard(desk, days)
        return pages.show(visitor, "dashboard.html.j2", figures=figures, spans=SPANS, chart=_throughput(pages, visitor, figures))

    @routes.get("/model")
    def model(visitor: TheVisitor, days: _Days = 90, against: Annotated[str, Query(max_length=200)] = "") -> Response:
        """Show the release, how good it is, what it learned from, and what its use shows."""
        card, used = read_release_card(release_folder), model_in_use(desk, days, MOST_DISAGREEMENTS)
        others = other_releases(release_folder)
        return pages.show(
            visitor,
            "model.html.j2",
            card=card,
            used=used,
            days=days,
            spans=MODEL_SPANS,
            corpus=corpus(),
            others=others,
            other=next((each for each in others if each.name == against), None),
            reliability=_reliability(pages, visitor, card),
            risk=_risk(pages, visitor, card),
            drift=_drift(pages, visitor, used),
            may_open=visitor.role in ("officer", "admin"),
            reasons=desk.policy.reasons,
        )

    @routes.get("/model/disagreements/{case_id}")
    def one_disagreement(case_id: CaseId, visitor: TheVisitor) -> Response:
        """Show what model and officer said of a determined case, without anybody's name."""
        found = disagreement(desk, case_id)
        result = result_of(found.body, found.description or "")
        return pages.show(visitor, "disagreement.html.j2", found=found, result=result, reasons=desk.policy.reasons)

    return routes


def _throughput(pages: Pages, visitor: Visitor, figures: Dashboard) -> str:
    locale = locale_of(visitor.language)
    labels = [format_date(each.day, "d MMM", locale=locale) for each in figures.throughput]
    series = [[each.submitted for each in figures.throughput], [each.determined for each in figures.throughput]]
    return columns(pages.words(visitor, N_("Cases submitted and determined per day")), labels, series)


def _drift(pages: Pages, visitor: Visitor, used: ModelInUse) -> str:
    locale = locale_of(visitor.language)
    labels = [format_date(week.monday, "d MMM", locale=locale) for week in used.weeks]
    series = [[week.outcomes.get(name, 0) / week.count * 100 for week in used.weeks] for name in ("categories", "none", "review")]
    return columns(pages.words(visitor, N_("Outcomes of the model per week, in percent")), labels, series, stacked=True)


def _reliability(pages: Pages, visitor: Visitor, card: ReleaseCard) -> str:
    bins = card.figures.get("reliability", [])
    points = [(float(each["stated"]), float(each["observed"])) for each in bins]
    words = [pages.words(visitor, text) for text in (N_("Reliability"), N_("stated probability"), N_("share that has the category"))]
    return curve(words[0], points, words[1], words[2], diagonal=True, dots=True) if points else ""


def _risk(pages: Pages, visitor: Visitor, card: ReleaseCard) -> str:
    points = [(float(each["coverage"]), float(each["risk"])) for each in card.figures.get("risk_coverage", [])]
    words = [
        pages.words(visitor, text) for text in (N_("Risk and coverage"), N_("share of texts answered"), N_("share of these that is wrong"))
    ]
    return curve(words[0], points, words[1], words[2], top=nice_top(max(risk for _, risk in points))) if points else ""
