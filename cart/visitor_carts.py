"""Carts of visitors: found by the session, and merged into the customer's at sign-in."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _

from cart.cart import (
    CartChange,
    add_to_line,
    apply_changes,
    cart_of,
    read_lines,
)
from cart.models import Cart, SavedItem
from catalog.live_items import get_items
from shop.core.db.transactions import run_transaction

SESSION_KEY = "cart_id"

T = TypeVar("T")


def find_cart(request: HttpRequest) -> Cart | None:
    """Return the cart of the request, or None if it has none yet."""
    if request.user.is_authenticated:
        return Cart.objects.filter(customer=request.user.pk).first()
    cart_id = request.session.get(SESSION_KEY)
    return Cart.objects.filter(pk=cart_id, customer=None).first() if cart_id else None


def change_cart(request: HttpRequest, verb: Callable[..., T], **kwargs: Any) -> T:
    """Call a verb of the cart in one transaction, which also creates a first cart.

    A refusal rolls the new cart back.
    """
    cart, result = run_transaction(_create_and_change, request, verb, kwargs)
    if cart.customer_id is None:
        request.session[SESSION_KEY] = cart.pk
    return result


@transaction.atomic
def merge_carts(*, visitor_cart_id: int, customer) -> list[CartChange]:
    """Move a visitor's lines and saved items into the customer's cart, and delete the visitor's.

    Quantities add up, capped at the units left and at MAX_UNITS_PER_ITEM. Returns the changes
    that added fewer units than wanted.
    """
    own_cart_id = cart_of(customer).pk
    carts = {c.pk: c for c in Cart.objects.filter(pk__in=[own_cart_id, visitor_cart_id]).lock()}
    visitor_cart = carts.get(visitor_cart_id)
    if visitor_cart is None or visitor_cart.customer_id is not None:
        return []
    own_lines, visitor_lines = read_lines(own_cart_id), read_lines(visitor_cart_id)
    items = get_items(visitor_lines)
    cart = carts[own_cart_id]
    changes = apply_changes(
        add_to_line(
            cart,
            own_lines.get(pk),
            items[pk],
            visitor_lines[pk].quantity,
            price_seen=own_lines.get(pk, visitor_lines[pk]).price_seen,
        )
        for pk in sorted(items)
    )
    own_saved = SavedItem.objects.filter(cart=own_cart_id).values("item")
    SavedItem.objects.filter(cart=visitor_cart).exclude(item__in=own_saved).update(cart=own_cart_id)
    visitor_cart.delete()
    return changes


def describe_change(change: CartChange) -> str:
    """Return the message for a customer whose cart has fewer units than wanted."""
    values = {"name": change.item.name, "wanted": change.wanted, "quantity": change.quantity}
    if change.quantity == 0:
        return _("%(name)s: nothing could be added, because none is left.") % values
    return _("%(name)s: together you wanted %(wanted)d, but only %(quantity)d can be had.") % values


@transaction.atomic
def _create_and_change(
    request: HttpRequest, verb: Callable[..., T], kwargs: dict[str, Any]
) -> tuple[Cart, T]:
    cart = find_cart(request) or _new_cart(request)
    return cart, verb(cart=cart, **kwargs)


def _new_cart(request: HttpRequest) -> Cart:
    if request.user.is_authenticated:
        return cart_of(request.user)
    return Cart.objects.create()
