"""The cart of a request: the customer's own, or the visitor's, whose key the session has."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _

from cart.cart import CartChange, cart_of
from cart.exceptions import TooManyVisitors
from cart.models import Cart
from shop.core.db.transactions import run_transaction
from shop.core.http.visitors import take_visitor_session
from shop.core.security_log import record_limit

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

    A refusal rolls the new cart back. Raises TooManyVisitors.
    """
    cart, result = run_transaction(_create_and_change, request, verb, kwargs)
    if cart.customer_id is None:
        request.session[SESSION_KEY] = cart.pk
    return result


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
    level = take_visitor_session(request)
    record_limit(level, "visitors", request=request)
    if level and not level.is_allowed:
        raise TooManyVisitors
    return Cart.objects.create()
