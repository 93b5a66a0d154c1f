"""`catchall organisations`, `catchall users`, `catchall keys`: accounts, for who has the machine of the service."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from commands.shared import listing, load_settings, out, stop, store
from serve.accounts.identity import SCOPES, Role

if TYPE_CHECKING:
    from serve.accounts.gate import Gate

organisations_app = typer.Typer(no_args_is_help=True, help="The organisations that users belong to.")
users_app = typer.Typer(no_args_is_help=True, help="The users of the service.")
keys_app = typer.Typer(no_args_is_help=True, help="API keys.")

PAGE = 200

StdinOption = Annotated[bool, typer.Option("--password-stdin", help="Read the password from standard input instead of asking for it.")]


@contextmanager
def _gate() -> "Iterator[Gate]":
    from serve.accounts.gate import gate_of
    from serve.clock import utc_now

    settings = load_settings()
    with store(settings) as database:
        yield gate_of(settings, database, utc_now)


def _password(from_stdin: bool) -> str:
    # Never an argument: other users of the machine can read those.
    if from_stdin:
        return sys.stdin.readline().rstrip("\n")
    password: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    return password


def _show(*columns: str, rows: Sequence[tuple[str, ...]]) -> None:
    table = listing(*columns)
    for row in rows:
        table.add_row(*row)
    out.print(table)


@organisations_app.command("add")
def add_organisation(name: Annotated[str, typer.Argument(help="Its name.")]) -> None:
    """Add an organisation."""
    from serve.accounts.people import make_organisation

    with _gate() as gate:
        out.print(make_organisation(gate, name).id, highlight=False)


@organisations_app.command("list")
def list_organisations() -> None:
    """List the organisations by name."""
    from serve.store.accounts import list_organisations as listed

    rows: list[tuple[str, ...]] = []
    with _gate() as gate, gate.database.reading() as connection:
        while page := listed(connection, rows[-1][1] if rows else "", PAGE, None):
            rows += [(each.id, each.name, each.created_at) for each in page]
    _show("id", "name", "since", rows=rows)


@users_app.command("add")
def add_user(
    name: Annotated[str, typer.Argument(help="What the user logs in with; an e-mail address for logins through an identity provider.")],
    organisation: Annotated[str, typer.Option(help="Name of the organisation, which must exist.")],
    role: Annotated[Role, typer.Option(help="What the user does.")] = "exporter",
    no_password: Annotated[bool, typer.Option("--no-password", help="For keys or an identity provider only.")] = False,
    password_stdin: StdinOption = False,
) -> None:
    """Add a user; asks for the password.

    Example: `catchall users add ana@example.org --organisation "Acme Ltd" --role exporter`
    """
    from data.errors import NotFound
    from serve.accounts.people import make_user
    from serve.store.accounts import organisation_by_name

    with _gate() as gate:
        with gate.database.reading() as connection:
            home = organisation_by_name(connection, organisation)
        if home is None:
            raise NotFound(what="organisation", id=organisation)
        password = None if no_password else _password(password_stdin)
        out.print(make_user(gate, home.id, name, role, password).id, highlight=False)


@users_app.command("list")
def list_users() -> None:
    """List the users by name."""
    from serve.store.accounts import list_users as listed
    from serve.store.accounts import organisation_by_id

    rows: list[tuple[str, ...]] = []
    with _gate() as gate, gate.database.reading() as connection:
        while page := listed(connection, rows[-1][1] if rows else "", PAGE):
            for user in page:
                home = organisation_by_id(connection, user.organisation_id)
                rows.append((user.id, user.name, user.role, home.name if home else "", user.disabled_at or ""))
    _show("id", "name", "role", "organisation", "disabled", rows=rows)


@users_app.command("disable")
def disable_user(
    name: Annotated[str, typer.Argument(help="The user.")],
    enable: Annotated[bool, typer.Option("--undo", help="Enable again.")] = False,
) -> None:
    """Disable a user: sessions end, keys are refused, nothing is deleted."""
    from serve.accounts.people import alter_user, user_named

    with _gate() as gate:
        alter_user(gate, user_named(gate, name).id, None, not enable)


@users_app.command("password")
def set_password(name: Annotated[str, typer.Argument(help="The user.")], password_stdin: StdinOption = False) -> None:
    """Set a user's password; the user's sessions and lock end."""
    from serve.accounts.people import reset_password, user_named

    with _gate() as gate:
        user = user_named(gate, name)
        reset_password(gate, user.id, _password(password_stdin))


@keys_app.command("create")
def create_key(
    user: Annotated[str, typer.Argument(help="Its holder.")],
    name: Annotated[str, typer.Option(help="What it is for.")],
    scope: Annotated[list[str], typer.Option(help=f"What it is good for; may be repeated: {', '.join(SCOPES)}.")],
    days: Annotated[int | None, typer.Option(min=1, max=3650, help="It expires after so many days.", show_default="never")] = None,
) -> None:
    """Make a key and print its secret, which is shown this once.

    Example: `catchall keys create ana@example.org --name "ERP" --scope cases:write --scope cases:read --days 365`
    """
    from serve.accounts.grants import make_key
    from serve.accounts.people import user_named

    if unknown := sorted(set(scope) - set(SCOPES)):
        stop(f"'{unknown[0]}' is no scope; the scopes are {', '.join(SCOPES)}", 2)
    with _gate() as gate:
        expires = gate.clock() + timedelta(days=days) if days is not None else None
        _, secret = make_key(gate, user_named(gate, user).id, name, list(scope), expires)
        out.print(secret, highlight=False, markup=False, soft_wrap=True)


@keys_app.command("list")
def list_keys(user: Annotated[str, typer.Argument(help="Their holder.")]) -> None:
    """List the keys of a user, revoked and expired ones too."""
    from serve.accounts.people import user_named
    from serve.store.keys import list_keys as listed

    with _gate() as gate:
        holder = user_named(gate, user)
        with gate.database.reading() as connection:
            keys = listed(connection, holder.id)
    rows = [
        (key.id, key.name, " ".join(key.scopes), key.expires_at or "never", key.last_used_at or "never", key.revoked_at or "")
        for key in keys
    ]
    _show("id", "name", "scopes", "expires", "last used", "revoked", rows=rows)


@keys_app.command("revoke")
def revoke_key(key_id: Annotated[str, typer.Argument(help="The key's id, from `catchall keys list`.")]) -> None:
    """End a key. It is refused from the next request on."""
    from serve.accounts.grants import stop_key

    with _gate() as gate:
        stop_key(gate, key_id)
