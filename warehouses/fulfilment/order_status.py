"""The status of an order by its warehouse orders, and its unassigned units."""

from collections.abc import Sequence
from typing import Any

from django.db.models import F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from orders.models import Order, OrderItem
from warehouses.fulfilment.backlog import cancel_retries
from warehouses.models import WarehouseOrder


def update_order_status(order: Order) -> None:
    """Set a locked order's status and `awaits_assignment` by its warehouse orders."""
    has_unassigned_units = any(line.unassigned for line in lines_with_unassigned(order))
    statuses = set(order.warehouse_orders.values_list("status", flat=True))
    statuses.discard(WarehouseOrder.Status.CANCELLED)
    if WarehouseOrder.Status.SHIPPED in statuses:
        is_done = not has_unassigned_units and statuses == {WarehouseOrder.Status.SHIPPED}
        order.status = Order.Status.SHIPPED if is_done else Order.Status.PARTIALLY_SHIPPED
    elif not statuses:
        order.status = Order.Status.SUBMITTED
    elif not has_unassigned_units:
        order.status = Order.Status.ASSIGNED
    order.awaits_assignment = has_unassigned_units
    order.save(update_fields=["status", "awaits_assignment"])
    if not has_unassigned_units:
        cancel_retries([order.pk])


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
    """Annotate order lines with `unassigned`: their units on no warehouse order."""
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
