"""Opening and closing the places that hold stock."""

from typing import Any

from django.db import transaction

from warehouses.exceptions import WarehouseExists
from warehouses.models import Warehouse


@transaction.atomic
def create_warehouse(*, code: str, **fields: Any) -> Warehouse:
    """Add an open warehouse that holds nothing yet. Raises WarehouseExists."""
    warehouse, is_new = Warehouse.objects.get_or_create(code=code, defaults=fields)
    if not is_new:
        raise WarehouseExists(code)
    return warehouse
