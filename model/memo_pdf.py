"""The memo as a PDF. The same memo gives the same bytes: the creation date is the memo's own."""

from collections.abc import Iterable, Sequence
from datetime import date

from model.memo import EXCERPT_CHARACTERS, Memo, MemoLicence, MemoRemark
from model.memo_findings import CONFIDENCE, MemoFinding, MemoRegime, MemoStep, MemoUnmet
from model.memo_page import BODY, NO_GLYPH, SMALL, MemoPage


def _head(page: MemoPage, memo: Memo) -> None:
    page.heading("Self-classification memo", 15, before=0)
    page.pairs([("Product", memo.product), ("Prepared by", memo.prepared_by), ("Date of this memo", memo.made)])
    page.pairs([("Lists applied", f"as in force on {memo.lists_of}")])
    page.paragraph(memo.notice, SMALL)
    page.heading("Outcome", 12)
    page.paragraph(memo.outcome, bold=True)
    page.items(memo.review)
    page.pairs((regime.title, regime.standing) for regime in memo.regimes)
    page.heading("Description", 12)
    page.paragraph(memo.description + ("…" if memo.cut else ""), indent=3)
    start = f"The first {EXCERPT_CHARACTERS:,} of " if memo.cut else ""
    page.paragraph(f"{start}{memo.characters:,} characters; SHA-256 of the whole: {memo.sha256}", SMALL)
    page.heading("Categories", 12)
    for each in memo.categories:
        page.paragraph(f"{each.title}: {each.standing}, probability {each.probability}", bold=True)
        if each.phrases:
            page.paragraph("Because of: " + ", ".join(f"“{phrase}”" for phrase in each.phrases), indent=3)
    if not memo.categories:
        page.paragraph("None was predicted, and none is likely enough to be considered.")


def _steps(page: MemoPage, title: str, verdict: str, steps: Sequence[MemoStep]) -> None:
    if steps:
        rows = [(step.required, step.told or "nothing", step.where or "–", step.met) for step in steps]
        page.grid(rows, (0.46, 0.28, 0.12, 0.14), (title, "Told", "Characters", verdict))


def _finding(page: MemoPage, finding: MemoFinding) -> None:
    page.heading(f"{finding.code}: {finding.title} – {finding.status}", BODY)
    page.paragraph(finding.summary)
    cited = f"{finding.citation}. Confidence {finding.confidence}. As of {finding.as_of}. Concerns: {finding.categories}."
    page.paragraph(cited, SMALL)
    _steps(page, "Required", "Met", finding.steps)
    _steps(page, "Would release it", "Applies", finding.releases)
    if finding.unless:
        page.paragraph(f"Unless: {'; '.join(finding.unless)}.")
    if finding.versions_differ:
        page.paragraph("Versions of the product differ: some meet it, others do not.")
    if finding.missing:
        page.paragraph(f"Missing: {finding.missing}.")
    if finding.reasons:
        page.paragraph(f"Reasons for control: {finding.reasons}.")
    if finding.exceptions:
        page.paragraph("To verify, never a permission:")
        page.items(finding.exceptions)


def _unmet(page: MemoPage, title: str, rows: Sequence[MemoUnmet]) -> None:
    if rows:
        page.heading(title, BODY)
        cells = [(f"{each.code} {each.title}".strip(), each.why, f"{each.citation} [{each.confidence}]") for each in rows]
        page.grid(cells, (0.3, 0.45, 0.25))


def _regime(page: MemoPage, regime: MemoRegime) -> None:
    page.heading(regime.title)
    for finding in regime.findings:
        _finding(page, finding)
    if not regime.findings:
        page.paragraph("No entry is met or open.")
    _unmet(page, "Not met", regime.unmet)
    _unmet(page, "Not listed", regime.not_listed)


def _remarks(page: MemoPage, remarks: Iterable[MemoRemark]) -> None:
    page.items(f"{each.title or each.regime} ({each.regime}): {each.text} {each.citation} [{each.confidence}]" for each in remarks)


def _findings(page: MemoPage, memo: Memo) -> None:
    page.heading("Findings", 12)
    legend = "; ".join(f"{letter}: {words}" for letter, words in CONFIDENCE.items())
    page.paragraph(f"Confidence of a fact: {legend}. The facts are summaries; the text of the lists in force decides.", SMALL)
    if memo.check_first:
        page.heading("Check first")
        _remarks(page, memo.check_first)
    for regime in memo.regimes:
        _regime(page, regime)
    if not memo.regimes:
        page.paragraph("There is no category to test.")


def _licence(page: MemoPage, licence: MemoLicence | None) -> None:
    page.heading("Destination and licence", 12)
    if licence is None:
        page.paragraph("No destination was given, so nothing is said of licences.")
        return
    page.paragraph(licence.destination, bold=True)
    page.pairs(licence.facts)
    if licence.rows:
        page.grid(licence.rows, (0.13, 0.14, 0.09, 0.09, 0.15, 0.4), ("Entry", "Finding", "Reason", "Applies", "Chart", "Because"))
    page.items(licence.notes)
    page.paragraph(licence.citation, SMALL)


def _questions_and_values(page: MemoPage, memo: Memo) -> None:
    page.heading("Open questions", 12)
    for number, each in enumerate(memo.questions, 1):
        page.paragraph(f"{number}. {each.question}{f' ({each.form})' if each.form else ''}", indent=3)
        page.paragraph(each.concerns, SMALL, indent=8)
    if not memo.questions:
        page.paragraph("None.")
    page.heading("Values used", 12)
    page.heading("Answered", before=0)
    page.pairs(memo.answers or [("Answers", "none")])
    if memo.contradictions:
        page.paragraph(f"An answer differs from the description for: {'; '.join(memo.contradictions)}. The answer was used.")
    page.heading("Read in the description")
    page.pairs(memo.told or [("Parameters", "none")])


def _tail(page: MemoPage, memo: Memo) -> None:
    page.heading("Human-rights due diligence", 12)
    section = ""
    for each in memo.diligence:
        if each.section != section:
            section = each.section
            page.heading(section)
        page.paragraph(each.question, indent=3)
        page.paragraph(each.answer or "Not answered.", indent=8)
    if memo.notes:
        page.heading("Notes", 12)
        _remarks(page, memo.notes)
    page.heading("Versions", 12)
    page.pairs(memo.versions)
    if page.rightward:
        page.paragraph("Letters written from right to left are not joined in this document; the HTML memo joins them.", SMALL)
    if page.lacking:
        lacking = f"{len(page.lacking)} characters that this document's font lacks are drawn as {NO_GLYPH}"
        page.paragraph(f"{lacking}; the HTML memo holds them.", SMALL)


def memo_pdf(memo: Memo) -> bytes:
    """Return the memo as a PDF document."""
    title = f"Self-classification memo: {memo.product}, {memo.made}"
    page = MemoPage(title, date.fromisoformat(memo.made), f"{memo.made} · {memo.sha256[:16]}")
    _head(page, memo)
    _findings(page, memo)
    _licence(page, memo.licence)
    _questions_and_values(page, memo)
    _tail(page, memo)
    return bytes(page.output())
