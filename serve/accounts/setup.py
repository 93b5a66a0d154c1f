"""The first administrator: by a one-time token that the start of the service prints, or by a password from the environment.

There is never a default password.
"""

from datetime import timedelta

from data.errors import SetupOver, SetupTokenWrong
from serve.accounts.gate import Gate
from serve.accounts.passwords import require_strong
from serve.accounts.record import record
from serve.accounts.tokens import new_token, token_hash
from serve.clock import stamp
from serve.store.accounts import User, add_organisation, add_user, count_users
from serve.store.audit import SYSTEM
from serve.store.sessions import add_setup_token, clear_setup_tokens, setup_token_exists

TOKEN_LIFETIME = timedelta(hours=24)
ORGANISATION = "Administration"
NAME = "admin"


def prepare(gate: Gate, password: str | None) -> str | None:
    """Make the first administrator, or a token to make one with, if there is no user yet.

    Args:
        gate: where accounts are kept.
        password: of the administrator `admin`; None: return a token instead.

    Returns:
        The token; None when none is needed. Several processes may start at once; each token works until one was used.

    Raises:
        WeakPassword: the password will not do.
    """
    with gate.database.reading() as connection:
        if count_users(connection):
            return None
    if password is not None:
        _make_first(gate, ORGANISATION, NAME, password, token=None)
        return None
    token = new_token()
    with gate.database.writing() as connection:
        add_setup_token(connection, token_hash(token), stamp(gate.clock()))
    return token


def use_token(gate: Gate, token: str, organisation: str, name: str, password: str) -> User:
    """Make the first administrator with a setup token.

    Raises:
        SetupTokenWrong: the token is not one of this service, or too old.
        SetupOver: there is a user already.
        WeakPassword: the password will not do.
    """
    user = _make_first(gate, organisation, name, password, token)
    if user is None:
        raise SetupOver
    return user


def _make_first(gate: Gate, organisation: str, name: str, password: str, token: str | None) -> User | None:
    """Return the new administrator, or None when somebody was faster."""
    require_strong(password, name)
    now = gate.clock()
    since = stamp(now - TOKEN_LIFETIME)
    with gate.database.reading() as connection:
        # Looked up before hashing, so that a stranger cannot keep the hasher busy.
        if token is not None and not setup_token_exists(connection, token_hash(token), since):
            if count_users(connection):
                return None
            raise SetupTokenWrong
    hashed = gate.passwords.hash(password)
    with gate.database.writing() as connection:
        gate.database.alone(connection, "administrators")
        if count_users(connection):
            return None
        if token is not None and not setup_token_exists(connection, token_hash(token), since):
            raise SetupTokenWrong
        clear_setup_tokens(connection)
        home = add_organisation(connection, organisation, stamp(now))
        user = add_user(connection, home.id, name, "admin", hashed, stamp(now))
        record(connection, gate, SYSTEM, home.id, "user_added", {"user_id": user.id, "role": "admin"})
    return user
