"""The service keeps its own OpenAPI document: whatever is sent, no 5xx, no status and no shape that is not documented."""

import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from data.taxonomy import Taxonomy, load_taxonomy
from data.text import normalise
from model.classification import CategoryScore, Classification, Review
from model.evidence import EvidenceSpan
from model.precedents import Match, Precedent
from serve.app import create_app
from serve.settings import Settings

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
]


class Fixed:
    """Reads the text as the real one does and always gives the same answer."""

    release = "fixed-1"
    taxonomy: Taxonomy = load_taxonomy()

    def classify(self, text: str, every: bool = False) -> Classification:
        normalise(text)
        score = CategoryScore(
            "covert-audio", "Covert audio and line tapping", "communications-interception", 0.97, True, (EvidenceSpan(0, 1, text[:1], 1.5),)
        )
        review = Review(True, ("high_consequence",))
        return Classification("categories", 0.96, (score,), review, None, self.release, self.taxonomy.hash, len(text), False)

    def similar(self, text: str, k: int = 5) -> list[Match]:
        normalise(text)
        return [Match(Precedent("r-1", "bug in a plug", ("covert-audio",)), 0.91234)] * min(k, 2)


light = create_app(Settings(rate_per_address="off", max_body_bytes=1_000_000), Fixed())
schema = schemathesis.openapi.from_asgi("/openapi.json", light)


@schema.parametrize()
@settings(max_examples=20, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_light_api(case: schemathesis.Case) -> None:
    """Without a database: classify, similar, reference, operations."""
    case.call_and_validate(checks=CHECKS)
