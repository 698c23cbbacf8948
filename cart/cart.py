"""Filling a cart: nothing is promised here, but what has no stock cannot be added."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

from django.conf import settings
from django.db import transaction

from cart.exceptions import CartFull, LineRefused, NoSuchItems, OutOfStock, TooManyUnits
from cart.models import Cart, CartItem, SavedItem
from catalog.live_items import get_item, get_items, put_back_overdue, with_due_release
from catalog.models import Item
from shop.core.db.prepared import prepared
from shop.core.versions import Versions, require_version, version_of

MAX_LINES = 1000


@dataclass(frozen=True)
class CartChange:
    """What became of one line when more was wanted of it."""

    item: Item
    wanted: int
    quantity: int


def cart_of(customer) -> Cart:
    """Return the customer's one cart, making it at the first call."""
    carts = _carts_of(customer=customer.pk)
    return carts[0] if carts else Cart.objects.get_or_create(customer=customer)[0]


def lock_cart_of(customer) -> Cart | None:
    """Return the customer's cart, locked until commit: the first lock of every purchase."""
    return next(iter(_carts_to_lock(customer=customer.pk)), None)


@prepared
def _carts_of(customer):
    return Cart.objects.filter(customer=customer)


@prepared
def _carts_to_lock(customer):
    return Cart.objects.filter(customer=customer).lock()


def cart_lines(cart: Cart | None) -> list[CartItem]:
    """Read the cart's lines with their items' live price and stock."""
    if cart is None:
        return []
    lines = _live_lines(cart=cart.pk)
    if put_back_overdue(line.item for line in lines if line.is_release_due):
        return _live_lines(cart=cart.pk)
    return lines


@prepared
def _live_lines(cart):
    lines = CartItem.objects.filter(cart=cart).select_related("item__aggregated_stock")
    return with_due_release(lines, "item__")


@transaction.atomic
def update_item_in_cart(
    *, cart: Cart, item_id: int, quantity: int, expected: Versions = None
) -> None:
    """Set how many units of an item the cart holds.

    Raises VersionMismatch, Item.DoesNotExist, OutOfStock (what is in the cart may stay, or be
    lowered), TooManyUnits or CartFull.
    """
    lines = lock_lines(cart)
    require_version(expected, version_of_lines(lines.values()))
    _put(cart, lines, item_id, quantity)


@transaction.atomic
def replace_items_in_cart(
    *, cart: Cart, quantities: Mapping[int, int], expected: Versions = None
) -> None:
    """Make these the items of the cart, at most MAX_LINES of them, and no others.

    Raises VersionMismatch, NoSuchItems, or what update_item_in_cart would raise of the first line
    that it would refuse, which then knows of every other. Then nothing has changed.
    """
    lines = lock_lines(cart)
    require_version(expected, version_of_lines(lines.values()))
    items = get_items(quantities)
    if missing := set(quantities) - set(items):
        raise NoSuchItems(missing)
    _refuse_lines(
        _refusal(items[pk], lines.get(pk), quantity) for pk, quantity in quantities.items()
    )
    CartItem.objects.filter(cart=cart).exclude(item__in=quantities).delete()
    _write_lines(
        CartItem(cart=cart, item=items[pk], quantity=quantity, price_seen=items[pk].price)
        for pk, quantity in quantities.items()
    )


@transaction.atomic
def add_item_to_cart(*, cart: Cart, item_id: int, quantity: int) -> None:
    """Put so many more units of an item in the cart. Raises as update_item_in_cart does."""
    lines = lock_lines(cart)
    already = lines[item_id].quantity if item_id in lines else 0
    _put(cart, lines, item_id, already + quantity)


@transaction.atomic
def add_items_to_cart(*, cart: Cart, quantities: Mapping[int, int]) -> list[CartChange]:
    """Put more units of several items in the cart, as many as are left.

    Returns the lines that came out smaller than what was wanted. What is no longer sold
    is left out without a word.
    """
    return raise_lines(cart, lock_lines(cart), quantities)


@transaction.atomic
def remove_item_from_cart(*, cart: Cart, item_id: int, expected: Versions = None) -> None:
    """Take an item out of the cart; taking out what is not in it changes nothing.

    Raises VersionMismatch.
    """
    require_version(expected, version_of_lines(lock_lines(cart).values()))
    CartItem.objects.filter(cart=cart, item_id=item_id).delete()


@transaction.atomic
def fit_cart_to_stock(*, cart: Cart, held: Mapping[int, int] = MappingProxyType({})) -> None:
    """Lower every quantity to what is left, and take out what is sold out or no longer sold.

    `held` are units, by item, that the customer's own checkout holds: for them they are left.
    """
    lines = lock_lines(cart)
    items = get_items(lines)
    for line in lines.values():
        item = items.get(line.item_id)
        left = item.stock + held.get(item.pk, 0) if item else 0
        if left == 0:
            line.delete()
        elif left < line.quantity:
            line.quantity = left
            line.save(update_fields=["quantity"])


