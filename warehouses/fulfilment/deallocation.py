"""Units that come back from warehouse orders which are smaller now, or cancelled.

The verb that cancelled has locked the order and then the items' aggregated stock, and
has put all of the units on sale. Units that are missing from the shelves, or lie in a
closed warehouse, cannot be sold, so they are taken off sale again here.
"""

from collections import Counter
from collections.abc import Iterable, Mapping

from django.db.models.functions import Now

from catalog.stock import change_stock
from orders.models import Order
from warehouses.fulfilment.backlog import cancel_retries
from warehouses.fulfilment.order_status import lines_with_unassigned, update_order_status
from warehouses.models import StockMovement, Warehouse, WarehouseOrder, WarehouseOrderItem
from warehouses.stock.rows import (
    Change,
    StockKey,
    change_rows,
    lock_open_shortfalls,
    lock_rows,
    pay_missing,
    write_owed,
)


def deallocate(*, order: Order) -> None:
    """Cancel the open warehouse orders of a locked, cancelled order; their units are free again."""
    open_orders = lock_open(order)
    lines = [line for one in open_orders for line in one.lines.all()]
    _return_units(open_orders, {line: line.quantity for line in lines})
    cancel(open_orders)
    cancel_retries([order.pk])


def deallocate_items(*, order: Order, cancelled: Mapping[int, int]) -> None:
    """Take cancelled units, given by order line id, off the open warehouse orders.

    Units that no warehouse ships yet are the first to go, then those that are not picked
    yet, of the youngest warehouse order first.
    """
    open_orders = lock_open(order)
    unpicked = {one.pk for one in open_orders if one.status == WarehouseOrder.Status.ASSIGNED}
    excess = {line.pk: -line.unassigned for line in lines_with_unassigned(order)}
    returned: dict[WarehouseOrderItem, int] = {}
    lines = [line for one in open_orders for line in one.lines.all()]
    for line in sorted(lines, key=lambda line: (line.warehouse_order_id not in unpicked, -line.pk)):
        quantity = min(line.quantity, max(0, excess[line.order_item_id]))
        if quantity and line.order_item_id in cancelled:
            returned[line] = quantity
            excess[line.order_item_id] -= quantity
    _return_units(open_orders, returned)
    shrink(open_orders, returned)
    update_order_status(order)


def lock_open(order: Order) -> list[WarehouseOrder]:
    """Lock the warehouse orders of a locked order that are not on their way yet."""
    return list(order.warehouse_orders.open().prefetch_related("lines").lock())


def shrink(
    open_orders: Iterable[WarehouseOrder], returned: Mapping[WarehouseOrderItem, int]
) -> None:
    """Take units off the lines of locked warehouse orders; one left empty is cancelled."""
    empty = []
    for one in open_orders:
        lines = list(one.lines.all())
        if all(returned.get(line) == line.quantity for line in lines):
            empty.append(one)
            continue
        for line in lines:
            line.quantity -= returned.get(line, 0)
            if line.quantity == 0:
                line.delete()
            elif line in returned:
                line.save(update_fields=["quantity"])
    cancel(empty)


def _return_units(
    open_orders: Iterable[WarehouseOrder], returned: Mapping[WarehouseOrderItem, int]
) -> None:
    by_id = {one.pk: one for one in open_orders}
    back: Counter[StockKey] = Counter()
    for line, quantity in returned.items():
        back[line.item_id, by_id[line.warehouse_order_id].warehouse_id] += quantity
    rows = lock_rows(back)
    owed = lock_open_shortfalls({item_id for item_id, _ in back})
    missing = {place: pay_missing(owed, place, units) for place, units in back.items()}
    write_owed(owed)
    change_rows(
        rows,
        {place: Change(available=back[place] - missing[place]) for place in sorted(back)},
        kind=StockMovement.Kind.UNASSIGNED,
        warehouse_orders={one.warehouse_id: one for one in open_orders},
    )
    _take_off_sale(back, missing)


def _take_off_sale(back: Mapping[StockKey, int], missing: Mapping[StockKey, int]) -> None:
    """Undo the putting on sale of units that are not there or in a closed warehouse."""
    closed = Warehouse.objects.closed_ids()
    unsellable: Counter[int] = Counter()
    for place, units in back.items():
        unsellable[place[0]] += units if place[1] in closed else missing[place]
    change_stock({item_id: -units for item_id, units in unsellable.items() if units})


def cancel(open_orders: Iterable[WarehouseOrder]) -> None:
    """Write that nothing of locked warehouse orders is shipped; their lines stay to be read."""
    for one in open_orders:
        one.status = WarehouseOrder.Status.CANCELLED
    WarehouseOrder.objects.filter(pk__in=[one.pk for one in open_orders]).update(
        status=WarehouseOrder.Status.CANCELLED, cancelled_at=Now()
    )
