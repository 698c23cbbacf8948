"""How far the warehouses have come with an order."""

from collections.abc import Sequence
from typing import Any

from django.db.models import F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from orders.models import Order, OrderItem
from warehouses.fulfilment.backlog import cancel_retries
from warehouses.models import WarehouseOrder


def update_order_status(order: Order) -> None:
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
    if not waiting:
        cancel_retries([order.pk])


def lines_with_unassigned(order: Order) -> list[Any]:
    """Read an order's lines and how many units of each no warehouse order covers."""
    return list(with_unassigned(OrderItem.objects.filter(order=order)).order_by("pk"))


def unassigned_lines(orders: Sequence[Order]) -> dict[int, list[Any]]:
    """Read those lines of the orders that have unassigned units, with their items' weight."""
    lines = with_unassigned(OrderItem.objects.filter(order__in=orders)).order_by("pk")
    found: dict[int, list[Any]] = {order.pk: [] for order in orders}
    for line in lines.annotate(weight=F("item__weight")):
        if line.unassigned:  # type: ignore[attr-defined]  # annotated
            found[line.order_id].append(line)
    return found


def with_unassigned(lines: QuerySet[OrderItem]) -> QuerySet[OrderItem]:
    """Note on each line how many of its units no warehouse order covers."""
    on_warehouse_orders = Sum(
        "warehouse_lines__quantity",
        filter=~Q(warehouse_lines__warehouse_order__status=WarehouseOrder.Status.CANCELLED),
    )
    return lines.annotate(
        unassigned=F("quantity")
        - F("cancelled_quantity")
        - F("short_quantity")
        - Coalesce(on_warehouse_orders, 0)
    )
