"""`catchall data check`: everything the corpus promises, as a list of checks that each say what was found."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from data.duplicates import LIKENESS, PHRASE, PHRASE_RECORDS, near_duplicates, recurring_phrases
from data.quotas import count_quotas
from data.records import CORPUS_FOLDER, CorpusRecord, load_corpus
from data.reviews import REVIEWS_FOLDER, read_candidates, read_second_pass, stale_reviews
from data.taxonomy import Taxonomy

SECOND_PASS_SHARE = 0.10
"""A random tenth of the corpus is read twice; records that are added later ask for more second readings."""


@dataclass(frozen=True)
class Check:
    """One promise of the corpus.

    Attributes:
        name: what is promised.
        found: what was found, for a reader.
        passed: whether the promise holds.
        details: up to all offenders, one line each; empty when it holds.
    """

    name: str
    found: str
    passed: bool
    details: tuple[str, ...] = ()


def _number(value: float) -> str:
    return f"{value:.3f}" if isinstance(value, float) and not value.is_integer() else f"{value:.0f}"


def _quota_checks(records: Sequence[CorpusRecord], taxonomy: Taxonomy) -> list[Check]:
    return [
        Check(quota.name, f"{_number(quota.found)} (bound {_number(quota.needed)})", quota.met) for quota in count_quotas(records, taxonomy)
    ]


def _duplicate_checks(records: Sequence[CorpusRecord]) -> list[Check]:
    alike = near_duplicates(records)
    phrases = recurring_phrases(records)
    return [
        Check(
            f"no near-duplicates outside pairs (Jaccard {LIKENESS} and more)",
            str(len(alike)),
            not alike,
            tuple(f"{found.first} ~ {found.second}: {found.likeness:.2f}" for found in alike),
        ),
        Check(
            f"no {PHRASE}-word sequence in more than {PHRASE_RECORDS} records",
            str(len(phrases)),
            not phrases,
            tuple(f"“{found.phrase}” in {', '.join(found.records)}" for found in phrases),
        ),
    ]


def _review_checks(records: Sequence[CorpusRecord], taxonomy: Taxonomy, folder: Path) -> list[Check]:
    second, candidates = read_second_pass(taxonomy, folder), read_candidates(taxonomy, folder)
    stale = stale_reviews(records, [*second, *candidates])
    share = len(second) / len(records)
    return [
        Check("share of records labelled a second time, blind", f"{share:.3f} (bound {SECOND_PASS_SHARE})", share >= SECOND_PASS_SHARE),
        Check("label-error candidates reviewed", str(len(candidates)), bool(candidates)),
        Check("every reviewed outcome is what the corpus says", f"{len(stale)} differ", not stale, tuple(stale)),
    ]


def check_corpus(taxonomy: Taxonomy, corpus: Path = CORPUS_FOLDER, reviews: Path = REVIEWS_FOLDER) -> list[Check]:
    """Run every check. Fields, choices, labels and pairs are checked on load.

    Raises:
        CorpusInvalid: a record or a review cannot be read; names the file and line.
    """
    records = load_corpus(corpus, taxonomy)
    loaded = Check("records, labels and pairs are well-formed", str(len(records)), passed=True)
    return [loaded, *_quota_checks(records, taxonomy), *_duplicate_checks(records), *_review_checks(records, taxonomy, reviews)]
