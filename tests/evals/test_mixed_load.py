"""Exporters and officers work at once against the real service: every answer is an expected one, and nothing acknowledged is lost."""

from evals.mixed_load import MixedFigures, mixed_load, mixed_report
from model.artefact import RELEASE_FOLDER

TEXTS = [
    "Ankle bracelet with GPS for offenders under house arrest, with curfew software for the probation service.",
    "Bar soap with lavender, 100 g, in recycled paper.",
    "Software.",
]


class TestMixedLoad:
    """A short run: what it finds is asserted, how fast it was is not."""

    def test_two_seconds(self) -> None:
        figures = mixed_load(RELEASE_FOLDER, TEXTS, None, seconds=2, concurrency=8)
        assert figures.failures == ()
        assert figures.lost == 0
        assert figures.submitted > 0
        assert figures.database == "sqlite"


class TestReport:
    """The page says what was sent, what failed and what was lost."""

    def test_page(self) -> None:
        kinds = {"classify": (10, 8.4, 31.0), "submit a case": (20, 12.0, 60.0)}
        page = mixed_report(MixedFigures("sqlite", 32, 2.0, kinds, ("classify: 500",), 20, 3, 1, 200.0))
        assert "32 connections for 2 s: 15 requests/s, 1 of 30 failed (classify: 500)" in page
        assert "20 cases submitted, 1 of them lost, 3 decisions" in page
        assert "| classify | 10 | 8 | 31 |" in page
