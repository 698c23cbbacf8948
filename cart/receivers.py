"""Receivers of the cart: at sign-in the visitor's cart is merged into the customer's."""

from django.contrib import messages
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils.translation import gettext as _

from cart.cart import CartChange
from cart.models import CartItem
from cart.storefront.request_cart import SESSION_KEY, describe_change
from cart.visitor_carts import merge_carts
from shop.core.db.transactions import Busy, run_transaction


@receiver(user_logged_in)
def merge_visitor_cart(request: HttpRequest | None, user, **kwargs) -> None:
    """Merge the visitor's cart into the customer's; lock contention never fails a sign-in."""
    cart_id = request.session.get(SESSION_KEY) if request else None
    if request is None or cart_id is None:
        return
    had_lines = CartItem.objects.filter(cart=cart_id, cart__customer=None).exists()
    try:
        changes = run_transaction(merge_carts, visitor_cart_id=cart_id, customer=user)
    except Busy:
        return  # the session still has the cart's key, so the next sign-in merges it
    del request.session[SESSION_KEY]
    if had_lines:
        _add_messages(request, changes)


def _add_messages(request: HttpRequest, changes: list[CartChange]) -> None:
    text = _("What you put in your cart before signing in is now in your account's cart.")
    messages.info(request, text, fail_silently=True)
    for change in changes:
        messages.warning(request, describe_change(change), fail_silently=True)
