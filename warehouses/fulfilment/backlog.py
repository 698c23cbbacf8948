"""Orders with unassigned units: when assignment is retried, and how long they have waited.

An order stays in the backlog until all of its units are assigned or cancelled. The pause
between two attempts doubles up to MAX_RETRY_PAUSE_SECONDS.
"""

from collections.abc import Sequence

from django.db import connection, transaction
from django.db.models import Min
from django.db.models.functions import Coalesce, Now

from orders.models import Order
from warehouses.models import BackorderRetry

# An order with unassigned units gets received ones within this time.
MAX_RETRY_PAUSE_SECONDS = 60
MAX_REASON_LENGTH = BackorderRetry._meta.get_field("reason").max_length or 0


def schedule_retry(order_ids: Sequence[int], reason: str) -> None:
    """Schedule the next attempt for locked orders, after a pause that doubles each time."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO warehouses_backorderretry AS w (order_id, reason, attempts, retry_at)
            SELECT id, %s, 1, now() + interval '1 second' FROM unnest(%s::bigint[]) AS id
                ON CONFLICT (order_id) DO UPDATE
               SET reason = excluded.reason, attempts = w.attempts + 1,
                   retry_at = now() + least(2 ^ least(w.attempts, 30), %s) * interval '1 second'
            """,
            [_storable(reason), sorted(order_ids), MAX_RETRY_PAUSE_SECONDS],
        )


@transaction.atomic
def postpone_retry(*, order_id: int, reason: str) -> None:
    """Schedule the next attempt for an order whose assignment failed.

    An order that awaits no assignment any more is left alone.
    """
    if Order.objects.filter(pk=order_id, awaits_assignment=True).lock().first():
        schedule_retry([order_id], reason)


def cancel_retries(order_ids: Sequence[int]) -> None:
    """Delete the scheduled retries of locked orders."""
    BackorderRetry.objects.filter(order__in=order_ids).delete()


def longest_wait() -> float:
    """Return the age in seconds of the oldest order that awaits assignment; 0 for none.

    An order without an attempt counts from when it was placed.
    """
    orders = Order.objects.filter(awaits_assignment=True)
    since = Min(Coalesce("backorder_retry__since", "placed_at"))
    longest = orders.aggregate(longest=Now() - since)["longest"]
    return longest.total_seconds() if longest else 0.0


def _storable(reason: str) -> str:
    """Return a reason as its column holds it: valid UTF-8 without NUL, cut to the length."""
    return reason.replace("\x00", "").encode(errors="replace").decode()[:MAX_REASON_LENGTH]
