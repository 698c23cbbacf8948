"""Where each unit of an item went: one item, one timeline."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from catalog.models import Item
from orders.models import CheckoutItem, OrderItem, OrderNotification
from warehouses.models import Shortfall, StockMovement, WarehouseOrderItem


@dataclass(frozen=True, order=True)
class Event:
    """Something that happened to units of an item."""

    at: datetime
    what: str
    units: int
    where: str


def trace_item(*, sku: str) -> list[Event]:
    """Return what happened to an item's units, oldest first. Raises Item.DoesNotExist."""
    item = Item.objects.get(sku=sku)
    return sorted(
        [
            *_movements(item),
            *_holds(item),
            *_orders(item),
            *_parcels(item),
            *_shortfalls(item),
            *_notices(item),
        ]
    )


def _movements(item: Item) -> Iterator[Event]:
    for one in StockMovement.objects.filter(item=item).select_related("warehouse"):
        units = one.physical_change or one.available_change
        note = f"{one.warehouse.code} {one.reference}".strip()
        yield Event(one.at, one.kind, units, f"{note} (movement {one.pk})")


def _holds(item: Item) -> Iterator[Event]:
    for line in CheckoutItem.objects.filter(item=item).select_related("checkout"):
        checkout, where = line.checkout, f"checkout {line.checkout_id}"
        yield Event(checkout.created_at, "held", line.quantity, where)
        if checkout.ended_at:
            yield Event(checkout.ended_at, f"hold {checkout.status}", line.quantity, where)


def _orders(item: Item) -> Iterator[Event]:
    for line in OrderItem.objects.filter(item=item).select_related("order"):
        order, where = line.order, f"order {line.order.number}"
        yield Event(order.placed_at, "ordered", line.quantity, where)
        if order.cancelled_at:
            yield Event(order.cancelled_at, "order cancelled", line.cancelled_quantity, where)


def _parcels(item: Item) -> Iterator[Event]:
    lines = WarehouseOrderItem.objects.filter(item=item).select_related(
        "warehouse_order__order", "warehouse_order__warehouse"
    )
    for line in lines:
        parcel = line.warehouse_order
        where = f"{parcel.warehouse.code} for order {parcel.order.number}"
        if parcel.picked_at:
            yield Event(parcel.picked_at, "picked", line.quantity, where)
        if parcel.cancelled_at:
            yield Event(parcel.cancelled_at, "parcel cancelled", line.quantity, where)


def _shortfalls(item: Item) -> Iterator[Event]:
    for one in Shortfall.objects.filter(item=item).select_related("warehouse"):
        owed = f"{one.warehouse.code} (shortfall {one.pk})"
        yield Event(one.opened_at, "shortfall opened", one.missing + one.promised, owed)
        if one.resolved_at:
            yield Event(one.resolved_at, "shortfall resolved", 0, owed)


def _notices(item: Item) -> Iterator[Event]:
    short = OrderNotification.objects.filter(
        kind=OrderNotification.Kind.SHORT, details__item_id=item.pk
    )
    for notice in short.select_related("order"):
        where = f"order {notice.order.number}"
        yield Event(notice.created_at, "went short", notice.details["quantity"], where)
