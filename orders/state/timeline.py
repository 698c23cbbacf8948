"""The progress of an order: its lines, its parcels, and what happened to it.

It reads the warehouse orders of the layer above through their reverse relation.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import groupby
from typing import Any, NamedTuple

from django.db.models import prefetch_related_objects

from orders.models import Order, OrderChange, OrderItem, OrderQuerySet
from orders.signals import parcels_loaded
from shop.core.db.prepared import set_related

# The relations that are shown with an order.
PROGRESS = (
    *("lines", "changes", "warehouse_orders__warehouse", "warehouse_orders__carrier"),
    "warehouse_orders__lines",
)


def with_progress(orders: OrderQuerySet) -> OrderQuerySet:
    """Return the orders with lines, history and parcels, in a fixed number of statements."""
    return orders.prefetch_related(*PROGRESS)


def read_progress(order: Order) -> Order:
    """Read the lines, history and parcels of an order; a new order has only lines yet."""
    if order.is_new:
        set_related(order, "warehouse_orders", [])
        set_related(order, "changes", [])
    prefetch_related_objects([order], *PROGRESS)
    return order


def parcels_of(order: Order) -> list:
    """Return the warehouse orders of an order, oldest first, without the cancelled ones."""
    parcels = [parcel for parcel in order.warehouse_orders.all() if not parcel.is_cancelled]
    return sorted(parcels, key=lambda parcel: parcel.pk)


def read_with_arrivals(orders: Iterable[Order]) -> list[Order]:
    """Return orders read with their progress; each parcel has its estimated day of arrival."""
    loaded = list(orders)
    if parcels := [parcel for order in loaded for parcel in parcels_of(order)]:
        parcels_loaded.send(sender=Order, parcels=parcels)
    return loaded


class TimelineItem(NamedTuple):
    """Units of an item that an entry of the timeline is about."""

    item_id: int
    name: str
    quantity: int


class TimelineEntry(NamedTuple):
    """What happened to an order or to its n-th parcel, when, and who did it."""

    type: str
    at: datetime
    author: str
    reason: str = ""
    items: tuple[TimelineItem, ...] = ()
    parcel: int | None = None
    details: Mapping[str, Any] = {}


def timeline_of(order: Order) -> list[TimelineEntry]:
    """Return what happened to an order, sorted by time: its history and its parcels' steps."""
    lines = {line.pk: line for line in order.lines.all()}
    parcels = parcels_of(order)
    entries = [
        TimelineEntry(
            "submitted",
            order.placed_at,
            OrderChange.AuthorKind.CUSTOMER,
            items=_items((line, line.quantity) for line in lines.values()),
        ),
        *_steps(parcels, lines),
        *_changes(order, lines, {parcel.pk: n for n, parcel in enumerate(parcels, start=1)}),
    ]
    return sorted(entries, key=lambda entry: entry.at)


def _steps(parcels: Iterable[Any], lines: Mapping[int, OrderItem]) -> Iterator[TimelineEntry]:
    """Yield when each parcel was assigned and picked; the history has when it was shipped."""
    for number, parcel in enumerate(parcels, start=1):
        units = ((lines[line.order_item_id], line.quantity) for line in parcel.lines.all())
        items = _items(units)
        system, staff = OrderChange.AuthorKind.SYSTEM, OrderChange.AuthorKind.STAFF
        chooser = staff if parcel.is_overruled else system
        yield TimelineEntry("assigned", parcel.assigned_at, chooser, items=items, parcel=number)
        if parcel.picked_at:
            yield TimelineEntry("picked", parcel.picked_at, staff, items=items, parcel=number)


def _changes(
    order: Order, lines: Mapping[int, OrderItem], numbers: Mapping[int, int]
) -> Iterator[TimelineEntry]:
    """Yield the history; the entries that one verb wrote about several lines are one."""
    changes = sorted(order.changes.all(), key=lambda change: change.pk)
    for _, group in groupby(changes, key=_verb_of):
        entries = list(group)
        first = entries[0]
        units = [(lines[e.order_item_id], e.quantity) for e in entries if e.order_item_id]
        yield TimelineEntry(
            first.kind,
            first.created_at,
            first.author_kind,
            first.reason,
            _items(units),
            numbers.get(first.details.get("parcel")),
            first.details,
        )


def _verb_of(change: OrderChange) -> tuple[Any, ...]:
    """Return what the entries of one call of a verb have in common."""
    return change.created_at, change.kind, change.author_id, change.reason, str(change.details)


def _items(units: Iterable[tuple[OrderItem, int]]) -> tuple[TimelineItem, ...]:
    return tuple(TimelineItem(line.item_id, line.name, quantity) for line, quantity in units)
