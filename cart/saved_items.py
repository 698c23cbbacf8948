"""Lines put aside for later, and put back."""

from django.db import transaction

from cart.cart import MAX_LINES, CartChange, lock_lines, raise_lines
from cart.exceptions import CartFull
from cart.models import Cart, CartItem, SavedItem
from catalog.live_items import with_due_release


def saved_lines(cart: Cart | None) -> list[SavedItem]:
    """Read what was put aside, the latest first, with its items' live price and stock."""
    if cart is None:
        return []
    saved = SavedItem.objects.filter(cart=cart).select_related("item__aggregated_stock")
    return list(with_due_release(saved, "item__"))


@transaction.atomic
def save_for_later(*, cart: Cart, item_id: int) -> None:
    """Move a line from the cart to what is put aside; what is in no line changes nothing.

    Raises CartFull when too much is put aside already.
    """
    line = lock_lines(cart).get(item_id)
    if line is None:
        return
    if SavedItem.objects.filter(cart=cart).count() >= MAX_LINES:
        raise CartFull(MAX_LINES)
    SavedItem.objects.update_or_create(
        cart=cart, item_id=item_id, defaults={"quantity": line.quantity}
    )
    line.delete()


@transaction.atomic
def move_to_cart(*, cart: Cart, item_id: int) -> list[CartChange]:
    """Put back in the cart as much as is left of what was put aside.

    Returns the line if it came out smaller than what was put aside. What is sold out, or
    no longer sold, stays aside.
    """
    lines = lock_lines(cart)
    saved = SavedItem.objects.filter(cart=cart, item_id=item_id).first()
    if saved is None:
        return []
    if item_id not in lines and len(lines) >= MAX_LINES:
        raise CartFull(MAX_LINES)
    already = lines[item_id].quantity if item_id in lines else 0
    changes = raise_lines(cart, lines, {item_id: saved.quantity})
    quantity = CartItem.objects.filter(cart=cart, item_id=item_id).values_list(
        "quantity", flat=True
    )
    if sum(quantity) > already:
        saved.delete()
    return changes


@transaction.atomic
def remove_saved_item(*, cart: Cart, item_id: int) -> None:
    """Put an item aside no longer."""
    lock_lines(cart)
    SavedItem.objects.filter(cart=cart, item_id=item_id).delete()
