"""Creating, closing and opening warehouses.

A closed warehouse's available units are not on sale. Its unpicked warehouse orders move
to other warehouses if all of their units are available there; it still ships the rest.
The warehouse row is the last of all locks, so no units arrive in a warehouse that is closing.
"""

from collections import Counter
from typing import Any

from django.db import transaction

from catalog.models import AggregatedStock
from catalog.stock import change_stock, lock_stock
from shop.core.db.transactions import Busy
from warehouses.exceptions import WarehouseExists
from warehouses.models import Shortfall, Warehouse, WarehouseStock
from warehouses.signals import shortfall_opened, warehouse_closed
from warehouses.stock.rows import lock_warehouse_rows
from warehouses.stock.shortfall_rows import lock_open_shortfalls, reduce_promised, save_shortfalls


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

    Closing a closed warehouse changes nothing. Raises Busy if a new item arrives meanwhile.
    """
    stock, rows = _lock_stock_of(warehouse_id)
    warehouse = _lock_warehouse(warehouse_id, stock)
    if not warehouse.is_open:
        return warehouse
    unsold = {row.item_id: min(row.available_stock, stock[row.item_id].stock) for row in rows}
    change_stock({item_id: -units for item_id, units in unsold.items() if units})
    Shortfall.objects.bulk_create(
        Shortfall(item_id=row.item_id, warehouse=warehouse, promised=promised)
        for row in rows
        if (promised := row.available_stock - unsold[row.item_id])
    )
    for row in rows:
        if row.available_stock > unsold[row.item_id]:
            shortfall_opened.send(sender=Shortfall, item_id=row.item_id)
    warehouse_closed.send(sender=Warehouse, warehouse=warehouse)
    return _write(warehouse, is_open=False)


@transaction.atomic
def open_warehouse(*, warehouse_id: int) -> Warehouse:
    """Put a warehouse's available units on sale again, after covering open shortfalls.

    Opening an open warehouse changes nothing. Raises Busy if a new item arrives meanwhile.
    """
    stock, rows = _lock_stock_of(warehouse_id)
    shortfalls = lock_open_shortfalls(stock)
    warehouse = _lock_warehouse(warehouse_id, stock)
    if warehouse.is_open:
        return warehouse
    gained = Counter({row.item_id: row.available_stock for row in rows if row.available_stock})
    for item_id in gained:
        gained[item_id] -= reduce_promised(shortfalls, item_id, gained[item_id])
    save_shortfalls(shortfalls)
    change_stock(gained)
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

    Raises Busy if the warehouse has an item by now whose stock is not locked.
    """
    warehouse = Warehouse.objects.filter(pk=warehouse_id).lock_for_update().get()
    rows = WarehouseStock.objects.filter(warehouse=warehouse_id)
    if set(rows.values_list("item_id", flat=True)) - locked.keys():
        raise Busy
    return warehouse


def _write(warehouse: Warehouse, *, is_open: bool) -> Warehouse:
    warehouse.is_open = is_open
    warehouse.save(update_fields=["is_open"])
    return warehouse
