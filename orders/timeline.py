"""How far an order has come, as its customer is shown it.

Presentation: it reads the warehouse orders of the floor above through their reverse
relation, and decides nothing.
"""

from datetime import datetime
from typing import NamedTuple

from django.db.models import prefetch_related_objects

from orders.models import Order, OrderQuerySet
from shop.core.db.prepared import attach
from shop.core.versions import version_of

# What of an order is shown beside its own row.
PROGRESS = ("lines", "warehouse_orders__warehouse", "warehouse_orders__lines__order_item")


def with_progress(orders: OrderQuerySet) -> OrderQuerySet:
    """Read the orders with their lines and parcels, in a fixed number of statements."""
    return orders.prefetch_related(*PROGRESS)


def read_progress(order: Order) -> Order:
    """Read what is shown beside one order; a new one has no parcels yet."""
    if order.is_new:
        attach(order, "warehouse_orders", [])
    prefetch_related_objects([order], *PROGRESS)
    return order


def parcels_of(order: Order) -> list:
    """Its warehouse orders, oldest first, without the cancelled ones."""
    parcels = [one for one in order.warehouse_orders.all() if not one.is_cancelled]
    return sorted(parcels, key=lambda parcel: parcel.pk)


def version_of_order(order: Order) -> str:
    """Changes with whatever becomes of the order, its lines and its parcels."""
    lines = [(line.pk, line.cancelled_quantity, line.short_quantity) for line in order.lines.all()]
    parcels = [
        (parcel.pk, parcel.status, [(line.pk, line.quantity) for line in parcel.lines.all()])
        for parcel in parcels_of(order)
    ]
    return version_of([order.status, order.anonymised_at is None, lines, parcels])


class Event(NamedTuple):
    """Something that happened to an order, or to its n-th parcel."""

    name: str
    at: datetime
    parcel: int | None = None


def timeline_of(order: Order) -> list[Event]:
    """What happened to the order, in order of time."""
    events = [Event("submitted", order.placed_at)]
    if order.cancelled_at:
        events.append(Event("cancelled", order.cancelled_at))
    for number, parcel in enumerate(parcels_of(order), start=1):
        for name in ("assigned", "picked", "shipped"):
            if at := getattr(parcel, f"{name}_at"):
                events.append(Event(name, at, number))
    return sorted(events, key=lambda event: event.at)
