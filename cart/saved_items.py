"""Items saved for later, and moved back to the cart."""

from django.db import transaction

from cart.cart import MAX_LINES, CartChange, add_to_lines, lock_lines
from cart.exceptions import CartFull
from cart.models import Cart, CartItem, SavedItem
from catalog.live_items import with_due_release


def saved_lines(cart: Cart | None) -> list[SavedItem]:
    """Return the saved items, the latest first, with live price and stock."""
    if cart is None:
        return []
    saved = SavedItem.objects.filter(cart=cart).select_related("item__aggregated_stock")
    return list(with_due_release(saved, "item__"))


@transaction.atomic
def save_for_later(*, cart: Cart, item_id: int) -> None:
    """Move a line from the cart to the saved items; without such a line do nothing.

    Raises CartFull when MAX_LINES items are saved already.
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
    """Move a saved item to the cart, with as many of its units as are left.

    An item that is sold out or no longer sold stays saved. Returns the change if it added
    fewer units than were saved. Raises CartFull.
    """
    lines = lock_lines(cart)
    saved = SavedItem.objects.filter(cart=cart, item_id=item_id).first()
    if saved is None:
        return []
    if item_id not in lines and len(lines) >= MAX_LINES:
        raise CartFull(MAX_LINES)
    before = lines[item_id].quantity if item_id in lines else 0
    changes = add_to_lines(cart, lines, {item_id: saved.quantity})
    after = CartItem.objects.filter(cart=cart, item_id=item_id).values_list("quantity", flat=True)
    if sum(after) > before:
        saved.delete()
    return changes


@transaction.atomic
def remove_saved_item(*, cart: Cart, item_id: int) -> None:
    """Delete a saved item; idempotent."""
    lock_lines(cart)
    SavedItem.objects.filter(cart=cart, item_id=item_id).delete()
