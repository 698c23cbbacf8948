"""The filters of the list of warehouse orders."""

from typing import Any

from django.db.models import F, QuerySet
from rest_framework import serializers

from catalog.api.item_references import ItemQuery, item_id_of_query
from catalog.models import Item
from orders.models import Order
from shop.core.api.pagination import PAGE_KEY
from warehouses.models import Warehouse, WarehouseOrder


class WarehouseOrderQuery(ItemQuery):
    """The parameters of the list of warehouse orders; one must match them all."""

    warehouse = serializers.CharField(required=False, help_text="The warehouse's code.")
    status = serializers.ChoiceField(choices=WarehouseOrder.Status.choices, required=False)
    order = serializers.CharField(
        max_length=20, required=False, help_text="The number of the order."
    )
    tracking = serializers.CharField(
        max_length=120, required=False, help_text="The whole tracking number."
    )


def filter_warehouse_orders(parameters: dict[str, Any]) -> QuerySet[WarehouseOrder]:
    """Return the warehouse orders that match the parameters of a WarehouseOrderQuery.

    Warehouse, order and item are read first, so that PostgreSQL plans the query for their
    numbers of rows. Raises ValidationError if `item` and `sku` are of two items.
    """
    plain: dict[str, Any] = {
        name: parameters[name] for name in ("status", "tracking") if name in parameters
    }
    if code := parameters.get("warehouse"):
        plain["warehouse"] = Warehouse.objects.filter(code=code).first()
    if number := parameters.get("order"):
        plain["order"] = Order.objects.filter(number=number).first()
    return _with_item(WarehouseOrder.objects.filter(**plain), parameters)


def _with_item(
    warehouse_orders: QuerySet[WarehouseOrder], parameters: dict[str, Any]
) -> QuerySet[WarehouseOrder]:
    try:
        item_id = item_id_of_query(parameters)
    except Item.DoesNotExist:
        return warehouse_orders.none()
    if item_id is None:
        return warehouse_orders
    with_item = warehouse_orders.filter(lines__item=item_id)
    return with_item.annotate(**{PAGE_KEY: F("lines__warehouse_order_id")})
