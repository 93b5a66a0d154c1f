"""The administrators' pages of organisations and users."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import ValidationError
from starlette.datastructures import FormData

from data.errors import CatchallError, LastAdministrator, NameTaken, NotFound, WeakPassword
from serve.accounts.authenticate import Asker
from serve.accounts.gate import Gate
from serve.accounts.identity import ROLES, Identity
from serve.accounts.people import alter_user, make_organisation, make_user, organisations_for, reset_password, user_for, users_for
from serve.accounts.schemas import OrganisationIn, PathId, UserChangeIn, UserIn
from serve.accounts.session_routes import TheGate
from serve.problems import status_of
from serve.web.complaints import complaint
from serve.web.forms import Posted, text_in
from serve.web.languages import N_
from serve.web.pages import Pages
from serve.web.visitor import TheVisitor, Visitor

PAGE = 50
MOST_ORGANISATIONS = 200
_REFUSED = (NameTaken, WeakPassword, NotFound, LastAdministrator)
_UNUSABLE = N_("A name or a choice cannot be used: 1 to 320 characters, none of them invisible.")


def router(pages: Pages) -> APIRouter:
    """Return the routes."""
    routes = APIRouter(include_in_schema=False)
    _all(routes, pages)
    _one(routes, pages)
    return routes


def _kept(form: FormData) -> dict[str, str]:
    return {name: str(form.get(name, ""))[:400] for name in ("name", "organisation_id", "role", "organisation")}


def _all(routes: APIRouter, pages: Pages) -> None:
    def shown(visitor: Visitor, asker: Identity, gate: Gate, after: str = "", status: int = 200, **more: Any) -> Response:
        found = users_for(gate, asker, after, PAGE)
        homes = organisations_for(gate, asker, "", MOST_ORGANISATIONS)
        context = {
            "users": found,
            "organisations": homes,
            "homes": {each.id: each.name for each in homes},
            "roles": ROLES,
            "next_after": found[-1].name if len(found) == PAGE else "",
            "at_first": not after,
            "form": {"name": "", "organisation_id": "", "role": "exporter", "organisation": ""},
            "problem": "",
        }
        return pages.show(visitor, "users.html.j2", status, **(context | more))

    def refused(visitor: Visitor, asker: Identity, gate: Gate, form: FormData, error: Exception) -> Response:
        said = complaint(visitor.language, error) if isinstance(error, CatchallError) else pages.words(visitor, _UNUSABLE)
        status = status_of(error) if isinstance(error, CatchallError) else 422
        return shown(visitor, asker, gate, status=status, form=_kept(form), problem=said)

    @routes.get("/users")
    def users(visitor: TheVisitor, asker: Asker, gate: TheGate, after: Annotated[str, Query(max_length=320)] = "") -> Response:
        """List users by name."""
        return shown(visitor, asker, gate, after)

    @routes.post("/users")
    def add(visitor: TheVisitor, asker: Asker, gate: TheGate, form: Posted) -> Response:
        """Add a user."""
        try:
            fields = {name: text_in(form, name, 400) for name in ("organisation_id", "name", "role")}
            body = UserIn(**fields, password=text_in(form, "password", 1_000) or None)  # type: ignore[arg-type]  # pydantic checks
            made = make_user(gate, body.organisation_id, body.name, body.role, body.password, asker.user_id)
        except (*_REFUSED, ValidationError) as error:
            return refused(visitor, asker, gate, form, error)
        return pages.go(visitor, f"/users/{made.id}", "user-added")

    @routes.post("/organisations")
    def add_organisation(visitor: TheVisitor, asker: Asker, gate: TheGate, form: Posted) -> Response:
        """Add an organisation."""
        try:
            make_organisation(gate, OrganisationIn(name=text_in(form, "organisation", 400)).name, asker.user_id)
        except (*_REFUSED, ValidationError) as error:
            return refused(visitor, asker, gate, form, error)
        return pages.go(visitor, "/users", "organisation-added")


def _one(routes: APIRouter, pages: Pages) -> None:
    def shown(visitor: Visitor, asker: Identity, gate: Gate, user_id: str, status: int = 200, problem: str = "") -> Response:
        user = user_for(gate, asker, user_id)
        homes = {each.id: each.name for each in organisations_for(gate, asker, "", MOST_ORGANISATIONS)}
        return pages.show(visitor, "user.html.j2", status, user=user, homes=homes, roles=ROLES, problem=problem)

    @routes.get("/users/{user_id}")
    def one(user_id: PathId, visitor: TheVisitor, asker: Asker, gate: TheGate) -> Response:
        """Show a user."""
        return shown(visitor, asker, gate, user_id)

    @routes.post("/users/{user_id}")
    def change(user_id: PathId, visitor: TheVisitor, asker: Asker, gate: TheGate, form: Posted) -> Response:
        """Change the role, disable or enable."""
        disabled = {"yes": True, "no": False}.get(text_in(form, "disabled", 5))
        try:
            wanted = UserChangeIn(role=text_in(form, "role", 20) or None, disabled=disabled)  # type: ignore[arg-type]  # pydantic checks
            alter_user(gate, user_id, wanted.role, wanted.disabled, asker.user_id)
        except ValidationError:
            return shown(visitor, asker, gate, user_id, 422, pages.words(visitor, _UNUSABLE))
        except LastAdministrator as error:
            return shown(visitor, asker, gate, user_id, status_of(error), complaint(visitor.language, error))
        return pages.go(visitor, f"/users/{user_id}", "user-changed")

    @routes.post("/users/{user_id}/password")
    def password(user_id: PathId, visitor: TheVisitor, asker: Asker, gate: TheGate, form: Posted) -> Response:
        """Set the password, or take it away."""
        try:
            reset_password(gate, user_id, text_in(form, "password", 1_000) or None, asker.user_id)
        except WeakPassword as error:
            return shown(visitor, asker, gate, user_id, status_of(error), complaint(visitor.language, error))
        return pages.go(visitor, f"/users/{user_id}", "password-reset")
