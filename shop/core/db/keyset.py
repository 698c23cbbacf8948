"""Reading a whole table by key, in batches: no long transaction, no OFFSET, little memory."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import TypeVar

from django.db.models import Model, QuerySet

M = TypeVar("M", bound=Model)

BATCH = 500
# No transaction that writes into a ledger is open for as long.
SLACK = timedelta(hours=1)
NEAR = 1000  # keys


def in_batches(
    rows: QuerySet[M], *, after: int = 0, read: Callable[[QuerySet[M]], list[M]] = list
) -> Iterator[list[M]]:
    """Yield the rows by key, each batch read by itself as it is then."""
    while batch := read(rows.filter(pk__gt=after).order_by("pk")[:BATCH]):
        yield batch
        after = batch[-1].pk


def key_before(rows: QuerySet, moment: datetime, *, column: str) -> int:
    """Return a key after which every row since the moment is, and few before it.

    For tables that only grow, whose `column` says when a row was written: found by halving,
    because a scan for the first one would read all that is older.
    """
    low, high = 0, rows.order_by("-pk").values_list("pk", flat=True).first() or 0
    while high - low > NEAR:
        middle = (low + high) // 2
        written = rows.filter(pk__gt=middle).order_by("pk").values_list(column, flat=True)[:1]
        if written.get() < moment - SLACK:
            low = middle
        else:
            high = middle
    return low
