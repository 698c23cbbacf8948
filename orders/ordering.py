"""Orders: written from what a checkout holds, cancelled until something shipped."""

from collections.abc import Mapping

from django.db import transaction
from django.db.models.functions import Now

from cart.shopping import lock_cart_of
from catalog.prepared import prepared
from catalog.stock import change_stock, lock_stock
from catalog.versions import Versions, expect
from orders.exceptions import (
    CheckoutExpired,
    CheckoutNotFound,
    NotThatMany,
    OrderAlreadyShipped,
    OrderNotFound,
)
from orders.models import LONG_TEXTS, Checkout, CheckoutItem, Notice, Order, OrderItem
from orders.progress import read_progress, version_of_order
from orders.signals import items_cancelled, order_cancelled, order_submitted
from orders.writing import write_order


@transaction.atomic
def submit_order(*, customer, checkout_id: int, shipping_address: Mapping[str, str]) -> Order:
    """Turn the customer's running hold into an order and empty the cart.

    A checkout submitted before gives the order it became. A payment will be authorised
    inside the hold, before this transaction begins. Raises CheckoutNotFound, or
    CheckoutExpired when the hold has ended or its time is up by the database's clock.
    """
    cart = lock_cart_of(customer)
    checkout = _lock_checkout(customer, checkout_id)
    if checkout.status == Checkout.Status.SUBMITTED:
        return checkout.order
    lines = _lines_to_order(checkout=checkout_id)
    if not checkout.is_held or any(line.is_overdue for line in lines):
        raise CheckoutExpired

    checkout.customer = customer
    order = write_order(checkout, cart, lines, shipping_address)
    order_submitted.send(sender=Order, order=order)
    return order


@transaction.atomic
def cancel_order(*, order_id: int, reason: str = "", expected: Versions = None) -> Order:
    """Cancel an order that has not shipped and put its units back on sale.

    Cancelling again changes nothing. Raises OrderNotFound, Changed or OrderAlreadyShipped.
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
    """Cancel some units, given by item id, of an order that has not shipped.

    Units that went short are the first to go. An order without units left is cancelled;
    of a cancelled one nothing more can be. The latest reason is kept. Raises OrderNotFound,
    Changed, OrderAlreadyShipped, or NotThatMany when a line has fewer units left than are
    to be cancelled.
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


def _lock_checkout(customer, checkout_id: int) -> Checkout:
    checkouts = _checkouts_to_lock(customer=customer.pk, checkout=checkout_id)
    if not checkouts:
        raise CheckoutNotFound
    return checkouts[0]


@prepared
def _checkouts_to_lock(customer, checkout):
    return Checkout.objects.filter(customer=customer, pk=checkout).lock()


@prepared
def _lines_to_order(checkout):
    lines = CheckoutItem.objects.filter(checkout=checkout)
    return lines.select_related("item").defer(*LONG_TEXTS).judged_now()


def _lock_order(order_id: int, expected: Versions) -> Order:
    order = Order.objects.filter(pk=order_id).lock().first()
    if order is None:
        raise OrderNotFound
    if expected is not None:  # only then is it worth reading all of it
        expect(expected, version_of_order(read_progress(order)))
    return order


def _cancel_units(lines: list[OrderItem], cancelled: Mapping[int, int]) -> None:
    """Take units off order lines, given by line id, and put them back on sale."""
    touched = [line for line in lines if cancelled.get(line.pk)]
    changes = {}
    for line in touched:
        short = min(line.short_quantity, cancelled[line.pk])
        line.short_quantity -= short
        line.cancelled_quantity += cancelled[line.pk]
        changes[line.item_id] = cancelled[line.pk] - short
    lock_stock(changes)
    change_stock(changes)
    OrderItem.objects.bulk_update(touched, ["cancelled_quantity", "short_quantity"])


def _write_cancelled(order: Order, reason: str) -> None:
    order.status = Order.Status.CANCELLED
    order.awaits_assignment = False
    order.cancel_reason = reason
    order.cancelled_at = Now()
    order.save(update_fields=["status", "awaits_assignment", "cancel_reason", "cancelled_at"])
    order.refresh_from_db(fields=["cancelled_at"])
    Notice.objects.create(order=order, kind=Notice.Kind.CANCELLED)
