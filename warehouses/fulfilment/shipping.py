"""Picking and shipping warehouse orders.

Every verb that changes a warehouse order locks its order first, so that shipping and
cancelling the same order are serialized on one row and exactly one of them succeeds.
"""

from django.db import transaction
from django.db.models.functions import Now

from orders.models import Order, OrderNotification
from shop.core.optimistic_locking import Versions, require_version
from warehouses.exceptions import MoreThanPhysicalStock, OrderCancelled, WarehouseOrderNotFound
from warehouses.fulfilment.order_status import update_order_status
from warehouses.models import StockMovement, WarehouseOrder
from warehouses.stock.rows import Change, change_rows, lock_rows


@transaction.atomic
def pick_warehouse_order(
    *, warehouse_order_id: int, assigned_to: str, expected: Versions = None
) -> WarehouseOrder:
    """Set a warehouse order to picked by a named worker or truck.

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
    """Set a warehouse order to shipped and take its units off the physical stock.

    Shipping again changes nothing. Raises WarehouseOrderNotFound, VersionMismatch, OrderCancelled,
    or MoreThanPhysicalStock if the shelves hold fewer units than the warehouse order.
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
    _notify_customer(warehouse_order)
    return warehouse_order


def _notify_customer(parcel: WarehouseOrder) -> None:
    """Record the notification that the parcel was shipped; a task mails it."""
    lines = parcel.lines.select_related("order_item")
    items = [{"name": line.order_item.name, "quantity": line.quantity} for line in lines]
    OrderNotification.objects.create(
        order=parcel.order,
        kind=OrderNotification.Kind.SHIPPED,
        details={"items": items, "tracking": parcel.tracking},
    )


def _lock(warehouse_order_id: int, expected: Versions) -> WarehouseOrder:
    """Lock the order, then the warehouse order.

    Raises WarehouseOrderNotFound, VersionMismatch or OrderCancelled.
    """
    order = Order.objects.filter(warehouse_orders=warehouse_order_id).lock().first()
    if order is None:
        raise WarehouseOrderNotFound
    warehouse_order = WarehouseOrder.objects.filter(pk=warehouse_order_id).lock().get()
    if expected is not None:  # the version reads the lines, one more query
        require_version(expected, warehouse_order.version)
    if warehouse_order.is_cancelled:
        raise OrderCancelled
    warehouse_order.order = order
    return warehouse_order


def _take_off_shelves(warehouse_order: WarehouseOrder, author) -> None:
    """Subtract a warehouse order's units from the physical stock. Raises MoreThanPhysicalStock."""
    lines = list(warehouse_order.lines.order_by("item_id"))
    rows = lock_rows((line.item_id, warehouse_order.warehouse_id) for line in lines)
    changes = {}
    for line in lines:
        key = (line.item_id, warehouse_order.warehouse_id)
        assigned = rows[key].physical_stock - rows[key].available_stock
        if assigned < line.quantity:
            raise MoreThanPhysicalStock(wanted=line.quantity, left=assigned)
        changes[key] = Change(physical=-line.quantity)
    change_rows(
        rows,
        changes,
        kind=StockMovement.Kind.SHIPPED,
        warehouse_orders={warehouse_order.warehouse_id: warehouse_order},
        author=author,
    )
