"""The routes of organisations, users and keys. Who may use them stands in `serve.accounts.rules`."""

from typing import Annotated

from fastapi import APIRouter, Query

from serve.accounts.authenticate import Asker
from serve.accounts.grants import end_key, grant_key, keys_for
from serve.accounts.people import (
    alter_user,
    make_organisation,
    make_user,
    organisation_for,
    organisations_for,
    reset_password,
    user_for,
    users_for,
)
from serve.accounts.schemas import (
    KeyIn,
    KeyOut,
    KeysOut,
    NewKeyOut,
    OrganisationIn,
    OrganisationOut,
    OrganisationsOut,
    PasswordIn,
    PathId,
    PersonName,
    UserChangeIn,
    UserIn,
    UserOut,
    UsersOut,
)
from serve.accounts.session_routes import TheGate
from serve.accounts.session_routes import router as session_router
from serve.schemas import documented

Limit = Annotated[int, Query(ge=1, le=200, description="How many at most.")]
After = Annotated[PersonName | None, Query(description="The `after` of the page before.")]


def router() -> APIRouter:
    """Return every route of accounts."""
    routes = APIRouter()
    for part in (session_router(), _organisations(), _users(), _keys()):
        routes.include_router(part)
    return routes


def _organisations() -> APIRouter:
    routes = APIRouter(prefix="/v1/organisations", tags=["accounts"])

    @routes.get("")
    def organisations(asker: Asker, gate: TheGate, after: After = None, limit: Limit = 50) -> OrganisationsOut:
        """List organisations by name; exporters see their own."""
        found = organisations_for(gate, asker, after or "", limit)
        return OrganisationsOut(items=[OrganisationOut.of(each) for each in found], after=found[-1].name if len(found) == limit else None)

    @routes.post("", status_code=201, responses=documented(409))
    def add(body: OrganisationIn, asker: Asker, gate: TheGate) -> OrganisationOut:
        """Add an organisation."""
        return OrganisationOut.of(make_organisation(gate, body.name, asker.user_id))

    @routes.get("/{organisation_id}", responses=documented(404))
    def organisation(organisation_id: PathId, asker: Asker, gate: TheGate) -> OrganisationOut:
        """Show an organisation."""
        return OrganisationOut.of(organisation_for(gate, asker, organisation_id))

    return routes


def _users() -> APIRouter:
    routes = APIRouter(prefix="/v1/users", tags=["accounts"])

    @routes.get("")
    def users(asker: Asker, gate: TheGate, after: After = None, limit: Limit = 50) -> UsersOut:
        """List users by name; exporters see those of their organisation."""
        found = users_for(gate, asker, after or "", limit)
        return UsersOut(items=[UserOut.of(each) for each in found], after=found[-1].name if len(found) == limit else None)

    @routes.post("", status_code=201, responses=documented(404, 409))
    def add(body: UserIn, asker: Asker, gate: TheGate) -> UserOut:
        """Add a user."""
        return UserOut.of(make_user(gate, body.organisation_id, body.name, body.role, body.password, asker.user_id))

    @routes.get("/{user_id}", responses=documented(404))
    def user(user_id: PathId, asker: Asker, gate: TheGate) -> UserOut:
        """Show a user."""
        return UserOut.of(user_for(gate, asker, user_id))

    @routes.patch("/{user_id}", responses=documented(404, 409))
    def change(user_id: PathId, body: UserChangeIn, asker: Asker, gate: TheGate) -> UserOut:
        """Change a user's role, disable or enable. It holds from the next request on."""
        return UserOut.of(alter_user(gate, user_id, body.role, body.disabled, asker.user_id))

    @routes.put("/{user_id}/password", status_code=204, responses=documented(404))
    def password(user_id: PathId, body: PasswordIn, asker: Asker, gate: TheGate) -> None:
        """Set a user's password, or take it away. The user's sessions end."""
        reset_password(gate, user_id, body.password, asker.user_id)

    return routes


def _keys() -> APIRouter:
    routes = APIRouter(prefix="/v1/keys", tags=["accounts"])

    @routes.get("", responses=documented(404))
    def keys(
        asker: Asker, gate: TheGate, user_id: Annotated[PathId | None, Query(description="Whose; for administrators.")] = None
    ) -> KeysOut:
        """List one's own keys."""
        return KeysOut(items=[KeyOut.of(key) for key in keys_for(gate, asker, user_id)])

    @routes.post("", status_code=201, responses=documented(404))
    def add(body: KeyIn, asker: Asker, gate: TheGate) -> NewKeyOut:
        """Make a key. Its secret is in this answer and nowhere else."""
        key, secret = grant_key(gate, asker, body.user_id, body.name, list(body.scopes), body.expires_at)
        return NewKeyOut(**KeyOut.of(key).model_dump(), secret=secret)

    @routes.delete("/{key_id}", status_code=204, responses=documented(404))
    def end(key_id: PathId, asker: Asker, gate: TheGate) -> None:
        """Revoke a key. It is refused from the next request on."""
        end_key(gate, asker, key_id)

    return routes
