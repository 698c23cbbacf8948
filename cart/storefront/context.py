"""Context processor of the cart, for every page."""

from functools import cache

from django.db.models import Sum
from django.http import HttpRequest

from cart.models import CartItem
from cart.storefront.request_cart import SESSION_KEY


def cart_size(request: HttpRequest) -> dict:
    """Return `cart_size`, the units in the cart, counted when a template first uses it."""
    return {"cart_size": cache(lambda: _count_units(request))}


def _count_units(request: HttpRequest) -> int:
    if not hasattr(request, "user"):  # refused before the session middleware, as a bad Host is
        return 0
    if request.user.is_authenticated:
        lines = CartItem.objects.filter(cart__customer=request.user.pk)
    elif cart_id := request.session.get(SESSION_KEY):
        lines = CartItem.objects.filter(cart=cart_id, cart__customer=None)
    else:
        return 0
    return lines.aggregate(units=Sum("quantity"))["units"] or 0
