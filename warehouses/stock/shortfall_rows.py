"""Rows of open shortfalls: locked, reduced in memory, and saved together."""

from collections.abc import Iterable

from django.db.models.functions import Now

from warehouses.models import Shortfall
from warehouses.stock.rows import StockKey


def lock_open_shortfalls(item_ids: Iterable[int]) -> list[Shortfall]:
    """Return the open shortfalls of the items, oldest first, locked by primary key until commit."""
    return list(
        Shortfall.objects.filter(item__in=set(item_ids), resolved_at=None)
        .order_by("pk")
        .select_for_update(no_key=True)
    )


def reduce_missing(shortfalls: Iterable[Shortfall], key: StockKey, units: int) -> int:
    """Reduce `missing` of a stock row's shortfalls by up to `units`; return by how many."""
    left = units
    for shortfall in shortfalls:
        if (shortfall.item_id, shortfall.warehouse_id) == key:
            reduction = min(shortfall.missing, left)
            shortfall.missing -= reduction
            left -= reduction
    return units - left


def reduce_promised(shortfalls: Iterable[Shortfall], item_id: int, units: int) -> int:
    """Reduce `promised` of an item's shortfalls by up to `units`, oldest first; return by how many.

    `promised` units belong to no single warehouse, so any warehouse's units cover them.
    """
    left = units
    for shortfall in shortfalls:
        if shortfall.item_id == item_id:
            reduction = min(shortfall.promised, left)
            shortfall.promised -= reduction
            left -= reduction
    return units - left


def save_shortfalls(shortfalls: Iterable[Shortfall]) -> None:
    """Save locked shortfalls; those with no units left are resolved now."""
    shortfalls = list(shortfalls)
    for shortfall in shortfalls:
        if not shortfall.missing:
            shortfall.picked_parcel = None
        if not shortfall.promised and not shortfall.missing:
            shortfall.resolved_at = Now()
    Shortfall.objects.bulk_update(
        shortfalls, ["missing", "promised", "picked_parcel", "resolved_at"]
    )
