"""How far the warehouses have come with an order."""

from typing import Any

from django.db.models import F, Q, Sum
from django.db.models.functions import Coalesce

from orders.models import Order, OrderItem
from warehouses.models import WarehouseOrder


def note_progress(order: Order) -> None:
    """Write on a locked order how far its warehouses have come with it."""
    waiting = any(line.unassigned for line in lines_with_unassigned(order))
    statuses = set(order.warehouse_orders.values_list("status", flat=True))
    statuses.discard(WarehouseOrder.Status.CANCELLED)
    if WarehouseOrder.Status.SHIPPED in statuses:
        is_done = not waiting and statuses == {WarehouseOrder.Status.SHIPPED}
        order.status = Order.Status.SHIPPED if is_done else Order.Status.PARTIALLY_SHIPPED
    elif not statuses:
        order.status = Order.Status.SUBMITTED
    elif not waiting:
        order.status = Order.Status.ASSIGNED
    order.awaits_assignment = waiting
    order.save(update_fields=["status", "awaits_assignment"])


def lines_with_unassigned(order: Order) -> list[Any]:
    """Read an order's lines and how many units of each no warehouse order covers."""
    on_warehouse_orders = Sum(
        "warehouse_lines__quantity",
        filter=~Q(warehouse_lines__warehouse_order__status=WarehouseOrder.Status.CANCELLED),
    )
    return list(
        OrderItem.objects.filter(order=order)
        .annotate(
            unassigned=F("quantity")
            - F("cancelled_quantity")
            - F("short_quantity")
            - Coalesce(on_warehouse_orders, 0)
        )
        .order_by("pk")
    )
