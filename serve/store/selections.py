"""Which cases the work over all of them takes: those assessed by another model, those that may teach, those whose time is over."""

from sqlalchemy import Connection, or_, select

from serve.store.case_tables import cases
from serve.store.tables import organisations


def outdated_ids(connection: Connection, versions: tuple[str, str, str], after: str, limit: int) -> list[str]:
    """Return ids of cases with text whose newest assessment rests on other versions, in order of id."""
    release, taxonomy, controls = versions
    differs = or_(cases.c.release != release, cases.c.taxonomy != taxonomy, cases.c.controls != controls)
    query = select(cases.c.id).where(differs, cases.c.description.is_not(None), cases.c.state != "withdrawn", cases.c.id > after)
    return list(connection.execute(query.order_by(cases.c.id).limit(limit)).scalars())


def consenting_ids(connection: Connection) -> list[str]:
    """Return ids of determined cases whose owner lets them teach the model, in order of id."""
    query = select(cases.c.id).where(cases.c.state == "determined", cases.c.consent == 1, cases.c.description.is_not(None))
    return list(connection.execute(query.order_by(cases.c.id)).scalars())


def expired_ids(connection: Connection, closed_before: str) -> list[str]:
    """Return ids of cases with text that were closed before a moment, in order of id."""
    query = select(cases.c.id).where(cases.c.closed_at < closed_before, cases.c.redacted_at.is_(None))
    return list(connection.execute(query.order_by(cases.c.id)).scalars())


def organisation_names(connection: Connection) -> list[str]:
    """Return the names of all organisations."""
    return list(connection.execute(select(organisations.c.name)).scalars())
