"""The warehouses' copies of the addresses of orders that no longer tell whose they were."""

from collections.abc import Collection

from orders.erasure import ONLY_COUNTRY_AND_REGION
from warehouses.models import WarehouseOrder


def anonymise_warehouse_orders(order_ids: Collection[int]) -> None:
    """Empty the addresses and carriers' numbers of the parcels of locked orders.

    The ledger names parcels, never people, so it stays as it is.
    """
    parcels = WarehouseOrder.objects.filter(order__in=order_ids)
    locked = [parcel.pk for parcel in parcels.only("pk").lock()]
    WarehouseOrder.objects.filter(pk__in=locked).update(
        shipping_address=ONLY_COUNTRY_AND_REGION, tracking=""
    )
