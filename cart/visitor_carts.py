"""Which cart a request has: the customer's own, or the visitor's that the session knows."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _

from cart.cart import CartChange, cart_of
from cart.models import Cart
from shop.core.db.transactions import run_transaction

SESSION_KEY = "cart_id"

T = TypeVar("T")


def find_cart(request: HttpRequest) -> Cart | None:
    """Return the cart of the request, or None when nothing was ever put in one."""
    if request.user.is_authenticated:
        return Cart.objects.filter(customer=request.user.pk).first()
    cart_id = request.session.get(SESSION_KEY)
    return Cart.objects.filter(pk=cart_id, customer=None).first() if cart_id else None


def change_cart(request: HttpRequest, verb: Callable[..., T], **said: Any) -> T:
    """Call a verb of the cart at the edge; a first cart is made, and kept if the verb agrees."""
    cart, result = run_transaction(_with_some_cart, request, verb, said)
    if cart.customer_id is None:
        request.session[SESSION_KEY] = cart.pk
    return result


def in_words(change: CartChange) -> str:
    """Tell a customer why there is less in the cart than was wanted."""
    said = {"name": change.item.name, "wanted": change.wanted, "quantity": change.quantity}
    if change.quantity == 0:
        return _("%(name)s: nothing could be added, because none is left.") % said
    return _("%(name)s: together you wanted %(wanted)d, but only %(quantity)d can be had.") % said


@transaction.atomic
def _with_some_cart(
    request: HttpRequest, verb: Callable[..., T], said: dict[str, Any]
) -> tuple[Cart, T]:
    cart = find_cart(request) or _new_cart(request)
    return cart, verb(cart=cart, **said)


def _new_cart(request: HttpRequest) -> Cart:
    if request.user.is_authenticated:
        return cart_of(request.user)
    return Cart.objects.create()
