"""The routes of webhooks. Who may use them stands in `serve.accounts.rules`."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query

from serve.accounts.authenticate import Asker
from serve.accounts.schemas import PathId
from serve.schemas import documented
from serve.store.webhooks import DeliveryState
from serve.webhooks.schemas import DeliveriesOut, DeliveryOut, NewWebhookOut, WebhookIn, WebhookOut, WebhooksOut
from serve.webhooks.subscriptions import (
    Hooks,
    Owner,
    deliveries_for,
    end_webhook,
    make_webhook,
    replay,
    try_webhook,
    webhook_for,
    webhooks_for,
)

Limit = Annotated[int, Query(ge=1, le=200, description="How many at most.")]
After = Annotated[PathId | None, Query(description="The `after` of the page before.")]


def router(hooks: Hooks) -> APIRouter:
    """Return the routes."""
    routes = APIRouter(prefix="/v1", tags=["webhooks"])
    _webhooks(routes, hooks)
    _deliveries(routes, hooks)
    return routes


def _webhooks(routes: APIRouter, hooks: Hooks) -> None:
    @routes.get("/webhooks")
    def webhooks(asker: Asker, after: After = None, limit: Limit = 50) -> WebhooksOut:
        """List webhooks: the organisation's own, for administrators all."""
        found = webhooks_for(hooks, Owner.of(asker), after or "", limit)
        return WebhooksOut(items=[WebhookOut.of(each) for each in found], after=found[-1].id if len(found) == limit else None)

    @routes.post("/webhooks", status_code=201, responses=documented(409))
    def add(body: WebhookIn, asker: Asker) -> NewWebhookOut:
        """Make a webhook. Its secret is in this answer and nowhere else."""
        made, secret = make_webhook(hooks, Owner.of(asker), body.organisation_id or asker.organisation_id, body.url, body.events)
        return NewWebhookOut(**WebhookOut.of(made).model_dump(), secret=secret)

    @routes.get("/webhooks/{webhook_id}", responses=documented(404))
    def webhook(webhook_id: PathId, asker: Asker) -> WebhookOut:
        """Show a webhook, without its secret."""
        return WebhookOut.of(webhook_for(hooks, Owner.of(asker), webhook_id))

    @routes.delete("/webhooks/{webhook_id}", status_code=204, responses=documented(404))
    def end(webhook_id: PathId, asker: Asker) -> None:
        """Delete a webhook. What waits for it is not sent any more."""
        end_webhook(hooks, Owner.of(asker), webhook_id)

    @routes.post("/webhooks/{webhook_id}/test", status_code=202, responses=documented(404, 409))
    def test(webhook_id: PathId, asker: Asker) -> DeliveryOut:
        """Send a test message. What came of it shows among the deliveries."""
        return DeliveryOut.of(try_webhook(hooks, Owner.of(asker), webhook_id))


def _deliveries(routes: APIRouter, hooks: Hooks) -> None:
    @routes.get("/deliveries")
    def deliveries(
        asker: Asker,
        webhook_id: Annotated[PathId | None, Query()] = None,
        state: Annotated[DeliveryState | Literal[""], Query()] = "",
        after: After = None,
        limit: Limit = 50,
    ) -> DeliveriesOut:
        """List what was sent, waits, or was given up, the newest first."""
        found = deliveries_for(hooks, Owner.of(asker), webhook_id or "", state, after or "", limit)
        return DeliveriesOut(items=[DeliveryOut.of(each) for each in found], after=found[-1].id if len(found) == limit else None)

    @routes.post("/deliveries/{delivery_id}/replay", status_code=202, responses=documented(404, 409))
    def again(delivery_id: PathId, asker: Asker) -> DeliveryOut:
        """Send a message again that was given up or delivered, under the same id."""
        return DeliveryOut.of(replay(hooks, Owner.of(asker), delivery_id))
