"""Erasure of personal data in the warehouses: addresses and tracking numbers."""

from collections.abc import Collection

from orders.erasure import ONLY_COUNTRY_AND_REGION
from warehouses.models import WarehouseOrder


def anonymise_warehouse_orders(order_ids: Collection[int]) -> None:
    """Remove the addresses and tracking numbers from the warehouse orders of locked orders.

    Country and region of an address stay. The ledger refers to warehouse orders, never to
    people, so it stays as it is.
    """
    warehouse_orders = WarehouseOrder.objects.filter(order__in=order_ids)
    locked_ids = [warehouse_order.pk for warehouse_order in warehouse_orders.only("pk").lock()]
    WarehouseOrder.objects.filter(pk__in=locked_ids).update(
        shipping_address=ONLY_COUNTRY_AND_REGION, tracking=""
    )
