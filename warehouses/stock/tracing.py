"""The timeline of an item: every recorded event of its units."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from catalog.models import Item
from orders.models import CheckoutItem, OrderItem, OrderNotification
from warehouses.models import Shortfall, StockMovement, WarehouseOrderItem


@dataclass(frozen=True, order=True)
class StockEvent:
    """An event of units of an item; `reference` names the movement, order or warehouse."""

    at: datetime
    kind: str
    units: int
    reference: str


def trace_item(*, sku: str) -> list[StockEvent]:
    """Return the events of an item's units, oldest first. Raises Item.DoesNotExist."""
    item = Item.objects.get(sku=sku)
    return sorted(
        [
            *_movements(item),
            *_holds(item),
            *_orders(item),
            *_parcels(item),
            *_shortfalls(item),
            *_notifications(item),
        ]
    )


def _movements(item: Item) -> Iterator[StockEvent]:
    for entry in StockMovement.objects.filter(item=item).select_related("warehouse"):
        units = entry.physical_change or entry.available_change
        source = f"{entry.warehouse.code} {entry.reference}".strip()
        yield StockEvent(entry.moved_at, entry.kind, units, f"{source} (movement {entry.pk})")


def _holds(item: Item) -> Iterator[StockEvent]:
    for line in CheckoutItem.objects.filter(item=item).select_related("checkout"):
        checkout, reference = line.checkout, f"checkout {line.checkout_id}"
        yield StockEvent(checkout.created_at, "held", line.quantity, reference)
        if checkout.ended_at:
            yield StockEvent(checkout.ended_at, f"hold {checkout.status}", line.quantity, reference)


def _orders(item: Item) -> Iterator[StockEvent]:
    for line in OrderItem.objects.filter(item=item).select_related("order"):
        order, reference = line.order, f"order {line.order.number}"
        yield StockEvent(order.placed_at, "ordered", line.quantity, reference)
        if order.cancelled_at:
            yield StockEvent(
                order.cancelled_at, "order cancelled", line.cancelled_quantity, reference
            )


def _parcels(item: Item) -> Iterator[StockEvent]:
    lines = WarehouseOrderItem.objects.filter(item=item).select_related(
        "warehouse_order__order", "warehouse_order__warehouse"
    )
    for line in lines:
        parcel = line.warehouse_order
        reference = f"{parcel.warehouse.code} for order {parcel.order.number}"
        if parcel.picked_at:
            yield StockEvent(parcel.picked_at, "picked", line.quantity, reference)
        if parcel.cancelled_at:
            yield StockEvent(parcel.cancelled_at, "parcel cancelled", line.quantity, reference)


def _shortfalls(item: Item) -> Iterator[StockEvent]:
    for shortfall in Shortfall.objects.filter(item=item).select_related("warehouse"):
        units = shortfall.missing + shortfall.promised
        reference = f"{shortfall.warehouse.code} (shortfall {shortfall.pk})"
        yield StockEvent(shortfall.opened_at, "shortfall opened", units, reference)
        if shortfall.resolved_at:
            yield StockEvent(shortfall.resolved_at, "shortfall resolved", 0, reference)


def _notifications(item: Item) -> Iterator[StockEvent]:
    notifications = OrderNotification.objects.filter(
        kind=OrderNotification.Kind.SHORT, details__item_id=item.pk
    )
    for notification in notifications.select_related("order"):
        units, reference = notification.details["quantity"], f"order {notification.order.number}"
        yield StockEvent(notification.created_at, "went short", units, reference)
