"""Deallocation: units return to stock from warehouse orders that are reduced or cancelled.

The cancelling verb has locked the order and then the items' aggregated stock, and has
put all of the units on sale. Units that are missing from the shelves, or lie in a
closed warehouse, cannot be sold, so this module takes them off sale again.
"""

from collections import Counter
from collections.abc import Iterable, Mapping

from django.db.models.functions import Now

from catalog.stock import change_stock
from orders.models import Order
from warehouses.fulfilment.backlog import cancel_retries
from warehouses.fulfilment.order_status import lines_with_unassigned, update_order_status
from warehouses.models import StockMovement, Warehouse, WarehouseOrder, WarehouseOrderItem
from warehouses.stock.rows import Change, StockKey, change_rows, lock_rows
from warehouses.stock.shortfall_rows import lock_open_shortfalls, reduce_missing, save_shortfalls


def deallocate(*, order: Order) -> None:
    """Cancel the open warehouse orders of a locked, cancelled order and free their units."""
    open_orders = lock_open_warehouse_orders(order)
    lines = [line for warehouse_order in open_orders for line in warehouse_order.lines.all()]
    _return_units(open_orders, {line: line.quantity for line in lines})
    cancel_warehouse_orders(open_orders)
    cancel_retries([order.pk])


def deallocate_items(*, order: Order, cancelled: Mapping[int, int]) -> None:
    """Take cancelled units, by order line id, off the open warehouse orders of a locked order.

    Unassigned units are cancelled first, then assigned but unpicked ones, then picked
    ones; within each, the youngest warehouse order first.
    """
    open_orders = lock_open_warehouse_orders(order)
    assigned = WarehouseOrder.Status.ASSIGNED
    unpicked = {parcel.pk for parcel in open_orders if parcel.status == assigned}
    excess = {line.pk: -line.unassigned for line in lines_with_unassigned(order)}
    returned: dict[WarehouseOrderItem, int] = {}
    lines = [line for warehouse_order in open_orders for line in warehouse_order.lines.all()]
    for line in sorted(lines, key=lambda line: (line.warehouse_order_id not in unpicked, -line.pk)):
        quantity = min(line.quantity, max(0, excess[line.order_item_id]))
        if quantity and line.order_item_id in cancelled:
            returned[line] = quantity
            excess[line.order_item_id] -= quantity
    _return_units(open_orders, returned)
    reduce_warehouse_orders(open_orders, returned)
    update_order_status(order)


def lock_open_warehouse_orders(order: Order) -> list[WarehouseOrder]:
    """Return the unshipped warehouse orders of a locked order, locked until commit."""
    return list(order.warehouse_orders.open().prefetch_related("lines").lock())


def reduce_warehouse_orders(
    open_orders: Iterable[WarehouseOrder], returned: Mapping[WarehouseOrderItem, int]
) -> None:
    """Take units off the lines of locked warehouse orders; cancel those left empty."""
    empty = []
    for warehouse_order in open_orders:
        lines = list(warehouse_order.lines.all())
        if all(returned.get(line) == line.quantity for line in lines):
            empty.append(warehouse_order)
            continue
        for line in lines:
            line.quantity -= returned.get(line, 0)
            if line.quantity == 0:
                line.delete()
            elif line in returned:
                line.save(update_fields=["quantity"])
    cancel_warehouse_orders(empty)


def _return_units(
    open_orders: Iterable[WarehouseOrder], returned: Mapping[WarehouseOrderItem, int]
) -> None:
    """Make units of locked warehouse orders available again in their warehouses."""
    warehouses = {parcel.pk: parcel.warehouse_id for parcel in open_orders}
    units: Counter[StockKey] = Counter()
    for line, quantity in returned.items():
        units[line.item_id, warehouses[line.warehouse_order_id]] += quantity
    rows = lock_rows(units)
    shortfalls = lock_open_shortfalls({item_id for item_id, _ in units})
    missing = {key: reduce_missing(shortfalls, key, quantity) for key, quantity in units.items()}
    save_shortfalls(shortfalls)
    change_rows(
        rows,
        {key: Change(available=units[key] - missing[key]) for key in sorted(units)},
        kind=StockMovement.Kind.UNASSIGNED,
        warehouse_orders={parcel.warehouse_id: parcel for parcel in open_orders},
    )
    _take_off_sale(units, missing)


def _take_off_sale(units: Mapping[StockKey, int], missing: Mapping[StockKey, int]) -> None:
    """Take returned units off sale that are missing or lie in a closed warehouse."""
    closed = Warehouse.objects.closed_ids()
    unsellable: Counter[int] = Counter()
    for key, quantity in units.items():
        item_id, warehouse_id = key
        unsellable[item_id] += quantity if warehouse_id in closed else missing[key]
    change_stock({item_id: -quantity for item_id, quantity in unsellable.items() if quantity})


def cancel_warehouse_orders(open_orders: Iterable[WarehouseOrder]) -> None:
    """Set locked warehouse orders to cancelled; their lines stay as a record."""
    for warehouse_order in open_orders:
        warehouse_order.status = WarehouseOrder.Status.CANCELLED
    ids = [warehouse_order.pk for warehouse_order in open_orders]
    WarehouseOrder.objects.filter(pk__in=ids).update(
        status=WarehouseOrder.Status.CANCELLED, cancelled_at=Now()
    )
