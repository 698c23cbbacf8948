"""The unassigned units of orders: owed, not short, and on no warehouse order."""

from collections.abc import Sequence
from typing import Any

from django.db.models import F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from orders.models import Order, OrderItem
from warehouses.models import WarehouseOrder


def lines_with_unassigned(order: Order) -> list[Any]:
    """Return an order's lines, each with `unassigned`: its units on no warehouse order."""
    return list(annotate_unassigned(OrderItem.objects.filter(order=order)).order_by("pk"))


def unassigned_lines(orders: Sequence[Order]) -> dict[int, list[Any]]:
    """Return the orders' lines that have unassigned units, by order id.

    Each line has `unassigned`, in units, and `weight`, its item's weight.
    """
    lines = annotate_unassigned(OrderItem.objects.filter(order__in=orders)).order_by("pk")
    lines_by_order: dict[int, list[Any]] = {order.pk: [] for order in orders}
    for line in lines.annotate(weight=F("item__weight")):
        if line.unassigned:  # type: ignore[attr-defined]  # annotated
            lines_by_order[line.order_id].append(line)
    return lines_by_order


def annotate_unassigned(lines: QuerySet[OrderItem]) -> QuerySet[OrderItem]:
    """Annotate order lines with `unassigned`: their owed units on no warehouse order."""
    open_statuses = [WarehouseOrder.Status.ASSIGNED, WarehouseOrder.Status.PICKED]
    on_warehouse_orders = Sum(
        "warehouse_lines__quantity",
        filter=Q(warehouse_lines__warehouse_order__status__in=open_statuses),
    )
    return lines.annotate(
        unassigned=F("quantity")
        - F("cancelled_quantity")
        - F("shipped_quantity")
        - F("short_quantity")
        - Coalesce(on_warehouse_orders, 0)
    )
