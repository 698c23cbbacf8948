"""Cancellation of orders, or of some of their units, until a parcel has shipped."""

from collections.abc import Mapping

from django.db import transaction
from django.db.models.functions import Now

from catalog.stock import change_stock, lock_stock
from orders.exceptions import (
    NotThatMany,
    OrderAlreadyShipped,
    OrderNotFound,
)
from orders.models import Order, OrderItem, OrderNotification
from orders.signals import items_cancelled, order_cancelled
from orders.timeline import read_progress
from orders.versions import version_of_order
from shop.core.optimistic_locking import Versions, require_version


@transaction.atomic
def cancel_order(*, order_id: int, reason: str = "", expected: Versions = None) -> Order:
    """Cancel an order that has not shipped and put its units back on sale; idempotent.

    Sends `order_cancelled`. Raises OrderNotFound, VersionMismatch or OrderAlreadyShipped.
    """
    order = _lock_order(order_id, expected)
    if order.is_cancelled:
        return order
    if not order.is_cancellable:
        raise OrderAlreadyShipped
    lines = list(order.lines.all())
    _cancel_units(lines, {line.pk: line.cancellable_quantity for line in lines})
    _write_cancelled(order, reason)
    order_cancelled.send(sender=Order, order=order)
    return order


@transaction.atomic
def cancel_items(
    *, order_id: int, quantities: Mapping[int, int], reason: str = "", expected: Versions = None
) -> Order:
    """Cancel units, by item id, of an order that has not shipped.

    Short units are cancelled first. An order without units left is cancelled as a whole; a
    cancelled order is returned unchanged. The latest reason is kept. Sends `items_cancelled`
    or `order_cancelled`. Raises OrderNotFound, VersionMismatch, OrderAlreadyShipped, or
    NotThatMany when a line has fewer units left than are to be cancelled.
    """
    order = _lock_order(order_id, expected)
    if order.is_cancelled:
        return order
    if not order.is_cancellable:
        raise OrderAlreadyShipped
    lines = list(order.lines.all())
    by_item = {line.item_id: line for line in lines}
    for item_id, quantity in quantities.items():
        left = by_item[item_id].cancellable_quantity if item_id in by_item else 0
        if quantity > left:
            raise NotThatMany(item_id=item_id, wanted=quantity, left=left)
    cancelled = {by_item[item_id].pk: quantity for item_id, quantity in quantities.items()}
    _cancel_units(lines, cancelled)
    if any(line.cancellable_quantity for line in lines):
        if reason:
            order.cancel_reason = reason
            order.save(update_fields=["cancel_reason"])
        items_cancelled.send(sender=Order, order=order, cancelled=cancelled)
    else:
        _write_cancelled(order, reason)
        order_cancelled.send(sender=Order, order=order)
    return order


def _lock_order(order_id: int, expected: Versions) -> Order:
    order = Order.objects.filter(pk=order_id).lock().first()
    if order is None:
        raise OrderNotFound
    if expected is not None:  # the version needs lines and parcels, so read them only for it
        require_version(expected, version_of_order(read_progress(order)))
    return order


def _cancel_units(lines: list[OrderItem], cancelled: Mapping[int, int]) -> None:
    """Take units off order lines, by line id, and put them back on sale.

    Short units are missing from the warehouses, so they do not return to the stock.
    """
    changed_lines = [line for line in lines if cancelled.get(line.pk)]
    changes = {}
    for line in changed_lines:
        short = min(line.short_quantity, cancelled[line.pk])
        line.short_quantity -= short
        line.cancelled_quantity += cancelled[line.pk]
        changes[line.item_id] = cancelled[line.pk] - short
    lock_stock(changes)
    change_stock(changes)
    OrderItem.objects.bulk_update(changed_lines, ["cancelled_quantity", "short_quantity"])


def _write_cancelled(order: Order, reason: str) -> None:
    order.status = Order.Status.CANCELLED
    order.awaits_assignment = False
    order.cancel_reason = reason
    order.cancelled_at = Now()
    order.save(update_fields=["status", "awaits_assignment", "cancel_reason", "cancelled_at"])
    order.refresh_from_db(fields=["cancelled_at"])
    OrderNotification.objects.create(order=order, kind=OrderNotification.Kind.CANCELLED)
