"""References to warehouses in requests, by code."""

from typing import Any

from rest_framework import serializers

from warehouses.models import Warehouse

NO_SUCH_WAREHOUSE = "There is no such warehouse."
MAX_CODE_LENGTH = Warehouse._meta.get_field("code").max_length


class WarehouseField(serializers.CharField):
    """The code of a warehouse in a body; the value that is read is the warehouse."""

    def __init__(self, **kwargs: Any):
        super().__init__(max_length=MAX_CODE_LENGTH, **kwargs)

    def run_validation(self, data: Any = serializers.empty) -> Any:
        """Read the warehouse, after the text is checked. Raises ValidationError."""
        warehouse = Warehouse.objects.filter(code=super().run_validation(data)).first()
        if warehouse is None:
            raise serializers.ValidationError(NO_SUCH_WAREHOUSE)
        return warehouse
