"""Checkout: the units of a cart, held for ten minutes.

A hold takes its units off the aggregated stock and its end puts them back, exactly
once, in the transaction that writes the new state. Locks are taken in the written
order Cart -> Checkout -> AggregatedStock, and each table in one statement by key, so
two customers never wait for each other in a circle.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from cart.cart import lock_cart_of, version_of_lines
from cart.exceptions import TooManyUnits
from cart.models import Cart, CartItem
from catalog.exceptions import InsufficientStock, Shortage
from catalog.stock import change_stock, lock_stock
from orders.checkout.queries import with_clock
from orders.checkout.stock_release import (
    earliest_expiries,
    end_holds,
    lines_of,
    put_back,
    units_by_item,
)
from orders.exceptions import EmptyCart, NoHeldCheckout, TooManyHolds
from orders.models import Checkout
from orders.statements import write_hold
from shop.core.db.prepared import prepared
from shop.core.versions import Versions, require_version

AN_HOUR = timedelta(hours=1)
MAX_HOLDS_REAPED = 100
# What a hold needs to know of a cart line; never the item's long texts.
LOOKED_AT = (
    *("quantity", "cart", "item__name", "item__price", "item__is_active"),
    "item__aggregated_stock__stock",
)


def begin_checkout(*, customer, expected: Versions = None) -> Checkout:
    """Hold every unit in the customer's cart, or change nothing.

    A cart unchanged since a hold that still runs gets that same hold and deadline; a
    changed one replaces it. `expected` are versions of the cart. Raises VersionMismatch, EmptyCart,
    TooManyUnits, TooManyHolds, or InsufficientStock, which names every short item and
    leaves an older hold alone.
    """
    try:
        return _hold_cart(customer, expected, is_reaping=False)
    except InsufficientStock as refusal:
        if not _has_overdue_holds(refusal):
            raise
        return _hold_cart(customer, expected, is_reaping=True)


@transaction.atomic
def cancel_checkout(*, customer) -> Checkout:
    """End the customer's hold and put its units back on sale. Raises NoHeldCheckout."""
    checkout = Checkout.objects.filter(customer=customer).held().lock().first()
    lines = lines_of([checkout] if checkout else [])
    if checkout is None or any(line.is_overdue for line in lines):
        raise NoHeldCheckout
    put_back([checkout], lines)
    return checkout


@transaction.atomic
def _hold_cart(customer, expected: Versions, *, is_reaping: bool) -> Checkout:
    lines = _wanted_lines(_lock_cart(customer), expected)
    wanted = {line.item_id: line.quantity for line in lines}
    short = [line.item_id for line in lines if is_reaping or line.is_short]
    ending = _lock_holds_to_end(customer, short)
    ending_lines = lines_of(ending)
    own = _own_running_hold(customer, ending, ending_lines)
    if own and wanted == _units_of(own, ending_lines):
        return own
    if lines[0].recent_holds >= settings.MAX_HOLDS_PER_HOUR:
        raise _too_many_holds(customer)

    changes = units_by_item(ending_lines)
    changes.subtract(wanted)
    stock = lock_stock(changes)
    _refuse_shortages(lines, stock, changes)
    hold_time = timedelta(seconds=settings.CHECKOUT_HOLD_SECONDS)
    change_stock(
        changes,
        next_releases=earliest_expiries(ending_lines, without=ending),
        held=wanted,
        held_for=hold_time,
    )
    end_holds(ending, cancelled=own)
    return write_hold(customer, lines, hold_time)


def _lock_cart(customer) -> Cart:
    cart = lock_cart_of(customer)
    if cart is None:
        raise EmptyCart
    return cart


def _wanted_lines(cart: Cart, expected: Versions) -> list[Any]:
    """Read what is wanted, with a first, unlocked look at what is left.

    The same statement counts the holds of the last hour: it comes after the cart's lock,
    so that checkouts begun at once see each other.
    """
    lines: list[Any] = _lines_and_recent_holds(cart=cart.pk)
    require_version(expected, version_of_lines(lines))
    if not lines:
        raise EmptyCart
    for line in lines:
        if line.quantity > settings.MAX_UNITS_PER_ITEM:
            raise TooManyUnits(line.item, wanted=line.quantity, limit=settings.MAX_UNITS_PER_ITEM)
    return lines


@prepared
def _lines_and_recent_holds(cart):
    return (
        CartItem.objects.filter(cart=cart)
        .select_related("item__aggregated_stock")
        .only(*LOOKED_AT)
        .annotate(recent_holds=Coalesce(Subquery(_recent_holds()), 0))
    )


def _recent_holds():
    """Count the holds that the cart's customer began within the hour."""
    return (
        Checkout.objects.filter(customer=OuterRef("cart__customer"))
        .counted_as_holds(within=AN_HOUR)
        .order_by()
        .values("customer")
        .annotate(count=Count("pk"))
        .values("count")
    )


def _too_many_holds(customer) -> TooManyHolds:
    """Say when the oldest of the customer's holds is an hour ago."""
    recent = Checkout.objects.filter(customer=customer).counted_as_holds(within=AN_HOUR)
    oldest = with_clock(recent).order_by("pk").first()
    wait = oldest.created_at + AN_HOUR - oldest.server_time if oldest else timedelta(0)
    return TooManyHolds(settings.MAX_HOLDS_PER_HOUR, retry_after=1 + int(wait.total_seconds()))


def _lock_holds_to_end(customer, short: list[int]) -> list[Checkout]:
    """Lock the customer's own hold and, for units that are short, overdue holds of anybody."""
    if not short:
        return _own_hold_to_lock(customer=customer.pk)
    overdue = Checkout.objects.overdue().filter(lines__item__in=short)
    some = overdue.order_by().values("pk").distinct()[:MAX_HOLDS_REAPED]
    return list(Checkout.objects.held().filter(Q(customer=customer) | Q(pk__in=some)).lock())


@prepared
def _own_hold_to_lock(customer):
    return Checkout.objects.held().filter(customer=customer).lock()


def _own_running_hold(customer, checkouts, lines) -> Checkout | None:
    overdue = {line.checkout_id for line in lines if line.is_overdue}
    for checkout in checkouts:
        if checkout.customer_id == customer.pk and checkout.pk not in overdue:
            return checkout
    return None


def _units_of(checkout: Checkout, lines) -> dict[int, int]:
    return {line.item_id: line.quantity for line in lines if line.checkout_id == checkout.pk}


def _refuse_shortages(lines, stock, changes: Mapping[int, int]) -> None:
    """Raise InsufficientStock, counting what the ending holds give back as left."""
    shortages = []
    for line in lines:
        left = stock[line.item_id].stock + changes[line.item_id] + line.quantity
        left = left if line.item.is_active else 0
        if line.quantity > left:
            shortages.append(Shortage(line.item_id, line.item.name, line.quantity, left))
    if shortages:
        raise InsufficientStock(shortages)


def _has_overdue_holds(refusal: InsufficientStock) -> bool:
    short = [shortage.item_id for shortage in refusal.shortages]
    return Checkout.objects.overdue().filter(lines__item__in=short).exists()
