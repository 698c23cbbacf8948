"""Tables of events, webhooks and bulk jobs."""

from shop.integrations.models.bulk import BulkChunk, BulkJob, BulkJobQuerySet
from shop.integrations.models.events import (
    Event,
    EventFloor,
    EventQuerySet,
    OldestRunning,
    Position,
    RowValue,
    compare_position,
    visible_to,
)
from shop.integrations.models.webhooks import (
    WebhookDelivery,
    WebhookDeliveryQuerySet,
    WebhookEndpoint,
    WebhookEndpointQuerySet,
)

__all__ = [
    "BulkChunk",
    "BulkJob",
    "BulkJobQuerySet",
    "Event",
    "EventFloor",
    "EventQuerySet",
    "OldestRunning",
    "Position",
    "RowValue",
    "WebhookDelivery",
    "WebhookDeliveryQuerySet",
    "WebhookEndpoint",
    "WebhookEndpointQuerySet",
    "compare_position",
    "visible_to",
]
