"""Full-text search over cases: FTS5 on SQLite, tsvector on PostgreSQL. A case matches when it holds every word asked for."""

import re
import unicodedata

from sqlalchemy import ColumnElement, Connection, text
from sqlalchemy.sql import column

from serve.store.case_tables import cases

_WORD = re.compile(r"\w+")
_MOST_WORDS = 20
_MOST_CHARACTERS = 200_000
"""PostgreSQL's index of one text is bounded by a megabyte; a folded text of this length always fits."""

_INDEX = {
    "sqlite": "INSERT INTO case_search (case_id, body) VALUES (:id, :body)",
    "postgresql": "INSERT INTO case_search (case_id, document) VALUES (:id, to_tsvector('simple', :body))",
}
_REMOVE = {
    "sqlite": "DELETE FROM case_search WHERE rowid IN (SELECT rowid FROM case_search WHERE case_search MATCH :match)",
    "postgresql": "DELETE FROM case_search WHERE case_id = :id",
}


def _words(content: str) -> list[str]:
    """Return the different words of a text, without case and accents, in order of appearance."""
    decomposed = unicodedata.normalize("NFKD", content[:_MOST_CHARACTERS])
    bare = "".join(c for c in decomposed if not unicodedata.combining(c))
    return list(dict.fromkeys(_WORD.findall(bare.casefold()[:_MOST_CHARACTERS])))


def words_of(query: str) -> list[str]:
    """Return the words of a query, at most twenty; nothing of it is syntax."""
    return _words(query)[:_MOST_WORDS]


def index_case(connection: Connection, case_id: str, *texts: str) -> None:
    """Make a new case findable by its texts."""
    # PostgreSQL's parser keeps "a/b" or "x.y" together and keeps accents; bare words make both databases find alike.
    connection.execute(text(_INDEX[connection.dialect.name]), {"id": case_id, "body": " ".join(_words(" ".join(texts)))})


def remove_case(connection: Connection, case_id: str) -> None:
    """Make a case unfindable by its texts, and remove them from the index."""
    dialect = connection.dialect.name
    if dialect == "postgresql":
        connection.execute(text(_REMOVE[dialect]), {"id": case_id})
        return
    # Freed pages are overwritten, and merging drops the words of deleted rows from the index.
    connection.exec_driver_sql("PRAGMA secure_delete=ON")
    connection.execute(text(_REMOVE[dialect]), {"match": f'case_id : "{case_id}"'})
    connection.execute(text("INSERT INTO case_search (case_search) VALUES ('optimize')"))


def matching(connection: Connection, words: list[str]) -> ColumnElement[bool]:
    """Return the condition that a case holds every one of the words (at least one is given)."""
    if connection.dialect.name == "sqlite":
        match = "{body} : (" + " AND ".join(f'"{word}"' for word in words) + ")"
        found = text("SELECT case_id FROM case_search WHERE case_search MATCH :match").bindparams(match=match)
    else:
        found = text("SELECT case_id FROM case_search WHERE document @@ plainto_tsquery('simple', :match)").bindparams(
            match=" ".join(words)
        )
    return cases.c.id.in_(found.columns(column("case_id")).scalar_subquery())