@transaction.atomic
def accept_new_prices(*, cart: Cart) -> None:
    """Remember that the customer has seen today's prices."""
    lines = lock_lines(cart)
    for item in get_items(lines).values():
        line = lines[item.pk]
        if line.price_seen != item.price:
            line.price_seen = item.price
            line.save(update_fields=["price_seen"])


@transaction.atomic
def merge_carts(*, visitor_cart_id: int, customer) -> list[CartChange]:
    """Move a visitor's lines into the customer's cart and forget the visitor's cart.

    What the visitor put aside comes along. Quantities add up, capped at what is left and at
    MAX_UNITS_PER_ITEM. Returns the lines that came out smaller than what was wanted, for
    the customer to be told.
    """
    own_cart_id = cart_of(customer).pk
    carts = {c.pk: c for c in Cart.objects.filter(pk__in=[own_cart_id, visitor_cart_id]).lock()}
    visitor_cart = carts.get(visitor_cart_id)
    if visitor_cart is None or visitor_cart.customer_id is not None:
        return []
    own, moved = _lines(own_cart_id), _lines(visitor_cart_id)
    items = get_items(moved)
    cart = carts[own_cart_id]
    changes = _smaller(
        _raise_line(
            cart,
            own.get(pk),
            items[pk],
            moved[pk].quantity,
            price_seen=own.get(pk, moved[pk]).price_seen,
        )
        for pk in sorted(items)
    )
    known = SavedItem.objects.filter(cart=own_cart_id).values("item")
    SavedItem.objects.filter(cart=visitor_cart).exclude(item__in=known).update(cart=own_cart_id)
    visitor_cart.delete()
    return changes


def version_of_lines(lines: Iterable[CartItem]) -> str:
    """Changes with what is in the cart, and not with its items' price and stock."""
    return version_of([(line.item_id, line.quantity) for line in lines])


def lock_lines(cart: Cart) -> dict[int, CartItem]:
    """Lock the cart and return its lines by item, without their items."""
    if not _cart_to_lock(cart=cart.pk):
        raise Cart.DoesNotExist
    return _lines(cart.pk)


@prepared
def _cart_to_lock(cart):
    return Cart.objects.filter(pk=cart).lock()


def raise_lines(
    cart: Cart, lines: Mapping[int, CartItem], quantities: Mapping[int, int]
) -> list[CartChange]:
    """Add units to the lines of a locked cart, as add_items_to_cart does."""
    items = get_items(quantities)
    return _smaller(
        _raise_line(cart, lines.get(pk), items[pk], quantities[pk], price_seen=items[pk].price)
        for pk in sorted(items)
    )


def _lines(cart_id: int) -> dict[int, CartItem]:
    return {line.item_id: line for line in _lines_of(cart=cart_id)}


@prepared
def _lines_of(cart):
    return CartItem.objects.filter(cart=cart)


def _raise_line(
    cart: Cart, own: CartItem | None, item: Item, units: int, *, price_seen: Decimal
) -> CartChange:
    """Add as many of the units as are left to the cart's own line, which never shrinks by it."""
    already = own.quantity if own else 0
    wanted = already + units
    quantity = max(already, min(wanted, item.stock, settings.MAX_UNITS_PER_ITEM))
    if quantity > already:
        _write_line(cart, item, quantity, price_seen=price_seen)
    return CartChange(item, wanted, quantity)


def _smaller(changes: Iterable[CartChange]) -> list[CartChange]:
    """Make all the changes; return those that came out smaller than what was wanted."""
    return [change for change in changes if change.quantity < change.wanted]


def _put(cart: Cart, lines: dict[int, CartItem], item_id: int, quantity: int) -> None:
    item = get_item(item_id)
    line = lines.get(item_id)
    _refuse_lines([_refusal(item, line, quantity)])
    if line is None and len(lines) >= MAX_LINES:
        raise CartFull(MAX_LINES)
    _write_line(cart, item, quantity, price_seen=item.price)


def _refusal(item: Item, line: CartItem | None, quantity: int) -> LineRefused | None:
    """Why the line may not become so large, if it may not."""
    if item.stock == 0 and not (line and quantity <= line.quantity):
        return OutOfStock(item)
    if quantity > settings.MAX_UNITS_PER_ITEM:
        return TooManyUnits(item, wanted=quantity, limit=settings.MAX_UNITS_PER_ITEM)
    return None


def _refuse_lines(found: Iterable[LineRefused | None]) -> None:
    refusals = [refusal for refusal in found if refusal]
    if refusals:
        refusals[0].all = refusals
        raise refusals[0]


def _write_line(cart: Cart, item: Item, quantity: int, *, price_seen: Decimal) -> None:
    _write_lines([CartItem(cart=cart, item=item, quantity=quantity, price_seen=price_seen)])


def _write_lines(lines: Iterable[CartItem]) -> None:
    CartItem.objects.bulk_create(
        lines,
        update_conflicts=True,
        unique_fields=["cart", "item"],
        update_fields=["quantity", "price_seen"],
    )
