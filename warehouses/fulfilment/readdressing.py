"""Warehouse orders of an order that goes to another address."""

from orders.models import Order


def readdress_warehouse_orders(*, order: Order) -> None:
    """Write a locked order's address on its unshipped warehouse orders."""
    parcels = order.warehouse_orders.open()
    locked = [parcel.pk for parcel in parcels.only("pk").lock()]
    parcels.filter(pk__in=locked).update(shipping_address=order.shipping_address)
