"""The filters of the list of warehouse orders."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from warehouses.models import Warehouse, WarehouseOrder


class WarehouseOrderQuery(serializers.Serializer):
    """The parameters of the list of warehouse orders; one must match them all."""

    warehouse = serializers.CharField(required=False, help_text="The warehouse's code.")
    status = serializers.ChoiceField(choices=WarehouseOrder.Status.choices, required=False)


def filter_warehouse_orders(parameters: dict[str, Any]) -> QuerySet[WarehouseOrder]:
    """Return the warehouse orders that match the parameters of a WarehouseOrderQuery.

    The warehouse is read first, so that PostgreSQL plans the query for its number of rows.
    """
    plain = {name: parameters[name] for name in ("status",) if name in parameters}
    if code := parameters.get("warehouse"):
        plain["warehouse"] = Warehouse.objects.filter(code=code).first()
    return WarehouseOrder.objects.filter(**plain)
