"""Changing a cart: it reserves no units, but an item without stock cannot be added."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

from django.conf import settings
from django.db import transaction

from cart.exceptions import CartFull, LineRefused, NoSuchItems, OutOfStock, TooManyUnits
from cart.models import Cart, CartItem
from catalog.live_items import get_item, get_items, send_release_due, with_due_release
from catalog.models import Item
from shop.core.db.prepared import prepared
from shop.core.optimistic_locking import Versions, require_version, version_of

MAX_LINES = 1000


@dataclass(frozen=True)
class CartChange:
    """The result of adding units to a line: units wanted, and the line's new quantity."""

    item: Item
    wanted: int
    quantity: int


def cart_of(customer) -> Cart:
    """Return the customer's cart; the first call creates it."""
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
    """Return the cart's lines with the live price and stock of their items."""
    if cart is None:
        return []
    lines = _live_lines(cart=cart.pk)
    if send_release_due(line.item for line in lines if line.is_release_due):
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
    """Set the quantity of an item in the cart, in units.

    A line of an item without stock may stay or be lowered. `expected` are versions of the cart.

    Raises VersionMismatch, Item.DoesNotExist, OutOfStock, TooManyUnits or CartFull.
    """
    lines = lock_lines(cart)
    require_version(expected, version_of_lines(lines.values()))
    _set_quantity(cart, lines, item_id, quantity)


@transaction.atomic
def replace_items_in_cart(
    *, cart: Cart, quantities: Mapping[int, int], expected: Versions = None
) -> None:
    """Replace the lines of the cart by these items, at most MAX_LINES of them.

    A refusal changes nothing. Raises VersionMismatch, NoSuchItems, or the OutOfStock or
    TooManyUnits of the first refused line, whose `all` lists every refused line.
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
    """Add units of an item to the cart. Raises as update_item_in_cart does."""
    lines = lock_lines(cart)
    current = lines[item_id].quantity if item_id in lines else 0
    _set_quantity(cart, lines, item_id, current + quantity)


@transaction.atomic
def add_items_to_cart(*, cart: Cart, quantities: Mapping[int, int]) -> list[CartChange]:
    """Add units of several items to the cart, as many as are left.

    Items that are no longer sold are skipped, and so are new ones beyond MAX_LINES. Returns
    the changes that added fewer units than wanted.
    """
    return add_to_lines(cart, lock_lines(cart), quantities)


@transaction.atomic
def remove_item_from_cart(*, cart: Cart, item_id: int, expected: Versions = None) -> None:
    """Remove an item from the cart; idempotent. Raises VersionMismatch."""
    require_version(expected, version_of_lines(lock_lines(cart).values()))
    CartItem.objects.filter(cart=cart, item_id=item_id).delete()


@transaction.atomic
def fit_cart_to_stock(*, cart: Cart, held: Mapping[int, int] = MappingProxyType({})) -> None:
    """Lower every quantity to the units left; remove items sold out or no longer sold.

    `held` are the units, by item, of the customer's own hold; they count as left.
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
    """Record the current prices as seen by the customer."""
    lines = lock_lines(cart)
    for item in get_items(lines).values():
        line = lines[item.pk]
        if line.price_seen != item.price:
            line.price_seen = item.price
            line.save(update_fields=["price_seen"])


def version_of_lines(lines: Iterable[CartItem]) -> str:
    """Return the version of a cart: it changes with items and quantities, not price or stock."""
    return version_of([(line.item_id, line.quantity) for line in lines])


def lock_lines(cart: Cart) -> dict[int, CartItem]:
    """Lock the cart and return its lines by item, without their items.

    Raises Cart.DoesNotExist.
    """
    if not _cart_to_lock(cart=cart.pk):
        raise Cart.DoesNotExist
    return read_lines(cart.pk)


@prepared
def _cart_to_lock(cart):
    return Cart.objects.filter(pk=cart).lock()


def add_to_lines(
    cart: Cart, lines: Mapping[int, CartItem], quantities: Mapping[int, int]
) -> list[CartChange]:
    """Add units to the lines of a locked cart, as add_items_to_cart does."""
    items = get_items(quantities)
    without_room = items_without_room(lines, items)
    return apply_changes(
        CartChange(items[pk], wanted=quantities[pk], quantity=0)
        if pk in without_room
        else add_to_line(cart, lines.get(pk), items[pk], quantities[pk], price_seen=items[pk].price)
        for pk in sorted(items)
    )


def items_without_room(lines: Collection[int], items: Collection[int]) -> set[int]:
    """Return the items, by id, whose new lines would be more than MAX_LINES."""
    new = sorted(set(items).difference(lines))
    return set(new[max(0, MAX_LINES - len(lines)) :])


def read_lines(cart_id: int) -> dict[int, CartItem]:
    """Return a cart's lines by item, without their items."""
    return {line.item_id: line for line in _lines_of(cart=cart_id)}


@prepared
def _lines_of(cart):
    return CartItem.objects.filter(cart=cart)


def add_to_line(
    cart: Cart, line: CartItem | None, item: Item, units: int, *, price_seen: Decimal
) -> CartChange:
    """Add as many of the units as are left to a line; never lower its quantity."""
    current = line.quantity if line else 0
    wanted = current + units
    quantity = max(current, min(wanted, item.stock, settings.MAX_UNITS_PER_ITEM))
    if quantity > current:
        _write_line(cart, item, quantity, price_seen=price_seen)
    return CartChange(item, wanted, quantity)


def apply_changes(changes: Iterable[CartChange]) -> list[CartChange]:
    """Run an iterator that makes changes; return the changes with fewer units than wanted."""
    return [change for change in changes if change.quantity < change.wanted]


def _set_quantity(cart: Cart, lines: dict[int, CartItem], item_id: int, quantity: int) -> None:
    item = get_item(item_id)
    line = lines.get(item_id)
    _refuse_lines([_refusal(item, line, quantity)])
    if line is None and len(lines) >= MAX_LINES:
        raise CartFull(MAX_LINES)
    _write_line(cart, item, quantity, price_seen=item.price)


def _refusal(item: Item, line: CartItem | None, quantity: int) -> LineRefused | None:
    """Return the refusal of this quantity for the line, or None."""
    if item.stock == 0 and not (line and quantity <= line.quantity):
        return OutOfStock(item)
    if quantity > settings.MAX_UNITS_PER_ITEM:
        return TooManyUnits(item, wanted=quantity, limit=settings.MAX_UNITS_PER_ITEM)
    return None


def _refuse_lines(candidates: Iterable[LineRefused | None]) -> None:
    """Raise the first refusal, with all of them in its `all`."""
    refusals = [refusal for refusal in candidates if refusal]
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
