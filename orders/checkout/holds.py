"""Beginning and cancelling a checkout: the units of a cart, held for ten minutes.

A hold takes its units off the aggregated stock and its end puts them back, exactly
once, in the transaction that writes the new state. Locks are taken in the written
order Cart -> Checkout -> AggregatedStock, and each table in one statement by key, so
two customers never wait for each other in a circle.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet

from cart.cart import lock_cart_of, version_of_lines
from cart.exceptions import TooManyUnits
from cart.models import Cart, CartItem
from catalog.exceptions import InsufficientStock, Shortage
from catalog.models import AggregatedStock
from catalog.stock import change_stock, lock_stock, units_of_lines
from orders.checkout.hold_limits import check_budget, check_shares
from orders.checkout.hold_usage import HoldAccount, hold_usage, newcomer_row
from orders.checkout.stock_release import (
    end_holds,
    next_releases,
    read_locked_lines,
    release_holds,
)
from orders.exceptions import EmptyCart, HoldLimitReached, NoHeldCheckout
from orders.models import Checkout, CheckoutItem
from orders.statements import write_hold
from shop.core.db.prepared import prepared
from shop.core.optimistic_locking import Versions, require_version
from shop.core.security_log import Action, record

MAX_OVERDUE_HOLDS_ENDED = 100  # by one new hold
# What a hold needs to know of a cart line; never the item's long texts.
LINE_FIELDS = (
    *("quantity", "cart", "item__name", "item__price", "item__is_active"),
    "item__aggregated_stock__stock",
)


def begin_checkout(*, customer, expected: Versions = None) -> Checkout:
    """Hold every unit in the customer's cart, or change nothing.

    A cart unchanged since the current hold gets that same hold and deadline; a changed
    one replaces it. `expected` are versions of the cart. Overdue holds of other
    customers end first where their units are needed.

    Raises VersionMismatch, EmptyCart, TooManyUnits, HoldLimitReached, or InsufficientStock,
    which names every short item; an older hold stays as it was.
    """
    try:
        return _hold_cart(customer, expected, ends_overdue=False)
    except HoldLimitReached as refusal:
        record(Action.HOLD_REFUSED, user_id=customer.pk, outcome="failure", limit=refusal.code)
        raise
    except InsufficientStock as refusal:
        if not _has_overdue_holds(refusal):
            raise
        return _hold_cart(customer, expected, ends_overdue=True)


@transaction.atomic
def cancel_checkout(*, customer) -> Checkout:
    """End the customer's hold and put its units back on sale. Raises NoHeldCheckout."""
    checkout = Checkout.objects.filter(customer=customer).held().lock().first()
    lines = read_locked_lines([checkout] if checkout else [])
    if checkout is None or any(line.is_overdue for line in lines):
        raise NoHeldCheckout
    release_holds([checkout], lines)
    return checkout


@transaction.atomic
def end_hold(*, checkout_id: int) -> Checkout:
    """End anybody's hold, as staff do; its customer's cart stays. Raises NoHeldCheckout."""
    checkout = Checkout.objects.filter(pk=checkout_id).held().lock().first()
    if checkout is None:
        raise NoHeldCheckout
    release_holds([checkout], read_locked_lines([checkout]))
    return checkout


@transaction.atomic
def _hold_cart(customer, expected: Versions, *, ends_overdue: bool) -> Checkout:
    lines = _read_lines(_lock_cart(customer), customer, expected)
    ending = _lock_ending_holds(customer, _short_items(lines, ends_overdue))
    if ending.own and ending.own_units == units_of_lines(lines):
        return ending.own
    account = HoldAccount.of(customer, lines[0])
    check_budget(account, sum(line.quantity for line in lines))
    changes = _net_changes(lines, ending)
    left = _units_left(lines, lock_stock(changes), changes)
    _check_stock(lines, left)
    check_shares(account, lines, left, ending=ending.checkouts)
    _write_stock(lines, ending, changes)
    end_holds(ending.checkouts, cancelled=ending.own)
    return write_hold(customer, lines, _hold_time())


def _lock_cart(customer) -> Cart:
    cart = lock_cart_of(customer)
    if cart is None:
        raise EmptyCart
    return cart


