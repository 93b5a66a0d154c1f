"""What people said about labels after the first writing: a blind second pass, and label-error candidates with their outcome."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data.errors import CorpusInvalid
from data.records import CorpusRecord
from data.taxonomy import INSUFFICIENT, Taxonomy

REVIEWS_FOLDER = Path(__file__).with_name("reviews")
SECOND_READING = "second-pass.jsonl"
CANDIDATES = "label-candidates.jsonl"


@dataclass(frozen=True)
class SecondLabels:
    """Labels given by a second reader who saw the text alone.

    Attributes:
        first: the record's labels at the time.
        second: the reader's labels.
        outcome: the labels kept after both were weighed.
    """

    id: str
    first: tuple[str, ...]
    second: tuple[str, ...]
    outcome: tuple[str, ...]


@dataclass(frozen=True)
class ReviewedCandidate:
    """A possible label error found by cross-validation, and what a reader decided.

    Attributes:
        given: the labels at the time.
        suggested: categories that the models doubted (present) or missed (absent).
        outcome: the labels after review.
        reason: why, in one sentence.
    """

    id: str
    given: tuple[str, ...]
    suggested: tuple[str, ...]
    outcome: tuple[str, ...]
    reason: str


def _rows(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    try:
        lines = path.read_text(encoding="utf-8").rstrip("\n").split("\n")
    except (OSError, UnicodeDecodeError) as exc:
        raise CorpusInvalid(path=path.name, line=0, reason=str(exc)) from exc
    for number, line in enumerate(lines, 1):
        try:
            row = json.loads(line)
        except ValueError as exc:
            raise CorpusInvalid(path=path.name, line=number, reason=f"not JSON: {exc}") from exc
        if not isinstance(row, dict):
            raise CorpusInvalid(path=path.name, line=number, reason="not a JSON object")
        yield number, row


def _labels(row: dict[str, Any], name: str, taxonomy: Taxonomy, path: Path, number: int) -> tuple[str, ...]:
    labels = row.get(name)
    if not isinstance(labels, list) or (labels != [INSUFFICIENT] and taxonomy.unknown(labels)):
        raise CorpusInvalid(path=path.name, line=number, reason=f"'{name}' must be a list of categories")
    return tuple(labels)


def read_second_pass(taxonomy: Taxonomy, folder: Path = REVIEWS_FOLDER) -> list[SecondLabels]:
    """Read the blind second pass.

    Raises:
        CorpusInvalid: the file is missing or a row is damaged; names the line.
    """
    path = folder / SECOND_READING
    return [
        SecondLabels(str(row.get("id")), *(_labels(row, name, taxonomy, path, n) for name in ("first", "second", "outcome")))
        for n, row in _rows(path)
    ]


def read_candidates(taxonomy: Taxonomy, folder: Path = REVIEWS_FOLDER) -> list[ReviewedCandidate]:
    """Read the reviewed label-error candidates.

    Raises:
        CorpusInvalid: the file is missing or a row is damaged; names the line.
    """
    path = folder / CANDIDATES
    found = []
    for n, row in _rows(path):
        given, suggested, outcome = (_labels(row, name, taxonomy, path, n) for name in ("given", "suggested", "outcome"))
        if not isinstance(row.get("reason"), str) or not row["reason"].strip():
            raise CorpusInvalid(path=path.name, line=n, reason="a reviewed candidate needs a reason")
        found.append(ReviewedCandidate(str(row.get("id")), given, suggested, outcome, row["reason"]))
    return found


def stale_reviews(records: Sequence[CorpusRecord], reviews: Sequence[SecondLabels | ReviewedCandidate]) -> list[str]:
    """Return the ids of reviews that the corpus does not reflect: the record is gone or has other labels than the outcome."""
    labels = {record.id: set(record.labels) for record in records}
    return [review.id for review in reviews if labels.get(review.id) != set(review.outcome)]
