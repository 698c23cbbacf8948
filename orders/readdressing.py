"""Changing the shipping address of an order, until something of it is picked."""

from collections.abc import Mapping

from django.db import transaction

from orders.exceptions import OrderAlreadyPicked, OrderNotFound, OrderOver
from orders.models import Order, OrderChange
from orders.models.address import ADDRESS_PARTS
from orders.signals import order_readdressed
from orders.state.history import post_order_change, require_room_for_change
from orders.state.timeline import read_progress
from orders.state.versions import version_of_order
from shop.core.authors import THE_SHOP, Author
from shop.core.optimistic_locking import Versions, require_version

# Of warehouse orders, which the layer above writes.
PICKED_OR_SHIPPED = ("picked", "shipped")


def is_readdressable(order: Order) -> bool:
    """Return whether an order, read with its parcels, can still go to another address."""
    statuses = {parcel.status for parcel in order.warehouse_orders.all()}
    return order.is_cancellable and statuses.isdisjoint(PICKED_OR_SHIPPED)


@transaction.atomic
def change_shipping_address(
    *,
    order_id: int,
    shipping_address: Mapping[str, str],
    author: Author = THE_SHOP,
    expected: Versions = None,
) -> Order:
    """Send an order to another address; the same address changes nothing.

    The history keeps which parts have changed, not their contents. Sends
    `order_readdressed`. Raises OrderNotFound, VersionMismatch, OrderOver for a cancelled
    order, OrderAlreadyPicked once a part of it is picked or shipped, or TooManyChanges.
    """
    order = Order.objects.filter(pk=order_id).lock().first()
    if order is None:
        raise OrderNotFound
    if expected is not None:
        require_version(expected, version_of_order(read_progress(order)))
    if order.is_cancelled:
        raise OrderOver
    if order.warehouse_orders.filter(status__in=PICKED_OR_SHIPPED).exists():
        raise OrderAlreadyPicked
    before = order.shipping_address
    changed = [
        part for part in ADDRESS_PARTS if shipping_address.get(part, "") != before.get(part, "")
    ]
    if changed:
        require_room_for_change(order, author)
        order.shipping_address = dict(shipping_address)
        order.save(update_fields=["shipping_address"])
        order_readdressed.send(sender=Order, order=order)
        kind = OrderChange.Kind.READDRESSED
        post_order_change(order, kind, author=author, details={"parts": changed})
    return order
