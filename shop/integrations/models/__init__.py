"""Tables of events, webhooks and bulk jobs."""

from shop.integrations.models.bulk import BulkChunk, BulkJob, BulkJobQuerySet
from shop.integrations.models.events import (
    Event,
    EventFloor,
    EventQuerySet,
    OldestRunning,
    Pair,
    Position,
    compared,
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
    "Pair",
    "Position",
    "WebhookDelivery",
    "WebhookDeliveryQuerySet",
    "WebhookEndpoint",
    "WebhookEndpointQuerySet",
    "compared",
    "visible_to",
]
