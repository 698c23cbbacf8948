"""Writing to each endpoint what it wants to know, as its own cursor moves over the events.

Nothing of this is done in the buyer's transaction: an endpoint's messages are written by
a sweep, in the transaction that moves its cursor, so each event becomes one message.
"""

from django.db import transaction
from django.db.models import Q

from shop.core.db.transactions import run_transaction
from shop.integrations.events.reader import Page, current_horizon, scan_ahead
from shop.integrations.events.serializers import message_id_of
from shop.integrations.models import Event, WebhookDelivery, WebhookEndpoint, compared, visible_to

MAX_ENDPOINTS_PER_SWEEP = 1_000  # endpoints
MAX_MESSAGES = 1_000
# Messages that wait for one endpoint; beyond that its cursor waits, which takes no room.
MAX_PENDING = 1_000


def follow_events() -> int:
    """Bring every endpoint up to what is settled; returns how many messages were written."""
    horizon = current_horizon()
    return sum(_catch_up(endpoint_id, horizon) for endpoint_id in _endpoints_behind(horizon))


def _catch_up(endpoint_id: int, horizon: int) -> int:
    written = 0
    while page := run_transaction(follow_endpoint, endpoint_id=endpoint_id, horizon=horizon):
        written += len(page.events)
        if not page.has_more:
            break
    return written


@transaction.atomic
def follow_endpoint(*, endpoint_id: int, horizon: int) -> Page | None:
    """Write the next messages of one endpoint, unless somebody else does or many wait."""
    for endpoint in WebhookEndpoint.objects.active().filter(pk=endpoint_id).lock(skip_locked=True):
        room = MAX_PENDING - endpoint.deliveries.pending()[:MAX_PENDING].count()
        if room > 0:
            return _follow(endpoint, horizon, min(room, MAX_MESSAGES))
    return None


def _follow(endpoint: WebhookEndpoint, horizon: int, most: int) -> Page:
    wanted = visible_to(endpoint.user_id, endpoint.scopes) & Q(type__in=endpoint.events)
    page = scan_ahead(after=endpoint.followed, horizon=horizon, wanted=wanted, limit=most)
    WebhookDelivery.objects.bulk_create(_message(endpoint, event) for event in page.events)
    endpoint.followed_xact, endpoint.followed_id = page.end
    endpoint.save(update_fields=["followed_xact", "followed_id"])
    return page


def _message(endpoint: WebhookEndpoint, event: Event) -> WebhookDelivery:
    return WebhookDelivery(
        endpoint=endpoint,
        message_id=message_id_of(event),
        type=event.type,
        resource=event.resource,
        happened_at=event.at,
        data=event.data,
    )


def _endpoints_behind(horizon: int) -> list[int]:
    """Those with events ahead of them, the last first; who is up to date costs nothing."""
    newest = Event.objects.settled(horizon).order_by("-xact", "-id").first()
    if newest is None:
        return []
    place = compared("<", newest.position, "followed_xact", "followed_id")
    behind = WebhookEndpoint.objects.active().filter(place)
    return list(
        behind.order_by("followed_xact", "pk").values_list("pk", flat=True)[
            :MAX_ENDPOINTS_PER_SWEEP
        ]
    )
