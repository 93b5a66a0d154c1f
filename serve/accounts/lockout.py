"""How long a name is locked after failed logins. Pure: the store keeps the counts."""

from datetime import datetime, timedelta

from serve.accounts.tokens import token_hash
from serve.clock import parse_stamp, stamp
from serve.store.accounts import name_key
from serve.store.sessions import Failures

FREE_ATTEMPTS = 5
"""So many may fail before the first wait."""
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(minutes=15)
FORGOTTEN_AFTER = timedelta(hours=24)


def wait_after(failures: int) -> timedelta:
    """Return how long to wait after so many failures: nothing at first, then doubling up to a bound."""
    if failures < FREE_ATTEMPTS:
        return timedelta(0)
    # The exponent is bounded too: thousands of failures must not make a number that no time can hold.
    doublings: int = 2 ** min(failures - FREE_ATTEMPTS, 16)
    return min(FIRST_WAIT * doublings, LONGEST_WAIT)


def locked_for(known: Failures | None, now: datetime) -> timedelta:
    """Return how long a name stays locked.

    A clock that went back would lock for as long as it jumped; so a lock whose last failure lies in the future is over.
    """
    if known is None or parse_stamp(known.last_at) > now:
        return timedelta(0)
    return max(parse_stamp(known.locked_until) - now, timedelta(0))


def one_more(known: Failures | None, now: datetime) -> Failures:
    """Return the failures with one more at this moment."""
    count = 1
    if known is not None and now - parse_stamp(known.last_at) < FORGOTTEN_AFTER:
        count = known.count + 1
    return Failures(count, stamp(now), stamp(now + wait_after(count)))


def name_hash(name: str) -> str:
    """Return under what the failures with a name are kept, whether or not somebody has it."""
    return token_hash(name_key(name))
