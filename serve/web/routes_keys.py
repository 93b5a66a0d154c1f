"""The pages of API keys: one's own, and for administrators anybody's. A secret is in the answer that made it and nowhere else."""

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import ValidationError
from starlette.datastructures import FormData

from data.errors import NotAllowed, NotFound, UnusableKey
from serve.accounts.authenticate import Asker
from serve.accounts.gate import Gate
from serve.accounts.grants import end_key, grant_key, keys_for
from serve.accounts.identity import SCOPES, Identity
from serve.accounts.names import names_for
from serve.accounts.schemas import KeyIn, PathId
from serve.accounts.session_routes import TheGate
from serve.clock import stamp
from serve.problems import status_of
from serve.web.complaints import complaint
from serve.web.forms import Posted, text_in
from serve.web.languages import N_
from serve.web.pages import Pages
from serve.web.visitor import TheVisitor, Visitor

_UNUSABLE = N_("Give the key a name and choose at least one thing it is good for.")
_Holder = Annotated[str, Query(max_length=64)]


def _body(form: FormData, holder: str) -> KeyIn:
    """Return the wanted key. A day without a time ends with that day, in UTC.

    Raises:
        ValidationError: it has no name, no scope, or the day is none.
    """
    day = text_in(form, "expires", 10)
    scopes = [str(each) for each in form.getlist("scope")][:20]
    content = {"name": text_in(form, "name", 400), "scopes": scopes, "user_id": holder}
    return KeyIn.model_validate(content | {"expires_at": f"{day}T23:59:59Z" if day else None})


def router(pages: Pages) -> APIRouter:
    """Return the routes."""
    routes = APIRouter(include_in_schema=False)

    def shown(visitor: Visitor, asker: Identity, gate: Gate, holder: str, status: int = 200, **more: Any) -> Response:
        now = datetime.now(UTC)
        context = {
            "keys": keys_for(gate, asker, holder),
            "holder": holder,
            "holder_name": names_for(gate, asker, [holder]).get(holder, holder),
            "own": holder == asker.user_id,
            "scopes": SCOPES,
            "today": now.date().isoformat(),
            "now": stamp(now),
            "form": {"name": "", "expires": "", "scopes": []},
            "problem": "",
            "secret": "",
        }
        return pages.show(visitor, "keys.html.j2", status, **(context | more))

    @routes.get("/keys")
    def keys(visitor: TheVisitor, asker: Asker, gate: TheGate, user_id: _Holder = "") -> Response:
        """List keys."""
        return shown(visitor, asker, gate, user_id or asker.user_id)

    @routes.post("/keys")
    def add(visitor: TheVisitor, asker: Asker, gate: TheGate, form: Posted) -> Response:
        """Make a key and show its secret this once."""
        holder = text_in(form, "user_id", 64) or asker.user_id
        try:
            body = _body(form, holder)
            _, secret = grant_key(gate, asker, body.user_id, body.name, list(body.scopes), body.expires_at)
        except (NotAllowed, NotFound, UnusableKey, ValidationError) as error:
            kept = {"name": str(form.get("name", ""))[:400], "expires": str(form.get("expires", ""))[:10], "scopes": form.getlist("scope")}
            if isinstance(error, ValidationError):
                return shown(visitor, asker, gate, holder, 422, form=kept, problem=pages.words(visitor, _UNUSABLE))
            # Whose key it would have been is none of the asker's business then.
            whose = holder if isinstance(error, UnusableKey) else asker.user_id
            return shown(visitor, asker, gate, whose, status_of(error), form=kept, problem=complaint(visitor.language, error))
        return shown(visitor, asker, gate, holder, 201, secret=secret)

    @routes.post("/keys/{key_id}/revoke")
    def revoke(key_id: PathId, visitor: TheVisitor, asker: Asker, gate: TheGate, form: Posted) -> Response:
        """Revoke a key."""
        end_key(gate, asker, key_id)
        holder = text_in(form, "user_id", 64)
        return pages.go(visitor, f"/keys?user_id={holder}" if holder.isalnum() and holder != asker.user_id else "/keys", "key-revoked")

    return routes
