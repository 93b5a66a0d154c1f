"""Vectors of cases on disk, for precedents by meaning. Half precision, as in a release."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, FromClause, and_, func, insert, select

from serve.store.case_tables import case_vectors, cases

Vector = NDArray[np.float32]


@dataclass(frozen=True)
class Decided:
    """Which determined cases have a vector: changes with every determination, reopening and redaction."""

    count: int
    newest: str


def _joined(release: str, outer: bool = False) -> FromClause:
    return cases.join(case_vectors, and_(case_vectors.c.case_id == cases.c.id, case_vectors.c.release == release), isouter=outer)


def vector_of(connection: Connection, case_id: str, release: str) -> Vector | None:
    """Return a case's vector [width] of a release; None when there is none yet."""
    query = select(case_vectors.c.vector).where(case_vectors.c.case_id == case_id, case_vectors.c.release == release)
    found = connection.execute(query).scalar_one_or_none()
    return None if found is None else np.frombuffer(found, dtype=np.float16).astype(np.float32)


def keep_vector(connection: Connection, case_id: str, release: str, vector: Vector) -> None:
    """Write a case's vector, unless somebody was faster."""
    if vector_of(connection, case_id, release) is None:
        connection.execute(insert(case_vectors).values(case_id=case_id, release=release, vector=vector.astype(np.float16).tobytes()))


def decided_now(connection: Connection, release: str) -> Decided:
    """Return what `decided_vectors` would be made of."""
    query = select(func.count(), func.coalesce(func.max(cases.c.updated_at), "")).select_from(_joined(release))
    return Decided(*connection.execute(query.where(cases.c.state == "determined")).one())


def decided_vectors(connection: Connection, release: str) -> tuple[list[str], list[Vector]]:
    """Return ids and vectors of determined cases."""
    query = (
        select(cases.c.id, case_vectors.c.vector).select_from(_joined(release)).where(cases.c.state == "determined").order_by(cases.c.id)
    )
    rows = connection.execute(query).all()
    return [row.id for row in rows], [np.frombuffer(row.vector, dtype=np.float16).astype(np.float32) for row in rows]


def decided_without(connection: Connection, release: str, limit: int) -> list[tuple[str, str]]:
    """Return id and description of determined cases without a vector, the newest first."""
    query = select(cases.c.id, cases.c.description).select_from(_joined(release, outer=True))
    query = query.where(cases.c.state == "determined", cases.c.description.is_not(None), case_vectors.c.case_id.is_(None))
    return [(row.id, row.description) for row in connection.execute(query.order_by(cases.c.closed_at.desc()).limit(limit))]
