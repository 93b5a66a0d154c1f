"""How often people say what the model guessed, and where they overrule it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from serve.store.figures import Decided


@dataclass(frozen=True)
class CategoryAgreement:
    """One category in the determinations of a time.

    Attributes:
        guessed: how often the model guessed it.
        kept: how often of these the person kept it.
        added: how often the person named it although the model had not.
    """

    id: str
    guessed: int
    kept: int
    added: int

    @property
    def removed(self) -> int:
        """How often a guess of it was set aside."""
        return self.guessed - self.kept

    @property
    def override_rate(self) -> float | None:
        """The share of its guesses that were set aside; None when it was never guessed."""
        return self.removed / self.guessed if self.guessed else None


@dataclass(frozen=True)
class Agreement:
    """Determinations beside guesses.

    Attributes:
        decided: how many determinations.
        agreed: how many name exactly the guessed categories.
        categories: in the given order; those that neither side named are left out.
    """

    decided: int
    agreed: int
    categories: tuple[CategoryAgreement, ...]

    @property
    def rate(self) -> float | None:
        """The share that agreed; None when nothing was decided."""
        return self.agreed / self.decided if self.decided else None


def agreement(decided: Sequence[Decided], ids: Sequence[str]) -> Agreement:
    """Count agreement overall and per category, in the order of `ids`."""
    guessed: Counter[str] = Counter()
    kept: Counter[str] = Counter()
    added: Counter[str] = Counter()
    for each in decided:
        before, after = set(each.guessed), set(each.categories)
        guessed.update(before)
        kept.update(before & after)
        added.update(after - before)
    named = [name for name in ids if guessed[name] or added[name]]
    rows = tuple(CategoryAgreement(name, guessed[name], kept[name], added[name]) for name in named)
    return Agreement(len(decided), sum(each.agrees for each in decided), rows)


def by_release(decided: Sequence[Decided], ids: Sequence[str]) -> dict[str, Agreement]:
    """Return the agreement per release that had answered, the most used first."""
    groups: dict[str, list[Decided]] = {}
    for each in decided:
        groups.setdefault(each.release, []).append(each)
    ordered = sorted(groups.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    return {name: agreement(rows, ids) for name, rows in ordered}
