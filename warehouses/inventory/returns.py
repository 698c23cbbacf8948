"""Receiving returned units, each against the parcel that it left with.

Locks are taken in the written order Order -> AggregatedStock -> WarehouseStock -> Shortfall.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Q, Sum

from catalog.stock import lock_stock
from orders.exceptions import NotThatMany, ReturnNotFound, ReturnOver
from orders.models import Order, OrderChange, OrderNotification, ReturnRequest, ReturnRequestItem
from orders.returns import close_return
from orders.state.history import line_change, post_changes
from orders.state.short_lines import find_short_orders
from shop.core.authors import THE_SHOP, Author
from warehouses.inventory.receiving import distribute_units
from warehouses.models import StockMovement, Warehouse, WarehouseOrder, WarehouseOrderItem
from warehouses.stock.rows import StockKey, lock_or_create_rows, post_movements
from warehouses.stock.shortfall_rows import lock_open_shortfalls

DAMAGED = "returned damaged"


class ReturnedUnits(NamedTuple):
    """Units of one item that came back, sellable or damaged."""

    sellable: int = 0
    damaged: int = 0

    @property
    def total(self) -> int:
        """Return all units."""
        return self.sellable + self.damaged


@transaction.atomic
def receive_return(
    *,
    return_id: int,
    warehouse: Warehouse,
    units: Mapping[int, ReturnedUnits],
    author: Author = THE_SHOP,
) -> ReturnRequest:
    """Put returned units, by item id, on the shelves of a warehouse.

    Sellable units are used as received ones are; damaged ones are written off in the same
    transaction. The request is closed once all its units are received. Raises ReturnNotFound,
    ReturnOver for a closed request, or NotThatMany where more came back than was requested.
    """
    short_orders, request = _lock(return_id, units)
    if not request.is_open:
        raise ReturnOver(request.status)
    lines = {line.order_item.item_id: line for line in request.lines.all()}
    _require_requested(lines, units)
    lock_stock(units)
    rows = lock_or_create_rows((item_id, warehouse.pk) for item_id in units)
    shortfalls = lock_open_shortfalls(units)
    sellable: Counter[StockKey] = Counter(
        {(item_id, warehouse.pk): returned.sellable for item_id, returned in units.items()}
    )
    _write_received(request, lines, units, author)  # first, as units may fill the same lines
    available = distribute_units(sellable, shortfalls, short_orders)
    parcels = _parcels_of(request.order, units)
    post_movements(rows, _movements(warehouse, units, available, parcels, author))
    return request


def _lock(return_id: int, units: Mapping[int, ReturnedUnits]) -> tuple[list[Order], ReturnRequest]:
    """Lock the request's order together with those whose short lines the units could fill.

    Return the latter, of which the request's own order may be one, and the request. Raises
    ReturnNotFound.
    """
    short = find_short_orders({item_id: returned.sellable for item_id, returned in units.items()})
    order_id = ReturnRequest.objects.filter(pk=return_id).values("order")
    orders = list(Order.objects.filter(Q(pk__in=order_id) | Q(pk__in=short)).lock())
    request = ReturnRequest.objects.prefetch_related("lines__order_item").filter(pk=return_id)
    if (locked := request.first()) is None:
        raise ReturnNotFound
    locked.order = next(order for order in orders if order.pk == locked.order_id)
    return [order for order in orders if order.pk in short], locked


def _require_requested(
    lines: Mapping[int, ReturnRequestItem], units: Mapping[int, ReturnedUnits]
) -> None:
    """Raise NotThatMany where more units came back than the request still expects."""
    for item_id, returned in units.items():
        left = lines[item_id].outstanding_quantity if item_id in lines else 0
        if returned.total > left:
            raise NotThatMany(item_id=item_id, wanted=returned.total, left=left)


def _parcels_of(
    order: Order, units: Mapping[int, ReturnedUnits]
) -> dict[int, list[tuple[WarehouseOrder, int]]]:
    """Return by item the shipped parcels, oldest first, each with its units that came back now."""
    lines = WarehouseOrderItem.objects.filter(
        warehouse_order__order=order,
        warehouse_order__status=WarehouseOrder.Status.SHIPPED,
        item__in=units,
    ).select_related("warehouse_order")
    earlier = StockMovement.objects.filter(
        warehouse_order__order=order, kind=StockMovement.Kind.RETURNED
    )
    sums = (
        earlier.order_by().values_list("warehouse_order", "item").annotate(Sum("physical_change"))
    )
    returned = {(parcel, item): quantity for parcel, item, quantity in sums}
    left = {item_id: returned_units.total for item_id, returned_units in units.items()}
    parcels: dict[int, list[tuple[WarehouseOrder, int]]] = {item_id: [] for item_id in units}
    for line in lines.order_by("warehouse_order__shipped_at", "pk"):
        key = (line.warehouse_order_id, line.item_id)
        quantity = min(left[line.item_id], line.quantity - returned.get(key, 0))
        if quantity > 0:
            parcels[line.item_id].append((line.warehouse_order, quantity))
            left[line.item_id] -= quantity
    return parcels


def _movements(
    warehouse: Warehouse,
    units: Mapping[int, ReturnedUnits],
    available: Mapping[StockKey, int],
    parcels: Mapping[int, Sequence[tuple[WarehouseOrder, int]]],
    author: Author,
) -> list[StockMovement]:
    """Return the ledger entries: units that came back by parcel, and the damaged written off.

    Units that replace missing ones become available to nobody; the first entries have these.
    """
    movements: list[StockMovement] = []
    for item_id, returned in units.items():
        left = available[item_id, warehouse.pk]
        entries = []
        for parcel, quantity in reversed(parcels[item_id]):
            change = min(quantity, left)
            left -= change
            entries.append(
                _entry(warehouse, item_id, parcel, author, physical=quantity, available=change)
            )
        movements += reversed(entries)
        movements += _write_offs(warehouse, item_id, returned.damaged, parcels[item_id], author)
    return movements


def _write_offs(
    warehouse: Warehouse,
    item_id: int,
    damaged: int,
    parcels: Iterable[tuple[WarehouseOrder, int]],
    author: Author,
) -> list[StockMovement]:
    """Return the entries that take damaged units off the shelves, by the parcel of each."""
    left = damaged
    entries = []
    for parcel, quantity in parcels:
        if lost := min(quantity, left):
            left -= lost
            entry = _entry(warehouse, item_id, parcel, author, physical=-lost, available=0)
            entry.kind = StockMovement.Kind.DISCARDED
            entry.reference = DAMAGED
            entries.append(entry)
    return entries


def _entry(
    warehouse: Warehouse,
    item_id: int,
    parcel: WarehouseOrder,
    author: Author,
    *,
    physical: int,
    available: int,
) -> StockMovement:
    return StockMovement(
        item_id=item_id,
        warehouse=warehouse,
        warehouse_order=parcel,
        kind=StockMovement.Kind.RETURNED,
        physical_change=physical,
        available_change=available,
        author=author.user,
    )


def _write_received(
    request: ReturnRequest,
    lines: Mapping[int, ReturnRequestItem],
    units: Mapping[int, ReturnedUnits],
    author: Author,
) -> None:
    """Write the received units on the request, on the order's lines and history, and mail it."""
    changes = []
    items: list[dict[str, Any]] = []
    for item_id, returned in units.items():
        line = lines[item_id]
        line.received_quantity += returned.total
        kind = OrderChange.Kind.RETURNED
        changes.append(
            line_change(line.order_item, kind, returned.total, returned_change=returned.total)
        )
        items.append({"name": line.order_item.name, "quantity": returned.total})
    ReturnRequestItem.objects.bulk_update(lines.values(), ["received_quantity"])
    request.status = ReturnRequest.Status.PARTIALLY_RECEIVED
    if any(line.outstanding_quantity for line in lines.values()):
        request.save(update_fields=["status"])
    else:
        request.status = ReturnRequest.Status.RECEIVED
        close_return(request, author)
    post_changes([request.order], changes, author=author, reason=request.reason)
    OrderNotification.objects.create(
        order=request.order, kind=OrderNotification.Kind.RETURNED, details={"items": items}
    )
