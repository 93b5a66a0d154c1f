"""Which cases the list shows, as its address says it: filters that can be bookmarked and sent on."""

import re
from dataclasses import dataclass
from urllib.parse import urlencode

from data.taxonomy import Taxonomy
from serve.cases.states import STATES
from serve.store.cases import Filters

PAGE = 25
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True)
class Wanted:
    """The filters of the list; empty: all."""

    q: str = ""
    state: str = ""
    category: str = ""
    since: str = ""
    before: str = ""

    @classmethod
    def of(cls, taxonomy: Taxonomy, q: str, state: str, category: str, since: str, before: str) -> "Wanted":
        """Return the filters that can be used; what cannot is left out."""
        q = "".join(c for c in q[:500] if c != "\x00" and not "\ud800" <= c <= "\udfff")
        return cls(
            q.strip(),
            state if state in STATES else "",
            category if category in taxonomy.ids else "",
            since if _DAY.fullmatch(since) else "",
            before if _DAY.fullmatch(before) else "",
        )

    def filters(self, organisation_id: str) -> Filters:
        """Return the filters as the store knows them."""
        return Filters(
            organisation_id=organisation_id,
            states=(self.state,) if self.state else (),
            category=self.category,
            words=self.q,
            since=self.since,
            before=self.before,
        )

    def path(self, **changes: str) -> str:
        """Return the address of the list with these filters, some of them changed."""
        values = {name: value for name, value in (vars(self) | changes).items() if value}
        return "/cases" + (f"?{urlencode(values)}" if values else "")

    @property
    def narrowed(self) -> bool:
        """Return whether anything is left out."""
        return any(vars(self).values())
