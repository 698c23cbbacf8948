"""The locks of the verbs that change one warehouse order.

Every such verb locks the order first, so that shipping and cancelling the same order are
serialized on one row and exactly one of them succeeds.
"""

from orders.models import Order
from shop.core.optimistic_locking import Versions, require_version
from warehouses.exceptions import OrderCancelled, WarehouseOrderNotFound
from warehouses.models import WarehouseOrder


def lock_order_of(warehouse_order_id: int) -> Order:
    """Return the order of a warehouse order, locked until commit. Raises WarehouseOrderNotFound."""
    order = Order.objects.filter(warehouse_orders=warehouse_order_id).lock().first()
    if order is None:
        raise WarehouseOrderNotFound
    return order


def lock_warehouse_order(
    order: Order, warehouse_order_id: int, expected: Versions = None
) -> WarehouseOrder:
    """Return a warehouse order of a locked order, locked until commit.

    Raises VersionMismatch or OrderCancelled.
    """
    parcel = WarehouseOrder.objects.filter(pk=warehouse_order_id).lock().get()
    if expected is not None:  # the version reads the lines, one more query
        require_version(expected, parcel.version)
    if parcel.is_cancelled:
        raise OrderCancelled
    parcel.order = order
    return parcel
