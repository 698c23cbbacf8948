"""What the cart does when a visitor signs in: what they chose comes along."""

from django.contrib import messages
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils.translation import gettext as _

from cart.cart import CartChange, merge_carts
from cart.models import CartItem
from cart.visitor_carts import SESSION_KEY, in_words
from shop.core.db.transactions import Busy, run_transaction


@receiver(user_logged_in)
def bring_cart_along(request: HttpRequest | None, user, **kwargs) -> None:
    """Merge the visitor's cart into the customer's. A sign-in never fails because of it."""
    cart_id = request.session.get(SESSION_KEY) if request else None
    if request is None or cart_id is None:
        return
    had_lines = CartItem.objects.filter(cart=cart_id, cart__customer=None).exists()
    try:
        changes = run_transaction(merge_carts, visitor_cart_id=cart_id, customer=user)
    except Busy:
        return  # the session still knows the cart, so the next sign-in brings it along
    del request.session[SESSION_KEY]
    if had_lines:
        _tell(request, changes)


def _tell(request: HttpRequest, changes: list[CartChange]) -> None:
    text = _("What you put in your cart before signing in is now in your account's cart.")
    messages.info(request, text, fail_silently=True)
    for change in changes:
        messages.warning(request, in_words(change), fail_silently=True)
