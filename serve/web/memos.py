"""The self-classification memo as a download."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from fastapi.responses import Response

from model.memo import build_memo


def memo_response(assessment: Mapping[str, Any], description: str, made: date, product: str, prepared_by: str) -> Response:
    """Return the memo as a PDF file named after the product.

    Args:
        assessment: as `Assessment.as_json()` gives it, or as a case keeps it.
        description: the text as given.
        made: day of the memo.
        product, prepared_by: empty when not known.
    """
    # Imported here: its libraries are large, and most requests are for no memo.
    from model.memo_pdf import memo_pdf

    content = assessment if "classification" in assessment else {**assessment, "classification": assessment}
    name = re.sub(r"[^a-z0-9]+", "-", product.lower()).strip("-")[:40]
    headers = {"content-disposition": f'attachment; filename="memo{"-" + name if name else ""}-{made.isoformat()}.pdf"'}
    return Response(memo_pdf(build_memo(content, description, made, product, prepared_by)), media_type="application/pdf", headers=headers)
