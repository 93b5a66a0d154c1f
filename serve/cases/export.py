"""Determinations feed the model: decided cases whose owners agreed, as corpus records without names, with their label history."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from data.errors import CorpusInvalid
from data.records import REVIEWED, CorpusRecord, parse_record
from data.taxonomy import INSUFFICIENT, Taxonomy
from serve.cases.case import Case, Determination
from serve.cases.deidentify import deidentified
from serve.store.cases import determinations_of, find_case
from serve.store.database import Database
from serve.store.selections import consenting_ids, organisation_names

_TOO_VAGUE = "insufficient_description"
"""The reason code of a determination that says nothing of the product, only of its description."""


@dataclass(frozen=True)
class Exported:
    """What was exported.

    Attributes:
        records: one per different text; the newest determination counts.
        history: per record, every determination of its case, oldest first.
        left_out: case and why it cannot teach.
    """

    records: tuple[CorpusRecord, ...]
    history: tuple[dict[str, Any], ...]
    left_out: tuple[tuple[str, str], ...]


def record_id(case_id: str) -> str:
    """Return the id of a case's record: stable, and no way back to the case for who has not got the cases."""
    return REVIEWED + hashlib.sha256(f"catchall-reviewed:{case_id}".encode()).hexdigest()[:16]


def _labels(last: Determination) -> list[str]:
    return [INSUFFICIENT] if last.reason_code == _TOO_VAGUE else list(last.categories)


def _record(case: Case, last: Determination, names: Sequence[str], taxonomy: Taxonomy) -> CorpusRecord:
    labels = _labels(last)
    text = deidentified(str(case.description), (case.product_name, case.model), (*names, *(party["name"] for party in case.parties)))
    row = {
        "id": record_id(case.id),
        "text": text,
        "labels": labels,
        "register": "application",
        "kind": "insufficient" if labels == [INSUFFICIENT] else "positive" if labels else "dual-use",
        "era": f"{max(min(int(case.submitted_at[:4]), 2029), 2000) // 10 * 10}s",
        "wording": "direct",
        "scope": "whole",
    }
    return parse_record(json.dumps(row, ensure_ascii=False), taxonomy, "cases", 0)


def _history(case: Case, all_of_case: Sequence[Determination]) -> dict[str, Any]:
    told = [
        {
            "labels": _labels(each),
            "reason_code": each.reason_code,
            "model": each.release,
            "taxonomy": each.taxonomy,
            "made_at": each.made_at,
        }
        for each in all_of_case
    ]
    return {"id": record_id(case.id), "guessed": list(case.categories), "determinations": told}


def export_reviewed(database: Database, taxonomy: Taxonomy) -> Exported:
    """Return what determined cases teach. Only cases whose owners agreed are read.

    Texts over the corpus' bound of 400 words are left out: cut, their labels might no longer hold.
    """
    newest: dict[str, tuple[str, CorpusRecord, dict[str, Any]]] = {}
    left_out: list[tuple[str, str]] = []
    with database.reading() as connection:
        names = organisation_names(connection)
        for case_id in consenting_ids(connection):
            case, decided = find_case(connection, case_id), determinations_of(connection, case_id)
            try:
                record = _record(case, decided[-1], names, taxonomy)
            except CorpusInvalid as error:
                left_out.append((case_id, str(error.data["reason"])))
                continue
            key, made_at = str(case.text_hash), decided[-1].made_at
            if key not in newest or newest[key][0] < made_at:
                newest[key] = (made_at, record, _history(case, decided))
    chosen = sorted(newest.values(), key=lambda each: each[1].id)
    return Exported(tuple(each[1] for each in chosen), tuple(each[2] for each in chosen), tuple(left_out))
