"""Keyset pagination over a whole table: no long transaction, no OFFSET, little memory."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import TypeVar

from django.db.models import Model, QuerySet

M = TypeVar("M", bound=Model)

BATCH_SIZE = 500
# Longer than any transaction that writes into a ledger stays open.
MAX_TRANSACTION_AGE = timedelta(hours=1)
MAX_OVERREAD = 1000  # keys


def in_batches(
    rows: QuerySet[M], *, after: int = 0, read: Callable[[QuerySet[M]], list[M]] = list
) -> Iterator[list[M]]:
    """Yield the rows by key in batches of BATCH_SIZE, each read by a statement of its own."""
    while batch := read(rows.filter(pk__gt=after).order_by("pk")[:BATCH_SIZE]):
        yield batch
        after = batch[-1].pk


def key_before(rows: QuerySet, moment: datetime, *, column: str) -> int:
    """Return a key such that every row since the moment has a greater one, and few others do.

    For append-only tables, whose `column` is the time at which a row was written. It is a
    binary search, because a scan for the first such row would read every older row.
    """
    return _halve(rows, moment - MAX_TRANSACTION_AGE, column)[0]


def key_after(rows: QuerySet, moment: datetime, *, column: str) -> int:
    """Return a key such that no row before the moment has a greater one; as `key_before`."""
    return _halve(rows, moment + MAX_TRANSACTION_AGE, column)[1]


def _halve(rows: QuerySet, moment: datetime, column: str) -> tuple[int, int]:
    """Return two keys, up to MAX_OVERREAD apart, between which the first row of a moment is."""
    low, high = 0, rows.order_by("-pk").values_list("pk", flat=True).first() or 0
    while high - low > MAX_OVERREAD:
        middle = (low + high) // 2
        written = rows.filter(pk__gt=middle).order_by("pk").values_list(column, flat=True)[:1]
        if written.get() < moment:
            low = middle
        else:
            high = middle
    return low, high
