"""Names for ids, as an asker may see them: pages show people and organisations, not hexadecimal digits."""

from collections.abc import Iterable

from serve.accounts.gate import Gate
from serve.accounts.identity import Identity
from serve.store.accounts import names_of_organisations, names_of_users, officers


def names_for(gate: Gate, asker: Identity, ids: Iterable[str]) -> dict[str, str]:
    """Return the names of the users and organisations among some ids; exporters learn those of their own organisation only."""
    wanted = sorted(set(ids))
    limit = None if asker.sees_all else asker.organisation_id
    with gate.database.reading() as connection:
        return names_of_organisations(connection, wanted, limit) | names_of_users(connection, wanted, limit)


def officers_for(gate: Gate, asker: Identity) -> list[tuple[str, str]]:
    """Return id and name of every active officer; nothing for exporters."""
    if not asker.sees_all:
        return []
    with gate.database.reading() as connection:
        return officers(connection)