def _read_lines(cart: Cart, customer, expected: Versions) -> list[Any]:
    """Read the lines of a locked cart, with their stock, which is not locked yet.

    The same statement counts what the customer held within the hour: it comes after the
    cart's lock, so that checkouts begun at once see each other.
    """
    lines: list[Any] = _lines_and_usage(cart=cart.pk, customer=customer.pk)
    require_version(expected, version_of_lines(lines))
    if not lines:
        raise EmptyCart
    for line in lines:
        if line.quantity > settings.MAX_UNITS_PER_ITEM:
            raise TooManyUnits(line.item, wanted=line.quantity, limit=settings.MAX_UNITS_PER_ITEM)
    return lines


@prepared
def _lines_and_usage(cart, customer):
    return (
        CartItem.objects.filter(cart=cart)
        .select_related("item__aggregated_stock")
        .only(*LINE_FIELDS)
        .annotate(hold_usage=hold_usage(customer), newcomer=newcomer_row(customer))
    )


def _short_items(lines: Sequence[Any], ends_overdue: bool) -> list[int]:
    """List the items of which overdue holds end first: those that look short, or all."""
    return [line.item_id for line in lines if ends_overdue or line.is_short]


@dataclass(frozen=True)
class EndingHolds:
    """Locked holds that the new one ends; `own` is the customer's, unless it is overdue."""

    checkouts: list[Checkout]
    lines: list[CheckoutItem]
    own: Checkout | None

    @property
    def own_units(self) -> Counter[int]:
        """The units of the customer's own hold, by item."""
        own = self.own.pk if self.own else None
        return units_of_lines(line for line in self.lines if line.checkout_id == own)


def _lock_ending_holds(customer, short: Collection[int]) -> EndingHolds:
    """Lock the customer's own hold and overdue holds of any customer on the short items."""
    if short:
        ending = Q(customer=customer) | Q(pk__in=_overdue_ids(short))
        checkouts = list(Checkout.objects.held().filter(ending).lock())
    else:
        checkouts = _own_hold_to_lock(customer=customer.pk)
    lines = read_locked_lines(checkouts)
    overdue_ids = {line.checkout_id for line in lines if line.is_overdue}
    own = (c for c in checkouts if c.customer_id == customer.pk and c.pk not in overdue_ids)
    return EndingHolds(checkouts, lines, next(own, None))


def _overdue_ids(item_ids: Collection[int]) -> QuerySet:
    """Select the ids of overdue holds on the items, at most MAX_OVERDUE_HOLDS_ENDED."""
    overdue = Checkout.objects.overdue().filter(lines__item__in=item_ids)
    return overdue.order_by().values("pk").distinct()[:MAX_OVERDUE_HOLDS_ENDED]


@prepared
def _own_hold_to_lock(customer):
    return Checkout.objects.held().filter(customer=customer).lock()


def _net_changes(lines: Sequence[Any], ending: EndingHolds) -> Counter[int]:
    """Return what is added to each item's stock: units of the ending holds less those wanted."""
    changes = units_of_lines(ending.lines)
    changes.subtract(units_of_lines(lines))
    return changes


def _units_left(
    lines: Sequence[Any], stock: Mapping[int, AggregatedStock], changes: Counter[int]
) -> dict[int, int]:
    """Return the units of each item that the hold can take, with those of the ending holds."""
    return {
        line.item_id: stock[line.item_id].stock + changes[line.item_id] + line.quantity
        if line.item.is_active
        else 0
        for line in lines
    }


def _check_stock(lines: Sequence[Any], left: Mapping[int, int]) -> None:
    """Raise InsufficientStock if fewer units of an item are left than are wanted."""
    shortages = [
        Shortage(line.item_id, line.item.name, line.quantity, left[line.item_id])
        for line in lines
        if line.quantity > left[line.item_id]
    ]
    if shortages:
        raise InsufficientStock(shortages)


def _write_stock(lines: Sequence[Any], ending: EndingHolds, changes: Counter[int]) -> None:
    change_stock(
        changes,
        next_releases=next_releases(ending.lines, without=ending.checkouts),
        held=units_of_lines(lines),
        held_for=_hold_time(),
    )


def _hold_time() -> timedelta:
    return timedelta(seconds=settings.CHECKOUT_HOLD_SECONDS)


def _has_overdue_holds(refusal: InsufficientStock) -> bool:
    short = [shortage.item_id for shortage in refusal.shortages]
    return Checkout.objects.overdue().filter(lines__item__in=short).exists()
