"""What every page shows of the cart."""

from functools import cache

from django.db.models import Sum
from django.http import HttpRequest

from cart.models import CartItem
from cart.visitor_carts import SESSION_KEY


def cart_size(request: HttpRequest) -> dict:
    """How many units the cart holds, counted when a template first asks for it."""
    return {"cart_size": cache(lambda: _count_units(request))}


def _count_units(request: HttpRequest) -> int:
    if not hasattr(request, "user"):  # refused before the sessions were read, as a bad Host is
        return 0
    if request.user.is_authenticated:
        lines = CartItem.objects.filter(cart__customer=request.user.pk)
    elif cart_id := request.session.get(SESSION_KEY):
        lines = CartItem.objects.filter(cart=cart_id, cart__customer=None)
    else:
        return 0
    return lines.aggregate(units=Sum("quantity"))["units"] or 0
