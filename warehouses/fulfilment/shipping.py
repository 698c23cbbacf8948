"""Picking and shipping warehouse orders.

Whatever changes a warehouse order locks its order first, so that shipping and
cancelling the same order meet at one row and exactly one of them wins.
"""

from django.db import transaction
from django.db.models.functions import Now

from orders.models import Order, OrderNotification
from shop.core.versions import Versions, require_version
from warehouses.exceptions import MoreThanPhysicalStock, OrderCancelled, WarehouseOrderNotFound
from warehouses.fulfilment.order_status import update_order_status
from warehouses.models import StockMovement, WarehouseOrder
from warehouses.stock.rows import Change, change_rows, lock_rows


@transaction.atomic
def pick_warehouse_order(
    *, warehouse_order_id: int, assigned_to: str, expected: Versions = None
) -> WarehouseOrder:
    """Note that a named worker or truck has the units off the shelf.

    Picking again changes nothing. Raises WarehouseOrderNotFound, VersionMismatch or OrderCancelled.
    """
    warehouse_order = _lock(warehouse_order_id, expected)
    if warehouse_order.status == WarehouseOrder.Status.ASSIGNED:
        warehouse_order.status = WarehouseOrder.Status.PICKED
        warehouse_order.assigned_to = assigned_to
        warehouse_order.picked_at = Now()
        warehouse_order.save(update_fields=["status", "assigned_to", "picked_at"])
        warehouse_order.refresh_from_db(fields=["picked_at"])
    return warehouse_order


@transaction.atomic
def ship_warehouse_order(
    *, warehouse_order_id: int, tracking: str = "", author=None, expected: Versions = None
) -> WarehouseOrder:
    """Send the parcel off: its units leave the physical stock.

    Shipping again changes nothing. Raises WarehouseOrderNotFound, VersionMismatch, OrderCancelled,
    or MoreThanPhysicalStock when the shelves hold less than the parcel should.
    """
    warehouse_order = _lock(warehouse_order_id, expected)
    if warehouse_order.is_shipped:
        return warehouse_order
    _take_off_shelves(warehouse_order, author)
    warehouse_order.status = WarehouseOrder.Status.SHIPPED
    warehouse_order.tracking = tracking
    warehouse_order.shipped_at = Now()
    warehouse_order.save(update_fields=["status", "tracking", "shipped_at"])
    warehouse_order.refresh_from_db(fields=["shipped_at"])
    update_order_status(warehouse_order.order)
    _tell_customer(warehouse_order)
    return warehouse_order


def _tell_customer(parcel: WarehouseOrder) -> None:
    lines = parcel.lines.select_related("order_item")
    sent = [{"name": line.order_item.name, "quantity": line.quantity} for line in lines]
    OrderNotification.objects.create(
        order=parcel.order,
        kind=OrderNotification.Kind.SHIPPED,
        details={"items": sent, "tracking": parcel.tracking},
    )


def _lock(warehouse_order_id: int, expected: Versions) -> WarehouseOrder:
    """Lock the order, then the warehouse order. Raises when there is nothing to do with it."""
    order = Order.objects.filter(warehouse_orders=warehouse_order_id).lock().first()
    if order is None:
        raise WarehouseOrderNotFound
    warehouse_order = WarehouseOrder.objects.filter(pk=warehouse_order_id).lock().get()
    if expected is not None:  # only then are its lines worth reading
        require_version(expected, warehouse_order.version)
    if warehouse_order.is_cancelled:
        raise OrderCancelled
    warehouse_order.order = order
    return warehouse_order


def _take_off_shelves(warehouse_order: WarehouseOrder, author) -> None:
    lines = list(warehouse_order.lines.order_by("item_id"))
    rows = lock_rows((line.item_id, warehouse_order.warehouse_id) for line in lines)
    changes = {}
    for line in lines:
        place = (line.item_id, warehouse_order.warehouse_id)
        if rows[place].physical_stock - rows[place].available_stock < line.quantity:
            raise MoreThanPhysicalStock(
                wanted=line.quantity,
                left=rows[place].physical_stock - rows[place].available_stock,
            )
        changes[place] = Change(physical=-line.quantity)
    change_rows(
        rows,
        changes,
        kind=StockMovement.Kind.SHIPPED,
        warehouse_orders={warehouse_order.warehouse_id: warehouse_order},
        author=author,
    )
