"""Cancellation of orders, or of some of their units: whatever has not shipped can be cancelled."""

from collections.abc import Mapping

from django.db import transaction
from django.db.models import Q

from orders.exceptions import NotThatMany, OrderAlreadyShipped, OrderNotFound
from orders.models import Order, OrderChange, OrderItem, OrderNotification
from orders.signals import items_cancelled
from orders.state.history import (
    change_lines,
    line_change,
    record_changes,
    require_room_for_change,
)
from orders.state.short_lines import find_short_orders
from orders.state.timeline import read_progress
from orders.state.versions import version_of_order
from shop.core.authors import THE_SHOP, Author
from shop.core.optimistic_locking import Versions, require_version


@transaction.atomic
def cancel_order(
    *, order_id: int, reason: str = "", author: Author = THE_SHOP, expected: Versions = None
) -> Order:
    """Cancel an order that has not shipped and put its units back on sale; idempotent.

    Sends `items_cancelled`. Raises OrderNotFound, VersionMismatch or OrderAlreadyShipped.
    """
    orders = _lock_orders(order_id, expected)
    order = orders[order_id]
    if order.is_cancelled:
        return order
    if not order.is_cancellable:
        raise OrderAlreadyShipped
    _cancel(orders, order, _owed_units(order), reason, author)
    return order


@transaction.atomic
def cancel_items(
    *,
    order_id: int,
    quantities: Mapping[int, int],
    reason: str = "",
    author: Author = THE_SHOP,
    expected: Versions = None,
) -> Order:
    """Cancel units of an order, by item id, that have not shipped.

    Short units are cancelled first, then unassigned ones, then those of warehouse orders. An
    order that is cancelled as a whole is returned unchanged. Sends `items_cancelled`. Raises
    OrderNotFound, VersionMismatch, NotThatMany when a line has fewer units left than are
    to be cancelled, or TooManyChanges.
    """
    orders = _lock_orders(order_id, expected)
    order = orders[order_id]
    if order.is_cancelled:
        return order
    by_item = {line.item_id: line for line in order.lines.all()}
    for item_id, quantity in quantities.items():
        left = by_item[item_id].owed_quantity if item_id in by_item else 0
        if quantity > left:
            raise NotThatMany(item_id=item_id, wanted=quantity, left=left)
    units = {by_item[item_id]: quantity for item_id, quantity in quantities.items()}
    if units != _owed_units(order):  # cancelling the rest ends the history
        require_room_for_change(order, author)
    _cancel(orders, order, units, reason, author)
    return order


def _owed_units(order: Order) -> dict[OrderItem, int]:
    return {line: line.owed_quantity for line in order.lines.all() if line.owed_quantity}


def _lock_orders(order_id: int, expected: Versions) -> dict[int, Order]:
    """Lock the order, and the orders with short lines that its units could fill, in one go.

    Raises OrderNotFound or VersionMismatch.
    """
    lines = OrderItem.objects.filter(order=order_id).values_list("item_id", "quantity")
    others = find_short_orders(dict(lines))
    locked = Order.objects.filter(Q(pk=order_id) | Q(pk__in=others)).lock()
    orders = {order.pk: order for order in locked}
    if order_id not in orders:
        raise OrderNotFound
    if expected is not None:  # the version needs lines and parcels, so read them only for it
        require_version(expected, version_of_order(read_progress(orders[order_id])))
    return orders


def _cancel(
    orders: Mapping[int, Order],
    order: Order,
    units: Mapping[OrderItem, int],
    reason: str,
    author: Author,
) -> None:
    """Cancel units of the locked order; its short ones are on no shelf, so none become free."""
    short = {line: min(line.short_quantity, quantity) for line, quantity in units.items()}
    freed = {line: units[line] - short[line] for line in units if units[line] > short[line]}
    kind = OrderChange.Kind.CANCELLED
    changes = [
        line_change(line, kind, quantity, cancelled_change=quantity, short_change=-short[line])
        for line, quantity in units.items()
    ]
    change_lines(changes)
    others = [other for other in orders.values() if other.pk != order.pk]
    items_cancelled.send(sender=Order, order=order, freed=freed, short_orders=others)
    record_changes([order], changes, author=author, reason=reason)
    if reason:
        order.cancel_reason = reason
        order.save(update_fields=["cancel_reason"])
    _notify(order, units)


def _notify(order: Order, units: Mapping[OrderItem, int]) -> None:
    """Write the mail about a cancellation: of the whole order, or of some units."""
    if order.is_cancelled:
        OrderNotification.objects.create(order=order, kind=OrderNotification.Kind.CANCELLED)
        return
    items = [{"name": line.name, "quantity": quantity} for line, quantity in units.items()]
    due = order.due
    before = due + sum(line.price * quantity for line, quantity in units.items())
    OrderNotification.objects.create(
        order=order,
        kind=OrderNotification.Kind.ITEMS_CANCELLED,
        details={"items": items, "due": str(due), "due_before": str(before)},
    )
