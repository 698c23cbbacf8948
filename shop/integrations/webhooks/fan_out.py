"""Fan-out: each event becomes one delivery for each endpoint that subscribes to it.

A sweep writes an endpoint's deliveries in the transaction that moves the endpoint's cursor
in the event log, so each event is written once. The buyer's transaction does none of this.
"""

from django.db import transaction
from django.db.models import Q

from shop.core.db.transactions import run_transaction
from shop.integrations.events.reader import Page, current_horizon, scan_ahead
from shop.integrations.events.serializers import message_id_of
from shop.integrations.models import (
    Event,
    WebhookDelivery,
    WebhookEndpoint,
    compare_position,
    visible_to,
)
from shop.integrations.webhooks.rights import narrow_to_rights

MAX_ENDPOINTS_PER_SWEEP = 1_000
MAX_DELIVERIES_PER_PAGE = 1_000
# Pending deliveries of one endpoint; while it has that many, its cursor does not move.
MAX_PENDING = 1_000


def fan_out_events() -> int:
    """Write the deliveries of all settled events; returns their number."""
    horizon = current_horizon()
    return sum(_catch_up(endpoint_id, horizon) for endpoint_id in _endpoints_behind(horizon))


def _catch_up(endpoint_id: int, horizon: int) -> int:
    written = 0
    while page := run_transaction(fan_out_to_endpoint, endpoint_id=endpoint_id, horizon=horizon):
        written += len(page.events)
        if not page.has_more:
            break
    return written


@transaction.atomic
def fan_out_to_endpoint(*, endpoint_id: int, horizon: int) -> Page | None:
    """Write the next deliveries of one endpoint and return the page of events they are for.

    None if another transaction locks the endpoint, or MAX_PENDING deliveries are pending.
    """
    active = WebhookEndpoint.objects.active().select_related("user").filter(pk=endpoint_id)
    for endpoint in active.lock(skip_locked=True):
        narrow_to_rights(endpoint)
        room = MAX_PENDING - endpoint.deliveries.pending()[:MAX_PENDING].count()
        if room > 0:
            return _write_deliveries(endpoint, horizon, min(room, MAX_DELIVERIES_PER_PAGE))
    return None


def _write_deliveries(endpoint: WebhookEndpoint, horizon: int, limit: int) -> Page:
    condition = visible_to(endpoint.user_id, endpoint.scopes) & Q(type__in=endpoint.events)
    page = scan_ahead(after=endpoint.cursor, horizon=horizon, condition=condition, limit=limit)
    WebhookDelivery.objects.bulk_create(_delivery_of(endpoint, event) for event in page.events)
    endpoint.cursor_xact, endpoint.cursor_id = page.end
    endpoint.save(update_fields=["cursor_xact", "cursor_id"])
    return page


def _delivery_of(endpoint: WebhookEndpoint, event: Event) -> WebhookDelivery:
    return WebhookDelivery(
        endpoint=endpoint,
        message_id=message_id_of(event),
        type=event.type,
        resource=event.resource,
        user_id=event.user_id,
        happened_at=event.at,
        data=event.data,
    )


def _endpoints_behind(horizon: int) -> list[int]:
    """Return the active endpoints that have events ahead of their cursor, the furthest first."""
    newest = Event.objects.settled(horizon).order_by("-xact", "-id").first()
    if newest is None:
        return []
    is_behind = compare_position("<", newest.position, "cursor_xact", "cursor_id")
    behind = WebhookEndpoint.objects.active().filter(is_behind).order_by("cursor_xact", "pk")
    return list(behind.values_list("pk", flat=True)[:MAX_ENDPOINTS_PER_SWEEP])
