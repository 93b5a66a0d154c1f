"""What the routes of webhooks take and give."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from serve.accounts.schemas import PathId
from serve.store.webhooks import Delivery, DeliveryState, Webhook
from serve.webhooks.addresses import LONGEST
from serve.webhooks.events import EVENTS, EventType


class WebhookIn(BaseModel):
    """A new webhook."""

    model_config = ConfigDict(extra="forbid")

    url: Annotated[str, Field(min_length=1, max_length=LONGEST, examples=["https://erp.example.org/catchall"])]
    events: Annotated[list[EventType], Field(min_length=1, max_length=len(EVENTS), description="What to be told of.")] = list(EVENTS)
    organisation_id: PathId | None = Field(default=None, description="Whose: one's own, or for administrators anybody's.")


class WebhookOut(BaseModel):
    """A webhook, without its secret."""

    id: str
    organisation_id: str
    url: str
    events: list[str]
    created_at: str

    @classmethod
    def of(cls, webhook: Webhook) -> "WebhookOut":
        """Return what is shown: never the secret."""
        return cls(**{name: getattr(webhook, name) for name in cls.model_fields if name != "events"}, events=list(webhook.events))


class NewWebhookOut(BaseModel):
    """A new webhook with its secret, which is shown this once."""

    id: str
    organisation_id: str
    url: str
    events: list[str]
    created_at: str
    secret: str = Field(description="What messages are signed with, in the form of the Standard Webhooks specification.")


class WebhooksOut(BaseModel):
    """Webhooks by id."""

    items: list[WebhookOut]
    after: str | None = Field(description="Send this as `after` for the next page; null at the end.")


class DeliveryOut(BaseModel):
    """A message to a webhook, and how it fared."""

    id: str = Field(description="The header `webhook-id` is `msg_` and this.")
    webhook_id: str
    organisation_id: str
    type: str
    case_id: str
    state: DeliveryState = Field(description="`dead`: given up; it can be replayed. `cancelled`: the webhook was deleted.")
    attempts: int
    due_at: str
    status: int | None = Field(description="The last answer's HTTP status; null when there was none.")
    error: str = Field(description="Why there was none: `address_refused`, `timeout`, `unreachable`, `protocol`, `secret_sealed`.")
    created_at: str
    updated_at: str

    @classmethod
    def of(cls, delivery: Delivery) -> "DeliveryOut":
        """Return what is shown."""
        return cls(**{name: getattr(delivery, name) for name in cls.model_fields})


class DeliveriesOut(BaseModel):
    """Deliveries, the newest first."""

    items: list[DeliveryOut]
    after: str | None = Field(description="Send this as `after` for the next page; null at the end.")
