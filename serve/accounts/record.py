"""Changes of accounts in the audit: who made, changed or ended what, in the transaction of the change itself.

Ids and roles only: a name that must be deleted one day lies in the table of users, not in a chain that never changes.
"""

from typing import Any

from sqlalchemy import Connection

from serve.accounts.gate import Gate
from serve.clock import stamp
from serve.operations.request_ids import current_request_id
from serve.store.audit import Happened, append


def record(
    connection: Connection,
    gate: Gate,
    actor_id: str,
    organisation_id: str,
    event: str,
    new: dict[str, Any],
    old: dict[str, Any] | None = None,
) -> None:
    """Add an event to the chain of the organisation whose account it is."""
    happened = Happened(organisation_id, event, actor_id, request_id=current_request_id() or "", old=old or {}, new=new)
    append(connection, happened, stamp(gate.clock()))
