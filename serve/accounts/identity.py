"""Who is asking: what a key or a session proves."""

from dataclasses import dataclass
from typing import Literal, get_args

Role = Literal["exporter", "officer", "scientist", "admin"]
ROLES: tuple[Role, ...] = get_args(Role)

Scope = Literal["classify", "cases:read", "cases:write", "review", "audit", "accounts", "webhooks"]
SCOPES: tuple[Scope, ...] = get_args(Scope)
"""What a key may be limited to. A session has them all; the role bounds both."""


@dataclass(frozen=True)
class Identity:
    """A user, as proved by this request."""

    user_id: str
    name: str
    organisation_id: str
    role: Role
    via: Literal["key", "session"]
    scopes: frozenset[str]

    @property
    def sees_all(self) -> bool:
        """Say whether other organisations' cases are this user's business."""
        return self.role != "exporter"
