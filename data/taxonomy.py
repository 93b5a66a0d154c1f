"""The taxonomy: 29 capability categories in 6 families, read once from `taxonomy.toml`."""

import hashlib
import json
import tomllib
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from data.errors import TaxonomyInvalid

TAXONOMY_FILE = Path(__file__).with_name("taxonomy.toml")
INSUFFICIENT = "insufficient"
"""The marker for texts too vague to label. It is no category and never predicted as one."""


@dataclass(frozen=True)
class Family:
    """A group of related categories."""

    id: str
    title: str


@dataclass(frozen=True)
class Category:
    """One capability label: what a described product does."""

    id: str
    family: str
    title: str
    definition: str
    includes: tuple[str, ...]
    confused_with: tuple[str, ...]


@dataclass(frozen=True)
class Taxonomy:
    """All categories, in the order of the model's outputs.

    Attributes:
        version: integer, raised with every change of meaning.
        hash: first 16 hex digits of the SHA-256 over the canonical JSON of the whole content.
    """

    version: int
    families: tuple[Family, ...]
    categories: tuple[Category, ...]
    hash: str

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """Category ids in model order, length 29."""
        return tuple(category.id for category in self.categories)

    def __getitem__(self, category_id: str) -> Category:
        for category in self.categories:
            if category.id == category_id:
                return category
        raise KeyError(category_id)

    def unknown(self, labels: Iterable[str]) -> list[str]:
        """Return those of `labels` that are not category ids."""
        known = set(self.ids)
        return sorted(label for label in labels if label not in known)

    def family_title(self, family_id: str) -> str:
        """Return the family's title. Raises KeyError for an unknown family."""
        return {family.id: family.title for family in self.families}[family_id]


def _digest(content: dict[str, Any]) -> str:
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()[:16]


def _category(entry: dict[str, Any]) -> Category:
    lists = {"includes": tuple(entry["includes"]), "confused_with": tuple(entry["confused_with"])}
    return Category(**(entry | lists))


def _check(taxonomy: Taxonomy, path: Path) -> None:
    def refuse(reason: str) -> TaxonomyInvalid:
        return TaxonomyInvalid(path=path.name, reason=reason)

    ids = taxonomy.ids
    families = {family.id for family in taxonomy.families}
    if not ids:
        raise refuse("it has no categories")
    if repeated := {name for name in ids if ids.count(name) > 1}:
        raise refuse(f"repeated category ids: {', '.join(sorted(repeated))}")
    for category in taxonomy.categories:
        if category.family not in families:
            raise refuse(f"'{category.id}' names the unknown family '{category.family}'")
        if category.id == INSUFFICIENT:
            raise refuse(f"'{INSUFFICIENT}' is reserved")
        if not (category.title and category.definition and category.includes and category.confused_with):
            raise refuse(f"'{category.id}' has an empty field")
    if unused := families - {category.family for category in taxonomy.categories}:
        raise refuse(f"families without a category: {', '.join(sorted(unused))}")


def read_taxonomy(path: Path) -> Taxonomy:
    """Read and check a taxonomy file.

    Raises:
        TaxonomyInvalid: unreadable TOML, a missing field, an unknown family, a repeated or empty entry.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        taxonomy = Taxonomy(
            version=int(content["version"]),
            families=tuple(Family(**family) for family in content["families"]),
            categories=tuple(_category(entry) for entry in content["categories"]),
            hash=_digest(content),
        )
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as exc:
        raise TaxonomyInvalid(path=path.name, reason=str(exc)) from exc
    _check(taxonomy, path)
    return taxonomy


@cache
def load_taxonomy() -> Taxonomy:
    """Return the installed taxonomy (read once per process)."""
    return read_taxonomy(TAXONOMY_FILE)


def as_json(taxonomy: Taxonomy) -> dict[str, Any]:
    """Return the taxonomy as plain JSON types."""
    return asdict(taxonomy)
