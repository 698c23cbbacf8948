"""Which cart a request has: the customer's own, or the visitor's that the session knows."""

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.http import HttpRequest

from cart.models import Cart
from cart.shopping import cart_of
from catalog.edge import at_edge

SESSION_KEY = "cart_id"


def find_cart(request: HttpRequest) -> Cart | None:
    """Return the cart of the request, or None when nothing was ever put in one."""
    if request.user.is_authenticated:
        return Cart.objects.filter(customer=request.user.pk).first()
    cart_id = request.session.get(SESSION_KEY)
    return Cart.objects.filter(pk=cart_id, customer=None).first() if cart_id else None


def change_cart(request: HttpRequest, verb: Callable[..., None], **said: Any) -> None:
    """Call a verb of the cart at the edge; a first cart is made, and kept if the verb agrees."""
    cart = at_edge(_with_some_cart, request, verb, said)
    if cart.customer_id is None:
        request.session[SESSION_KEY] = cart.pk


@transaction.atomic
def _with_some_cart(request: HttpRequest, verb: Callable[..., None], said: dict) -> Cart:
    cart = find_cart(request) or _new_cart(request)
    verb(cart=cart, **said)
    return cart


def _new_cart(request: HttpRequest) -> Cart:
    if request.user.is_authenticated:
        return cart_of(request.user)
    return Cart.objects.create()
