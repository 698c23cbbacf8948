"""The timeline of an item: every recorded event of its units."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from catalog.models import Item
from orders.models import CheckoutItem, OrderChange, OrderItem, ReturnRequestItem
from warehouses.models import Shortfall, StockMovement, TransferItem, WarehouseOrderItem

# Changes of order lines that are no movements between shelves and parcels.
CHANGES = {
    OrderChange.Kind.CANCELLED: "order cancelled",
    OrderChange.Kind.SHORT: "went short",
    OrderChange.Kind.MADE_GOOD: "made good",
}


@dataclass(frozen=True)
class StockEvent:
    """An event of units of an item; `reference` names the movement, order or warehouse."""

    at: datetime
    kind: str
    units: int
    reference: str


def trace_item(*, sku: str) -> list[StockEvent]:
    """Return the events of an item's units, oldest first, movements in the ledger's order.

    Raises Item.DoesNotExist.
    """
    item = Item.objects.get(sku=sku)
    return sorted(
        [
            *_movements(item),
            *_holds(item),
            *_orders(item),
            *_parcels(item),
            *_shortfalls(item),
            *_changes(item),
            *_returns(item),
            *_transfers(item),
        ],
        key=lambda event: event.at,
    )


def _movements(item: Item) -> Iterator[StockEvent]:
    movements = StockMovement.objects.filter(item=item).order_by("pk")
    for entry in movements.select_related("warehouse", "warehouse_order__order"):
        units = entry.physical_change or entry.available_change
        source = [entry.warehouse.code, entry.reference]
        if entry.warehouse_order:
            source.append(f"order {entry.warehouse_order.order.number}")
        if entry.transfer_id:
            source.append(f"transfer {entry.transfer_id}")
        source.append(f"(movement {entry.pk})")
        yield StockEvent(entry.moved_at, entry.kind, units, " ".join(filter(None, source)))


def _holds(item: Item) -> Iterator[StockEvent]:
    for line in CheckoutItem.objects.filter(item=item).select_related("checkout"):
        checkout, reference = line.checkout, f"checkout {line.checkout_id}"
        yield StockEvent(checkout.created_at, "held", line.quantity, reference)
        if checkout.ended_at:
            yield StockEvent(checkout.ended_at, f"hold {checkout.status}", line.quantity, reference)


def _orders(item: Item) -> Iterator[StockEvent]:
    for line in OrderItem.objects.filter(item=item).select_related("order"):
        reference = f"order {line.order.number}"
        yield StockEvent(line.order.placed_at, "ordered", line.quantity, reference)


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


def _changes(item: Item) -> Iterator[StockEvent]:
    changes = OrderChange.objects.filter(order_item__item=item, kind__in=CHANGES)
    for change in changes.select_related("order"):
        reference = f"order {change.order.number} by {change.get_author_kind_display().lower()}"
        kind = CHANGES[OrderChange.Kind(change.kind)]
        yield StockEvent(change.created_at, kind, change.quantity, reference)


def _returns(item: Item) -> Iterator[StockEvent]:
    lines = ReturnRequestItem.objects.filter(order_item__item=item)
    for line in lines.select_related("return_request__order"):
        request = line.return_request
        reference = f"return {request.pk} of order {request.order.number}"
        yield StockEvent(request.requested_at, "return requested", line.quantity, reference)
        if request.closed_at and (refused := line.outstanding_quantity):
            yield StockEvent(request.closed_at, "return refused", refused, reference)


def _transfers(item: Item) -> Iterator[StockEvent]:
    lost = TransferItem.objects.filter(item=item, lost_quantity__gt=0)
    for line in lost.select_related("transfer"):
        transfer, reference = line.transfer, f"transfer {line.transfer_id}"
        if transfer.closed_at:
            yield StockEvent(transfer.closed_at, "lost in transit", line.lost_quantity, reference)
