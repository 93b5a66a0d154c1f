"""`catchall webhooks`: who is told of determinations and questions, for who has the machine of the service."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from commands.shared import listing, load_settings, out, store

if TYPE_CHECKING:
    from serve.store.webhooks import Delivery
    from serve.webhooks.subscriptions import Hooks

webhooks_app = typer.Typer(no_args_is_help=True, help="Webhooks of organisations.")

PAGE = 200
EVENT_NAMES = ("case.determined", "case.information_requested")

WebhookId = Annotated[str, typer.Argument(help="The webhook's id, from `catchall webhooks list`.")]


@contextmanager
def _hooks() -> "Iterator[Hooks]":
    from serve.clock import utc_now
    from serve.webhooks.subscriptions import hooks_of

    settings = load_settings()
    with store(settings) as database:
        yield hooks_of(settings, database, utc_now)


@webhooks_app.command("add")
def add(
    url: Annotated[str, typer.Argument(help="Where messages are posted; https.")],
    organisation: Annotated[str, typer.Option(help="Name of the organisation, which must exist.")],
    event: Annotated[
        list[str] | None, typer.Option(help=f"What of; may be repeated: {', '.join(EVENT_NAMES)}.", show_default="all")
    ] = None,
) -> None:
    """Make a webhook and print its id and its secret, which is shown this once.

    Example: `catchall webhooks add https://erp.example.org/catchall --organisation "Acme Ltd"`
    """
    from data.errors import NotFound, WebhookUnusable
    from serve.store.accounts import organisation_by_name
    from serve.webhooks.subscriptions import Owner, make_webhook

    events = event or list(EVENT_NAMES)
    with _hooks() as hooks:
        if unknown := sorted(set(events) - set(EVENT_NAMES)):
            raise WebhookUnusable(reason=f"there is no event '{unknown[0]}'")
        with hooks.database.reading() as connection:
            home = organisation_by_name(connection, organisation)
        if home is None:
            raise NotFound(what="organisation", id=organisation)
        made, secret = make_webhook(hooks, Owner(), home.id, url, events)
        out.print(made.id, highlight=False)
        out.print(secret, highlight=False, markup=False, soft_wrap=True)


@webhooks_app.command("list")
def show() -> None:
    """List the webhooks, without their secrets."""
    from serve.webhooks.subscriptions import Owner, webhooks_for

    table, after = listing("id", "organisation", "address", "events", "since"), ""
    with _hooks() as hooks:
        while page := webhooks_for(hooks, Owner(), after, PAGE):
            for each in page:
                table.add_row(each.id, each.organisation_id, each.url, " ".join(each.events), each.created_at)
            after = page[-1].id
    out.print(table)


@webhooks_app.command("delete")
def delete(webhook_id: WebhookId) -> None:
    """Delete a webhook; what waits for it is not sent any more."""
    from serve.webhooks.subscriptions import Owner, end_webhook

    with _hooks() as hooks:
        end_webhook(hooks, Owner(), webhook_id)


@webhooks_app.command("test")
def test(webhook_id: WebhookId) -> None:
    """Have the running service send a test message."""
    from serve.webhooks.subscriptions import Owner, try_webhook

    with _hooks() as hooks:
        out.print(try_webhook(hooks, Owner(), webhook_id).id, highlight=False)


@webhooks_app.command("deliveries")
def deliveries(
    state: Annotated[str, typer.Option(help="waiting, delivered, dead or cancelled.", show_default="all")] = "",
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many at most, the newest first.")] = 50,
) -> None:
    """List messages and how they fared."""
    from serve.webhooks.subscriptions import Owner, deliveries_for

    with _hooks() as hooks:
        _show(deliveries_for(hooks, Owner(), "", state, "", limit))


def _show(found: "list[Delivery]") -> None:
    table = listing("id", "webhook", "type", "state", "attempts", "last answer", "since")
    for each in found:
        answer = each.error or (str(each.status) if each.status is not None else "")
        table.add_row(each.id, each.webhook_id, each.type, each.state, str(each.attempts), answer, each.created_at)
    out.print(table)


@webhooks_app.command("replay")
def again(delivery_id: Annotated[str, typer.Argument(help="The delivery's id; `all`: everything that was given up.")]) -> None:
    """Have the running service send a message again."""
    from serve.webhooks.subscriptions import Owner, deliveries_for, replay

    with _hooks() as hooks:
        ids = [delivery_id]
        if delivery_id == "all":
            ids = [each.id for each in deliveries_for(hooks, Owner(), "", "dead", "", 10_000)]
        for each in ids:
            replay(hooks, Owner(), each)
        out.print(f"{len(ids)} to be sent again", highlight=False)
