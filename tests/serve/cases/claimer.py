"""An officer in a process of their own: `claimer URL NAME`. Claims the case named in each line it reads, and says how it went."""

import sys

from data.errors import CaseClaimed
from serve.cases.claims import claim
from serve.clock import utc_now
from serve.store.database import Database
from tests.serve.cases.world import actor, make_desk

if __name__ == "__main__":
    url, name = sys.argv[1:]
    desk = make_desk(Database.open(url), utc_now)
    print("ready", flush=True)  # noqa: T201
    for line in sys.stdin:
        try:
            claim(desk, actor(name), line.strip())
            won = "won"
        except CaseClaimed:
            won = "lost"
        print(won, flush=True)  # noqa: T201
