"""Claims of due deliveries: a worker claims a delivery for a lease, and then sends it.

`claimed_until` is the end of the lease. The claim of a killed worker ends with its lease, and
another worker sends the delivery. Of an endpoint's deliveries about one resource only the
oldest pending one can be claimed, so an integrator receives an order's events in their order.
"""

from collections.abc import Sequence
from datetime import timedelta

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now, Random

from shop.core.db.claims import is_unclaimed
from shop.core.db.transactions import Busy
from shop.integrations.models import WebhookDelivery, WebhookEndpoint
from shop.integrations.webhooks.rights import narrow_to_rights

LEASE = timedelta(seconds=20)  # longer than an attempt can take
MAX_ENDPOINTS_PER_CLAIM = 50
# Deliveries of one endpoint that are being sent at a time.
MAX_IN_FLIGHT = 8
MAX_IN_FLIGHT_FAILING = 1
# Consecutive failures after which an endpoint counts as failing and is claimed last.
FAILING_THRESHOLD = 10


@transaction.atomic
def claim_due(
    *, limit: int, is_failing: bool = False, lease: timedelta = LEASE
) -> list[WebhookDelivery]:
    """Claim up to `limit` due deliveries, of healthy endpoints or of failing ones.

    Locks the rows of the endpoints until commit and skips those that are locked already.
    Raises Busy if it claimed nothing and skipped an endpoint: the transaction that locks it may
    have started before the caller's last delivery was settled, and not see the next one as due.
    """
    if limit <= 0:
        return []
    if not (candidates := _endpoints_with_due(is_failing)):
        return []
    active = WebhookEndpoint.objects.active().select_related("user").filter(pk__in=candidates)
    endpoints = {endpoint.pk: endpoint for endpoint in active.lock(skip_locked=True)}
    for endpoint in endpoints.values():
        narrow_to_rights(endpoint)
    max_in_flight = MAX_IN_FLIGHT_FAILING if is_failing else MAX_IN_FLIGHT
    keys = _claim(list(endpoints), max_in_flight, limit, lease)
    if not keys and len(endpoints) < len(candidates):
        raise Busy
    claimed = WebhookDelivery.objects.filter(pk__in=keys).order_by("pk")
    return [_with_endpoint(delivery, endpoints) for delivery in claimed]


def _endpoints_with_due(is_failing: bool) -> list[int]:
    due = WebhookDelivery.objects.pending().filter(
        is_unclaimed(),
        endpoint=OuterRef("pk"),
        due_at__lte=Now(),
    )
    may_be_called = Q(retry_after_until=None) | Q(retry_after_until__lte=Now())
    has_level = (
        Q(failures__gte=FAILING_THRESHOLD) if is_failing else Q(failures__lt=FAILING_THRESHOLD)
    )
    endpoints = WebhookEndpoint.objects.active().filter(may_be_called, has_level, Exists(due))
    return list(endpoints.order_by(Random()).values_list("pk", flat=True)[:MAX_ENDPOINTS_PER_CLAIM])


def _claim(
    endpoint_ids: Sequence[int], max_in_flight: int, limit: int, lease: timedelta
) -> list[int]:
    """Claim the first delivery of each resource, round by round over the endpoints.

    Returns the keys. `max_in_flight` bounds the claimed deliveries of one endpoint.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH first AS (
                SELECT id, endpoint_id, due_at,
                       coalesce(claimed_until > statement_timestamp(), false) AS is_in_flight
                  FROM integrations_webhookdelivery
                 WHERE id IN (SELECT min(id) FROM integrations_webhookdelivery
                               WHERE endpoint_id = ANY(%s::bigint[]) AND status = 'pending'
                               GROUP BY endpoint_id, resource)
            ), ranked AS (
                SELECT id, is_in_flight,
                       row_number() OVER (PARTITION BY endpoint_id
                                          ORDER BY is_in_flight DESC, due_at, id) AS round
                  FROM first WHERE is_in_flight OR due_at <= statement_timestamp()
            ), chosen AS (
                SELECT id FROM ranked WHERE NOT is_in_flight AND round <= %s
                 ORDER BY round, random() LIMIT %s
            )
            UPDATE integrations_webhookdelivery AS d
               SET claimed_until = statement_timestamp() + make_interval(secs => %s),
                   attempted_at = statement_timestamp(),
                   attempts = d.attempts + 1
              FROM chosen
             -- neither settled nor claimed meanwhile
             WHERE d.id = chosen.id AND d.status = 'pending'
               AND (d.claimed_until IS NULL OR d.claimed_until <= statement_timestamp())
            RETURNING d.id
            """,
            [list(endpoint_ids), max_in_flight, limit, lease.total_seconds()],
        )
        return [row[0] for row in cursor.fetchall()]


def _with_endpoint(
    delivery: WebhookDelivery, endpoints: dict[int, WebhookEndpoint]
) -> WebhookDelivery:
    delivery.endpoint = endpoints[delivery.endpoint_id]
    return delivery
