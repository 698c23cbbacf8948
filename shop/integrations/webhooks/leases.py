"""Taking messages that are due, so that each is sent by one worker at a time and in order.

Of the messages about one resource only the oldest that is not settled is ever taken, so
an integrator hears of an order's steps in their order. A worker holds what it took for
as long as its lease runs: one that is killed only delays.
"""

from collections.abc import Sequence
from datetime import timedelta

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now, Random

from shop.core.db.transactions import Busy
from shop.integrations.models import WebhookDelivery, WebhookEndpoint

LEASE = timedelta(seconds=20)  # longer than an attempt can take
MAX_ENDPOINTS_PER_CLAIM = 50  # endpoints
# Messages on their way to one endpoint at a time.
SHARE = 8
SHARE_OF_FAILING = 1
# Failures in a row after which an endpoint counts as failing, and waits behind the others.
FAILING = 10


@transaction.atomic
def claim_due(
    *, most: int, is_failing: bool = False, lease: timedelta = LEASE
) -> list[WebhookDelivery]:
    """Take up to so many due messages to endpoints that answer, or to those that fail.

    The rows of the endpoints are locked meanwhile; one that somebody else has locked is
    passed over. Raises Busy when that leaves nothing: whoever has them may have looked
    before the caller's last message was settled, and not see what is due since.
    """
    if most <= 0:
        return []
    if not (chosen := _endpoints_with_due(is_failing)):
        return []
    locked = WebhookEndpoint.objects.active().filter(pk__in=chosen).lock(skip_locked=True)
    endpoints = {endpoint.pk: endpoint for endpoint in locked}
    share = SHARE_OF_FAILING if is_failing else SHARE
    keys = _take(list(endpoints), share, most, lease)
    if not keys and len(endpoints) < len(chosen):
        raise Busy
    taken = WebhookDelivery.objects.filter(pk__in=keys)
    return [_with_endpoint(one, endpoints) for one in taken.order_by("pk")]


def _endpoints_with_due(is_failing: bool) -> list[int]:
    due = WebhookDelivery.objects.pending().filter(
        Q(claimed_until=None) | Q(claimed_until__lt=Now()),
        endpoint=OuterRef("pk"),
        due_at__lte=Now(),
    )
    awake = Q(rests_until=None) | Q(rests_until__lte=Now())
    level = Q(failures__gte=FAILING) if is_failing else Q(failures__lt=FAILING)
    endpoints = WebhookEndpoint.objects.active().filter(awake, level, Exists(due))
    return list(endpoints.order_by(Random()).values_list("pk", flat=True)[:MAX_ENDPOINTS_PER_CLAIM])


def _take(endpoint_ids: Sequence[int], share: int, most: int, lease: timedelta) -> list[int]:
    """Claim the first messages of each endpoint's resources, a round of the endpoints at a time."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH first AS (
                SELECT id, endpoint_id, due_at,
                       coalesce(claimed_until > statement_timestamp(), false) AS is_flying
                  FROM integrations_webhookdelivery
                 WHERE id IN (SELECT min(id) FROM integrations_webhookdelivery
                               WHERE endpoint_id = ANY(%s::bigint[]) AND status = 'pending'
                               GROUP BY endpoint_id, resource)
            ), ranked AS (
                SELECT id, is_flying,
                       row_number() OVER (PARTITION BY endpoint_id
                                          ORDER BY is_flying DESC, due_at, id) AS place
                  FROM first WHERE is_flying OR due_at <= statement_timestamp()
            ), chosen AS (
                SELECT id FROM ranked WHERE NOT is_flying AND place <= %s
                 ORDER BY place, random() LIMIT %s
            )
            UPDATE integrations_webhookdelivery AS d
               SET claimed_until = statement_timestamp() + make_interval(secs => %s),
                   attempted_at = statement_timestamp(),
                   attempts = d.attempts + 1
              FROM chosen
             WHERE d.id = chosen.id AND d.status = 'pending'  -- taken or settled meanwhile
               AND (d.claimed_until IS NULL OR d.claimed_until <= statement_timestamp())
            RETURNING d.id
            """,
            [list(endpoint_ids), share, most, lease.total_seconds()],
        )
        return [row[0] for row in cursor.fetchall()]


def _with_endpoint(
    delivery: WebhookDelivery, endpoints: dict[int, WebhookEndpoint]
) -> WebhookDelivery:
    delivery.endpoint = endpoints[delivery.endpoint_id]
    return delivery
