"""What the service goes by: the review policy with the release's guarantee, the control lists and what they change, the audit."""

from collections.abc import Callable
from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import Response

from model.assessment import Assessor
from serve.accounts.authenticate import Asker
from serve.accounts.names import names_for
from serve.accounts.session_routes import TheGate
from serve.cases.desk import Desk
from serve.cases.impact import impact
from serve.cases.verify import verify
from serve.web.pages import Pages
from serve.web.release_card import read_release_card
from serve.web.visitor import TheVisitor

MOST_REASSESSED = 50
MOST_FAULTS = 200


def router(pages: Pages, desk: Desk, release_folder: Path, assessor: Callable[[], Assessor]) -> APIRouter:
    """Return the routes."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/policy")
    def policy(visitor: TheVisitor) -> Response:
        """Show how cases are decided and reviewed, and what the release guarantees."""
        return pages.show(visitor, "policy.html.j2", policy=desk.policy, card=read_release_card(release_folder))

    @routes.get("/controls")
    def controls(visitor: TheVisitor) -> Response:
        """Show the lists in force here, the versions that cases rest on, and what reassessment changed."""
        may_open = visitor.role in ("officer", "admin")
        facts = assessor().facts
        return pages.show(visitor, "controls.html.j2", facts=facts, impact=impact(desk, MOST_REASSESSED), may_open=may_open)

    @routes.get("/audit")
    def audit(visitor: TheVisitor) -> Response:
        """Say what the audit is, and offer to verify it."""
        return pages.show(visitor, "audit.html.j2", checked=False, faults=[], ends=[], names={}, more=0)

    @routes.post("/audit")
    def check(visitor: TheVisitor, asker: Asker, gate: TheGate) -> Response:
        """Verify every chain, and every case against it."""
        faults, ends = verify(desk.database)
        names = names_for(gate, asker, [end.organisation_id for end in ends])
        shown = faults[:MOST_FAULTS]
        return pages.show(visitor, "audit.html.j2", checked=True, faults=shown, ends=ends, names=names, more=len(faults) - len(shown))

    return routes
