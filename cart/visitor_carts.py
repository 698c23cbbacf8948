"""Carts of visitors, merged into the customer's at sign-in."""

from django.db import transaction

from cart.cart import (
    MAX_LINES,
    CartChange,
    add_to_line,
    apply_changes,
    cart_of,
    items_without_room,
    read_lines,
)
from cart.models import Cart, SavedItem
from catalog.live_items import get_items


@transaction.atomic
def merge_carts(*, visitor_cart_id: int, customer) -> list[CartChange]:
    """Move a visitor's lines and saved items into the customer's cart, and delete the visitor's.

    Quantities add up, capped at the units left and at MAX_UNITS_PER_ITEM; what exceeds
    MAX_LINES lines or saved items is dropped. Returns the changes that added fewer units than
    wanted.
    """
    own_cart_id = cart_of(customer).pk
    carts = {c.pk: c for c in Cart.objects.filter(pk__in=[own_cart_id, visitor_cart_id]).lock()}
    visitor_cart = carts.get(visitor_cart_id)
    if visitor_cart is None or visitor_cart.customer_id is not None:
        return []
    own_lines, visitor_lines = read_lines(own_cart_id), read_lines(visitor_cart_id)
    items = get_items(visitor_lines)
    cart = carts[own_cart_id]
    without_room = items_without_room(own_lines, items)
    changes = apply_changes(
        CartChange(items[pk], wanted=visitor_lines[pk].quantity, quantity=0)
        if pk in without_room
        else add_to_line(
            cart,
            own_lines.get(pk),
            items[pk],
            visitor_lines[pk].quantity,
            price_seen=own_lines.get(pk, visitor_lines[pk]).price_seen,
        )
        for pk in sorted(items)
    )
    _merge_saved_items(visitor_cart, own_cart_id)
    visitor_cart.delete()
    return changes


def _merge_saved_items(visitor_cart: Cart, own_cart_id: int) -> None:
    """Move the visitor's saved items to the customer's, the latest ones, up to MAX_LINES."""
    own = SavedItem.objects.filter(cart=own_cart_id)
    room = max(0, MAX_LINES - own.count())
    new = SavedItem.objects.filter(cart=visitor_cart).exclude(item__in=own.values("item"))
    moved = list(new.values_list("pk", flat=True)[:room])
    SavedItem.objects.filter(pk__in=moved).update(cart=own_cart_id)
