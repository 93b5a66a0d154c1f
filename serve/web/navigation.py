"""Where one can go from every page, by role."""

from dataclasses import dataclass

from serve.accounts.identity import Role
from serve.web.languages import N_


@dataclass(frozen=True)
class Entry:
    """A link of the navigation.

    Attributes:
        roles: who sees it; None stands for visitors who are not signed in.
    """

    path: str
    title: str
    roles: frozenset[Role | None]


_ALL: frozenset[Role | None] = frozenset({"exporter", "officer", "scientist", "admin", None})

ENTRIES: tuple[Entry, ...] = (
    Entry("/queue", N_("Queue"), frozenset({"officer", "admin"})),
    Entry("/classify", N_("Classify"), frozenset({"exporter", "officer", None})),
    Entry("/cases", N_("Cases"), frozenset({"exporter", "officer", "admin"})),
    Entry("/dashboard", N_("Dashboard"), frozenset({"officer", "scientist", "admin"})),
    Entry("/model", N_("Model"), frozenset({"scientist", "officer", "admin"})),
    Entry("/users", N_("Users"), frozenset({"admin"})),
    Entry("/policy", N_("Policy"), frozenset({"admin", "officer", "scientist"})),
    Entry("/audit", N_("Audit"), frozenset({"admin"})),
    Entry("/categories", N_("Categories"), frozenset({"exporter", "scientist", None})),
    Entry("/regimes", N_("Regimes"), frozenset({"exporter", None})),
)

_HOMES: dict[Role, str] = {"exporter": "/cases", "officer": "/queue", "scientist": "/model", "admin": "/users"}


def entries_for(role: Role | None) -> list[Entry]:
    """Return the links that a role sees."""
    return [entry for entry in ENTRIES if role in entry.roles]


def home_of(role: Role) -> str:
    """Return where somebody's work begins."""
    return _HOMES[role]


def own_path(path: str | None, otherwise: str = "/") -> str:
    """Return a path of this service; anything that could lead elsewhere is replaced."""
    if path is None or not path.startswith("/") or path.startswith("//") or "\\" in path or any(ord(c) < 32 for c in path):
        return otherwise
    return path[:2_000]
