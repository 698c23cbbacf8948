"""The progress of an order: its lines, parcels and events.

It reads the warehouse orders of the layer above through their reverse relation.
"""

from datetime import datetime
from typing import NamedTuple

from django.db.models import prefetch_related_objects

from orders.models import Order, OrderQuerySet
from shop.core.db.prepared import set_related

# The relations that are shown with an order.
PROGRESS = ("lines", "warehouse_orders__warehouse", "warehouse_orders__lines")


def with_progress(orders: OrderQuerySet) -> OrderQuerySet:
    """Return the orders with their lines and parcels, read in a fixed number of statements."""
    return orders.prefetch_related(*PROGRESS)


def read_progress(order: Order) -> Order:
    """Read the lines and parcels of an order; a new order has no parcels yet."""
    if order.is_new:
        set_related(order, "warehouse_orders", [])
    prefetch_related_objects([order], *PROGRESS)
    return order


def parcels_of(order: Order) -> list:
    """Return the warehouse orders of an order, oldest first, without the cancelled ones."""
    parcels = [parcel for parcel in order.warehouse_orders.all() if not parcel.is_cancelled]
    return sorted(parcels, key=lambda parcel: parcel.pk)


class OrderEvent(NamedTuple):
    """An event of an order, or of its n-th parcel."""

    name: str
    at: datetime
    parcel: int | None = None


def timeline_of(order: Order) -> list[OrderEvent]:
    """Return the events of an order, sorted by time."""
    events = [OrderEvent("submitted", order.placed_at)]
    if order.cancelled_at:
        events.append(OrderEvent("cancelled", order.cancelled_at))
    for number, parcel in enumerate(parcels_of(order), start=1):
        for name in ("assigned", "picked", "shipped"):
            if at := getattr(parcel, f"{name}_at"):
                events.append(OrderEvent(name, at, number))
    return sorted(events, key=lambda event: event.at)
