"""Orders that no warehouse can take wholly: tried again ever later, and never forgotten."""

from collections.abc import Sequence

from django.db import connection, transaction
from django.db.models import Min
from django.utils import timezone

from warehouses.models import Waiting

LONGEST_PAUSE = 60  # seconds; what is received finds those who wait within a minute


def note_waiting(order_ids: Sequence[int], reason: str) -> None:
    """Try these locked orders again after a pause that doubles each time."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO warehouses_waiting AS w (order_id, reason, tries, again_at)
            SELECT id, %s, 1, now() + interval '1 second' FROM unnest(%s::bigint[]) AS id
                ON CONFLICT (order_id) DO UPDATE
               SET reason = excluded.reason, tries = w.tries + 1,
                   again_at = now() + least(2 ^ least(w.tries, 30), %s) * interval '1 second'
            """,
            [reason.replace("\x00", "")[:300], sorted(order_ids), LONGEST_PAUSE],
        )


@transaction.atomic
def put_off(*, order_id: int, reason: str) -> None:
    """Try an order that could not be assigned for another reason again after a pause."""
    note_waiting([order_id], reason)


def no_longer_waiting(order_ids: Sequence[int]) -> None:
    Waiting.objects.filter(order__in=order_ids).delete()


def longest_wait() -> float:
    """Return for how many seconds the order has waited that waits longest; 0 for none."""
    since = Waiting.objects.filter(order__awaits_assignment=True).aggregate(since=Min("since"))
    return (timezone.now() - since["since"]).total_seconds() if since["since"] else 0.0
