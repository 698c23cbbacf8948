"""Creating, closing and opening warehouses.

A closed warehouse's available units are not on sale. Its unpicked warehouse orders move
to other warehouses if all of their units are available there; it still ships the rest.
The warehouse row is the last of all locks, so no units arrive in a warehouse that is closing.
"""

from typing import Any

from django.db import transaction

from catalog.models import AggregatedStock
from catalog.stock import lock_stock
from orders.state.short_lines import lock_short_orders
from shop.core.db.transactions import StaleRead
from warehouses.exceptions import WarehouseExists
from warehouses.fulfilment.promises import offer_units, withdraw_units
from warehouses.models import Warehouse, WarehouseStock
from warehouses.signals import warehouse_closed
from warehouses.stock.rows import lock_warehouse_rows
from warehouses.stock.shortfall_rows import lock_open_shortfalls, save_shortfalls


@transaction.atomic
def create_warehouse(*, code: str, **fields: Any) -> Warehouse:
    """Create an open warehouse without stock. Raises WarehouseExists."""
    warehouse, is_new = Warehouse.objects.get_or_create(code=code, defaults=fields)
    if not is_new:
        raise WarehouseExists(code)
    return warehouse


@transaction.atomic
def close_warehouse(*, warehouse_id: int) -> Warehouse:
    """Take a warehouse's available units off sale; promised ones open Shortfalls.

    Closing a closed warehouse changes nothing. Raises StaleRead if a new item arrives
    meanwhile.
    """
    stock, rows = _lock_stock_of(warehouse_id)
    warehouse = _lock_warehouse(warehouse_id, stock)
    if not warehouse.is_open:
        return warehouse
    available = {row.item_id: row.available_stock for row in rows}
    withdraw_units(available, stock, warehouse_id=warehouse_id)
    warehouse_closed.send(sender=Warehouse, warehouse=warehouse)
    return _write(warehouse, is_open=False)


@transaction.atomic
def open_warehouse(*, warehouse_id: int) -> Warehouse:
    """Put a warehouse's available units on sale again, after paying what is promised.

    Opening an open warehouse changes nothing. Raises StaleRead if a new item arrives, or
    units of one go short, meanwhile.
    """
    rows_to_open = WarehouseStock.objects.filter(warehouse=warehouse_id, available_stock__gt=0)
    units = dict(rows_to_open.values_list("item", "available_stock"))
    short_orders = lock_short_orders(units)
    stock, rows = _lock_stock_of(warehouse_id)
    shortfalls = lock_open_shortfalls(stock)
    warehouse = _lock_warehouse(warehouse_id, stock)
    if warehouse.is_open:
        return warehouse
    free = {row.item_id: row.available_stock for row in rows if row.available_stock}
    offer_units(free, shortfalls, short_orders)
    save_shortfalls(shortfalls)
    return _write(warehouse, is_open=True)


def _lock_stock_of(
    warehouse_id: int,
) -> tuple[dict[int, AggregatedStock], list[WarehouseStock]]:
    """Lock the aggregated stock of a warehouse's items, then the warehouse's rows."""
    rows = WarehouseStock.objects.filter(warehouse=warehouse_id)
    stock = lock_stock(rows.values_list("item_id", flat=True))
    return stock, lock_warehouse_rows(warehouse_id, stock)


def _lock_warehouse(warehouse_id: int, locked: dict[int, AggregatedStock]) -> Warehouse:
    """Lock the warehouse row, last of all.

    Raises StaleRead if the warehouse has an item by now whose stock is not locked.
    """
    warehouse = Warehouse.objects.filter(pk=warehouse_id).lock_for_update().get()
    rows = WarehouseStock.objects.filter(warehouse=warehouse_id)
    if set(rows.values_list("item_id", flat=True)) - locked.keys():
        raise StaleRead
    return warehouse


def _write(warehouse: Warehouse, *, is_open: bool) -> Warehouse:
    warehouse.is_open = is_open
    warehouse.save(update_fields=["is_open"])
    return warehouse
