"""Shortcuts to the state where a test begins, each by its verb, and what became of an order."""

from datetime import timedelta

from django.db.models.functions import Now

from cart.cart import cart_of, update_item_in_cart
from catalog.models import AggregatedStock, Item
from orders.checkout.holds import begin_checkout
from orders.models import Checkout, Order
from orders.ordering import submit_order
from warehouses.assignment.assigning import assign_order
from warehouses.inventory.shortfalls import items_with_open_shortfalls, resolve_shortfall
from warehouses.models import WarehouseOrder

ADDRESS = {
    "name": "Alice",
    "line1": "400 Broad St",
    "line2": "",
    "city": "Seattle",
    "region": "WA",
    "postal_code": "98109",
    "country": "US",
}


def put_in_cart(customer, quantities: dict[Item, int]) -> None:
    """Set the quantities of items in the customer's cart."""
    cart = cart_of(customer)
    for item, quantity in quantities.items():
        update_item_in_cart(cart=cart, item_id=item.pk, quantity=quantity)


def hold(customer, quantities: dict[Item, int]) -> Checkout:
    """Put items in the customer's cart and begin a checkout."""
    put_in_cart(customer, quantities)
    return begin_checkout(customer=customer)


def submit(checkout: Checkout) -> Order:
    """Submit a checkout, shipped to ADDRESS."""
    return submit_order(
        customer=checkout.customer, checkout_id=checkout.pk, shipping_address=ADDRESS
    )


def order(customer, quantities: dict[Item, int]) -> Order:
    """Submit an order of these items."""
    return submit(hold(customer, quantities))


def order_and_assign(customer, quantities: dict[Item, int]) -> tuple[Order, list[WarehouseOrder]]:
    """Submit an order, assign it, and return it with its warehouse orders."""
    placed = order(customer, quantities)
    parcels = assign_order(order_id=placed.pk)
    placed.refresh_from_db()
    return placed, parcels


def expire_hold(checkout: Checkout) -> None:
    """Move the hold's expiry an hour into the past, by the database's clock."""
    past = Now() - timedelta(hours=1)
    Checkout.objects.filter(pk=checkout.pk).update(expires_at=past)
    items = checkout.lines.values("item")
    AggregatedStock.objects.filter(item__in=items).update(next_release_at=past)


def shipping_codes(order: Order) -> list[str]:
    """Return the codes of the warehouses of an order's open parcels, in order of code."""
    parcels = order.warehouse_orders.open().order_by("warehouse__code")
    return [parcel.warehouse.code for parcel in parcels]


def let_the_workers_act() -> None:
    """Do what verbs leave to workers: resolve open shortfalls, and assign what waits for it."""
    for item_id in items_with_open_shortfalls():
        resolve_shortfall(item_id=item_id)
    for placed in Order.objects.filter(awaits_assignment=True):
        assign_order(order_id=placed.pk)
