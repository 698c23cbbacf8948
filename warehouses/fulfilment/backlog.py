"""Orders that no warehouse can take wholly: tried again ever later, and never forgotten."""

from collections.abc import Sequence

from django.db import connection, transaction
from django.db.models import Min
from django.db.models.functions import Coalesce, Now

from orders.models import Order
from warehouses.models import BackorderRetry

MAX_RETRY_PAUSE = 60  # seconds; what is received finds those who wait within a minute


def schedule_retry(order_ids: Sequence[int], reason: str) -> None:
    """Try these locked orders again after a pause that doubles each time."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO warehouses_backorderretry AS w (order_id, reason, tries, retry_at)
            SELECT id, %s, 1, now() + interval '1 second' FROM unnest(%s::bigint[]) AS id
                ON CONFLICT (order_id) DO UPDATE
               SET reason = excluded.reason, tries = w.tries + 1,
                   retry_at = now() + least(2 ^ least(w.tries, 30), %s) * interval '1 second'
            """,
            [_kept(reason), sorted(order_ids), MAX_RETRY_PAUSE],
        )


@transaction.atomic
def postpone_retry(*, order_id: int, reason: str) -> None:
    """Try an order that could not be assigned for another reason again after a pause."""
    if Order.objects.filter(pk=order_id, awaits_assignment=True).lock().first():
        schedule_retry([order_id], reason)


def cancel_retries(order_ids: Sequence[int]) -> None:
    BackorderRetry.objects.filter(order__in=order_ids).delete()


def longest_wait() -> float:
    """Return for how many seconds the order has waited that waits longest; 0 for none.

    One that nobody has even looked at waits since it was placed.
    """
    waiting = Order.objects.filter(awaits_assignment=True)
    since = Min(Coalesce("backorder_retry__since", "placed_at"))
    longest = waiting.aggregate(longest=Now() - since)["longest"]
    return longest.total_seconds() if longest else 0.0


def _kept(reason: str) -> str:
    """What a table keeps of it."""
    return reason.replace("\x00", "").encode(errors="replace").decode()[:300]
