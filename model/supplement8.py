"""The yearly self-classification report of encryption items: the columns of 15 CFR 742, Supplement No. 8, as CSV.

A draft to complete. What is not known stays blank, and no authorisation is claimed: whether an item may be self-classified at all turns on
15 CFR 740.17(b)(1), which a person must verify; most items of 5A004 may not.
"""

import csv
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

COLUMNS = (
    "PRODUCT NAME",
    "MODEL NUMBER",
    "MANUFACTURER",
    "ECCN",
    "AUTHORIZATION TYPE",
    "ITEM TYPE",
    "SUBMITTER NAME",
    "TELEPHONE NUMBER",
    "E-MAIL ADDRESS",
    "MAILING ADDRESS",
    "NON-U.S. COMPONENTS",
    "NON-U.S. MANUFACTURING LOCATIONS",
)
ENTRIES = ("5A002", "5B002", "5D002", "5A004", "5A992", "5D992")
"""Entries under which an item may have to be reported."""
VERIFY = "VERIFY"
_FORMULA = tuple("=+-@＝＋－＠")
_SEPARATORS = re.compile(r"[,\s\x00-\x1f\x7f]+")


@dataclass(frozen=True)
class Reported:
    """What the exporter says of a product; the assessment knows none of it. Empty fields stay blank in the report."""

    product_name: str = ""
    model_number: str = ""
    manufacturer: str = ""
    item_type: str = ""
    submitter_name: str = ""
    telephone_number: str = ""
    email_address: str = ""
    mailing_address: str = ""
    foreign_components: str = ""
    foreign_manufacturing: str = ""


def cell(text: str) -> str:
    """Return a text as a cell: commas and line ends become spaces, as the report allows none; nothing starts a formula."""
    flat = _SEPARATORS.sub(" ", text).strip()
    return f"'{flat}" if flat.startswith(_FORMULA) else flat


def reported_entry(assessment: Mapping[str, Any]) -> str | None:
    """Return the entry to report; met ones come before open ones, and whatever is not exactly one met entry is marked to be verified.

    Args:
        assessment: what `Assessment.as_json()` gives.

    Returns:
        "5D002", "5A002 or 5D002 (VERIFY)", or None when no finding falls under the report.
    """
    for status in ("meets", "undetermined"):
        codes = [f["code"].split(".", 1)[0] for f in assessment["findings"] if f["regime"] == "us" and f["status"] == status]
        if entries := list(dict.fromkeys(code for code in codes if code in ENTRIES)):
            certain = status == "meets" and len(entries) == 1
            return entries[0] if certain else f"{' or '.join(entries)} ({VERIFY})"
    return None


def _row(entry: str, product: Reported) -> list[str]:
    fields = (
        product.product_name,
        product.model_number,
        product.manufacturer,
        entry,
        VERIFY,
        product.item_type,
        product.submitter_name,
        product.telephone_number,
        product.email_address,
        product.mailing_address,
        product.foreign_components,
        product.foreign_manufacturing,
    )
    return [cell(field) for field in fields]


def supplement8_csv(assessed: Iterable[tuple[Mapping[str, Any], Reported]]) -> str:
    """Return the report as CSV: a row for each assessment that falls under it, in the order given, below the column names."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for assessment, product in assessed:
        if entry := reported_entry(assessment):
            writer.writerow(_row(entry, product))
    return out.getvalue()
