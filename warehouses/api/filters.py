"""The filters of the list of warehouse orders."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from catalog.api.item_references import ItemQuery, filter_by_item
from orders.models import Order
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
    warehouse_orders = WarehouseOrder.objects.filter(**plain)
    return filter_by_item(warehouse_orders, parameters, page_key="lines__warehouse_order_id")
