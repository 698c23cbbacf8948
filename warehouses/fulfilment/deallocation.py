"""Deallocation: units return to stock from warehouse orders that are reduced or cancelled."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

from django.db.models.functions import Now

from catalog.stock import lock_stock, sum_by_item
from orders.models import Order, OrderItem
from warehouses.fulfilment.backlog import cancel_retries
from warehouses.fulfilment.promises import offer_units
from warehouses.fulfilment.unassigned import lines_with_unassigned
from warehouses.models import (
    Shortfall,
    StockMovement,
    Warehouse,
    WarehouseOrder,
    WarehouseOrderItem,
    WarehouseStock,
)
from warehouses.stock.rows import StockKey, lock_rows, post_movements
from warehouses.stock.shortfall_rows import lock_open_shortfalls, reduce_missing, save_shortfalls


def deallocate(
    *, order: Order, freed: Mapping[OrderItem, int], short_orders: Collection[Order]
) -> None:
    """Free the cancelled units of a locked order, and give them to promises and to the stock.

    Unassigned units go first, then assigned but unpicked ones, then picked ones; within
    each, the youngest warehouse order first. Units that are missing from the shelves, or lie
    in a closed warehouse, cannot be sold.
    """
    units = sum_by_item((line.item_id, quantity) for line, quantity in freed.items())
    lock_stock(units)
    parcels = lock_open_warehouse_orders(order)
    lines = lines_with_unassigned(order)
    returned = _choose_lines(parcels, {line.pk: -line.unassigned for line in lines})
    rows = lock_rows(keys_of(parcels))
    shortfalls = lock_open_shortfalls(units)
    units.subtract(release_units(parcels, returned, rows, shortfalls))
    reduce_warehouse_orders(parcels, returned)
    offer_units(units, shortfalls, short_orders)
    save_shortfalls(shortfalls)
    if all(line.unassigned <= 0 for line in lines):
        cancel_retries([order.pk])


def lock_open_warehouse_orders(order: Order) -> list[WarehouseOrder]:
    """Return the unshipped warehouse orders of a locked order, locked until commit."""
    return list(order.warehouse_orders.open().prefetch_related("lines").lock())


def keys_of(parcels: Iterable[WarehouseOrder]) -> set[StockKey]:
    """Return the keys of the stock rows that the lines of warehouse orders belong to."""
    return {
        (line.item_id, parcel.warehouse_id) for parcel in parcels for line in parcel.lines.all()
    }


def release_units(
    parcels: Iterable[WarehouseOrder],
    returned: Mapping[WarehouseOrderItem, int],
    rows: Mapping[StockKey, WarehouseStock],
    shortfalls: Sequence[Shortfall],
) -> Counter[int]:
    """Make units of locked warehouse orders available again, with a ledger entry for each line.

    Units that are missing from the shelves become no less missing: they reduce the locked
    shortfalls, which the caller saves. Return by item the units that cannot be sold, because
    they are missing or lie in a closed warehouse.
    """
    closed = Warehouse.objects.closed_ids() if returned else set()
    unsellable: Counter[int] = Counter()
    movements = []
    for parcel in parcels:
        for line in parcel.lines.all():
            if quantity := returned.get(line, 0):
                key = (line.item_id, parcel.warehouse_id)
                missing = reduce_missing(shortfalls, key, quantity)
                unsellable[line.item_id] += quantity if key[1] in closed else missing
                movements.append(_unassigned(parcel, line, quantity - missing))
    post_movements(rows, movements)
    return unsellable


def reduce_warehouse_orders(
    parcels: Iterable[WarehouseOrder], returned: Mapping[WarehouseOrderItem, int]
) -> None:
    """Take units off the lines of locked warehouse orders; cancel those left empty."""
    empty = []
    for parcel in parcels:
        lines = list(parcel.lines.all())
        if all(returned.get(line) == line.quantity for line in lines):
            empty.append(parcel)
            continue
        for line in lines:
            line.quantity -= returned.get(line, 0)
            if line.quantity == 0:
                line.delete()
            elif line in returned:
                line.save(update_fields=["quantity"])
    cancel_warehouse_orders(empty)


def cancel_warehouse_orders(parcels: Iterable[WarehouseOrder]) -> None:
    """Set locked warehouse orders to cancelled; their lines stay as a record."""
    for parcel in parcels:
        parcel.status = WarehouseOrder.Status.CANCELLED
    ids = [parcel.pk for parcel in parcels]
    WarehouseOrder.objects.filter(pk__in=ids).update(
        status=WarehouseOrder.Status.CANCELLED, cancelled_at=Now()
    )


def _choose_lines(
    parcels: Iterable[WarehouseOrder], excess: Mapping[int, int]
) -> dict[WarehouseOrderItem, int]:
    """Choose the units to take off warehouse orders, as many as `excess` by order line id."""
    left = dict(excess)
    picked = {parcel.pk for parcel in parcels if parcel.is_picked}
    lines = [line for parcel in parcels for line in parcel.lines.all()]
    returned = {}
    for line in sorted(lines, key=lambda line: (line.warehouse_order_id in picked, -line.pk)):
        quantity = min(line.quantity, max(0, left[line.order_item_id]))
        if quantity:
            returned[line] = quantity
            left[line.order_item_id] -= quantity
    return returned


def _unassigned(parcel: WarehouseOrder, line: WarehouseOrderItem, available: int) -> StockMovement:
    return StockMovement(
        item_id=line.item_id,
        warehouse_id=parcel.warehouse_id,
        kind=StockMovement.Kind.UNASSIGNED,
        physical_change=0,
        available_change=available,
        warehouse_order=parcel,
    )
