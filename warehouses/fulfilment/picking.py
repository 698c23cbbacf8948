"""Picking: units leave their shelves for a parcel, all of them or what the picker found.

What a picker did not find is counted off the shelf, and assigned anew or short.
"""

from collections import Counter
from collections.abc import Mapping

from django.db import transaction
from django.db.models.functions import Now

from catalog.models import AggregatedStock
from catalog.stock import lock_stock
from orders.exceptions import NotThatMany
from orders.models import Order
from orders.state.status import write_statuses
from shop.core.authors import THE_SHOP, Author
from shop.core.optimistic_locking import Versions
from warehouses.exceptions import AlreadyPicked, WarehouseOrderShipped
from warehouses.fulfilment.deallocation import keys_of, reduce_warehouse_orders
from warehouses.fulfilment.locking import lock_order_of, lock_warehouse_order
from warehouses.fulfilment.promises import withdraw_units
from warehouses.models import Shortfall, StockMovement, WarehouseOrder, WarehouseOrderItem
from warehouses.signals import shortfall_opened, units_unassigned
from warehouses.stock.rows import lock_rows, post_movements
from warehouses.stock.shortfall_rows import lock_open_shortfalls, reduce_missing, save_shortfalls

COUNTED_OFF = "not found by the picker"


@transaction.atomic
def pick_warehouse_order(
    *,
    warehouse_order_id: int,
    assigned_to: str,
    found: Mapping[int, int] | None = None,
    author: Author = THE_SHOP,
    expected: Versions = None,
) -> WarehouseOrder:
    """Set a warehouse order to picked by a named worker or truck.

    `found` are the units, by item id, of lines that were not found whole (a short pick): the
    lacking ones are counted off the shelf and leave the parcel; without any unit it is
    cancelled. Picking again by the same name changes nothing, except for a short pick.
    Raises WarehouseOrderNotFound, VersionMismatch, OrderCancelled, AlreadyPicked,
    WarehouseOrderShipped, or NotThatMany where `found` is more than the parcel has.
    """
    order = lock_order_of(warehouse_order_id)
    lines = list(WarehouseOrderItem.objects.filter(warehouse_order=warehouse_order_id))
    lost = _lost_units(lines, found or {})
    stock = lock_stock(line.item_id for line in lost) if lost else {}
    parcel = lock_warehouse_order(order, warehouse_order_id, expected)
    _require_pickable(parcel, assigned_to, is_short=bool(lost))
    if lost:
        _take_off(parcel, lost, stock, author)
        write_statuses([order])
        units_unassigned.send(sender=Order, order=order)
    if parcel.status == WarehouseOrder.Status.ASSIGNED:
        _write_picked(parcel, assigned_to)
    return parcel


@transaction.atomic
def unpick_warehouse_order(*, warehouse_order_id: int, expected: Versions = None) -> WarehouseOrder:
    """Put the units of a picked warehouse order back on their shelves: it is assigned again.

    So it can move, shrink or be picked by somebody else. An assigned one is left unchanged.
    Raises WarehouseOrderNotFound, VersionMismatch, OrderCancelled or WarehouseOrderShipped.
    """
    order = lock_order_of(warehouse_order_id)
    parcel = lock_warehouse_order(order, warehouse_order_id, expected)
    if parcel.is_shipped:
        raise WarehouseOrderShipped
    if parcel.is_picked:
        parcel.status = WarehouseOrder.Status.ASSIGNED
        parcel.assigned_to = ""
        parcel.picked_at = None
        parcel.save(update_fields=["status", "assigned_to", "picked_at"])
        _resolve_missing(parcel)
    return parcel


def _lost_units(
    lines: list[WarehouseOrderItem], found: Mapping[int, int]
) -> dict[WarehouseOrderItem, int]:
    """Return the units of each line that were not found. Raises NotThatMany."""
    by_item = {line.item_id: line for line in lines}
    for item_id, quantity in found.items():
        left = by_item[item_id].quantity if item_id in by_item else 0
        if quantity > left or not left:
            raise NotThatMany(item_id=item_id, wanted=quantity, left=left)
    lost = {by_item[item_id]: by_item[item_id].quantity - found[item_id] for item_id in found}
    return {line: quantity for line, quantity in lost.items() if quantity}


def _require_pickable(parcel: WarehouseOrder, assigned_to: str, *, is_short: bool) -> None:
    """Raise AlreadyPicked for another's parcel, or WarehouseOrderShipped."""
    is_own = parcel.assigned_to == assigned_to
    if parcel.is_shipped and (is_short or not parcel.assigned_to):
        raise WarehouseOrderShipped
    if (parcel.is_picked or parcel.is_shipped) and not is_own:
        raise AlreadyPicked(parcel.assigned_to)


def _write_picked(parcel: WarehouseOrder, assigned_to: str) -> None:
    parcel.status = WarehouseOrder.Status.PICKED
    parcel.assigned_to = assigned_to
    parcel.picked_at = Now()
    parcel.save(update_fields=["status", "assigned_to", "picked_at"])
    parcel.refresh_from_db(fields=["picked_at"])


def _take_off(
    parcel: WarehouseOrder,
    lost: Mapping[WarehouseOrderItem, int],
    stock: Mapping[int, AggregatedStock],
    author: Author,
) -> None:
    """Count lost units off the shelf and off a locked parcel.

    Units that an earlier count missed already are not counted off again. All of them are
    promised and not covered any more.
    """
    rows = lock_rows(keys_of([parcel]))
    shortfalls = lock_open_shortfalls(line.item_id for line in lost)
    movements = []
    for line, quantity in sorted(lost.items(), key=lambda pair: pair[0].item_id):
        key = (line.item_id, parcel.warehouse_id)
        counted_off = quantity - reduce_missing(shortfalls, key, quantity)
        movements += [
            _movement(parcel, line, StockMovement.Kind.UNASSIGNED, available=counted_off),
            _movement(
                parcel,
                line,
                StockMovement.Kind.RECOUNTED,
                physical=-counted_off,
                available=-counted_off,
                reference=COUNTED_OFF,
                author=author.user,
            ),
        ]
    save_shortfalls(shortfalls)
    post_movements(rows, movements)
    reduce_warehouse_orders([parcel], lost)
    units = Counter({line.item_id: quantity for line, quantity in lost.items()})
    withdraw_units(units, stock, warehouse_id=parcel.warehouse_id)


def _movement(
    parcel: WarehouseOrder,
    line: WarehouseOrderItem,
    kind: StockMovement.Kind,
    *,
    physical: int = 0,
    available: int = 0,
    **fields,
) -> StockMovement:
    return StockMovement(
        item_id=line.item_id,
        warehouse_id=parcel.warehouse_id,
        warehouse_order=parcel,
        kind=kind,
        physical_change=physical,
        available_change=available,
        **fields,
    )


def _resolve_missing(parcel: WarehouseOrder) -> None:
    """Have the shortfalls resolved whose missing units may be on an unpicked parcel."""
    items = parcel.lines.values("item")
    missing = Shortfall.objects.filter(
        warehouse=parcel.warehouse_id, item__in=items, missing__gt=0, resolved_at=None
    )
    for item_id in missing.values_list("item", flat=True).distinct():
        shortfall_opened.send(sender=Shortfall, item_id=item_id)
