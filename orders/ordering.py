"""Submission of a checkout as an order."""

from collections.abc import Mapping

from django.db import transaction

from cart.cart import lock_cart_of
from orders.exceptions import (
    CheckoutExpired,
    CheckoutNotFound,
)
from orders.models import LONG_TEXTS, Checkout, CheckoutItem, Order
from orders.signals import order_submitted
from orders.statements import write_order
from shop.core.db.prepared import prepared


@transaction.atomic
def submit_order(*, customer, checkout_id: int, shipping_address: Mapping[str, str]) -> Order:
    """Turn the customer's current hold into an order and empty the cart.

    A checkout that was submitted before returns its order. Sends `order_submitted`. Raises
    CheckoutNotFound, or CheckoutExpired when the hold has ended or is overdue by the
    database's clock.
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
    return lines.select_related("item").defer(*LONG_TEXTS).annotate_is_overdue()
