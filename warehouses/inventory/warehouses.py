"""Adding, closing and opening the places that hold stock.

A closed warehouse's free units are not on sale. What it was assigned moves to others
while nobody has picked it and all of it can be had there; the rest it still ships.
Its row is the last of all locks: nobody can bring goods to a place that is just closing.
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
from warehouses.stock.rows import lock_open_shortfalls, lock_rows_of, pay_promised, write_owed


@transaction.atomic
def create_warehouse(*, code: str, **fields: Any) -> Warehouse:
    """Add an open warehouse that holds nothing yet. Raises WarehouseExists."""
    warehouse, is_new = Warehouse.objects.get_or_create(code=code, defaults=fields)
    if not is_new:
        raise WarehouseExists(code)
    return warehouse


@transaction.atomic
def close_warehouse(*, warehouse_id: int) -> Warehouse:
    """Take a warehouse's free units off sale; what was promised of them opens Shortfalls.

    Closing a closed one changes nothing. Raises Busy while a new item is arriving there.
    """
    stock, rows = _lock_everything_at(warehouse_id)
    warehouse = _lock_out_goods(warehouse_id, stock)
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
    """Put a warehouse's free units on sale again, after paying what is promised.

    Opening an open one changes nothing. Raises Busy while a new item is arriving there.
    """
    stock, rows = _lock_everything_at(warehouse_id)
    owed = lock_open_shortfalls(stock)
    warehouse = _lock_out_goods(warehouse_id, stock)
    if warehouse.is_open:
        return warehouse
    gained = Counter({row.item_id: row.available_stock for row in rows if row.available_stock})
    for item_id in gained:
        gained[item_id] -= pay_promised(owed, item_id, gained[item_id])
    write_owed(owed)
    change_stock(gained)
    return _write(warehouse, is_open=True)


def _lock_everything_at(warehouse_id: int) -> tuple[dict[int, AggregatedStock], list]:
    rows = WarehouseStock.objects.filter(warehouse=warehouse_id)
    stock = lock_stock(rows.values_list("item_id", flat=True))
    return stock, lock_rows_of(warehouse_id, stock)


def _lock_out_goods(warehouse_id: int, locked: dict[int, AggregatedStock]) -> Warehouse:
    """Lock the warehouse itself, last; nothing may have come in since the items were locked."""
    warehouse = Warehouse.objects.filter(pk=warehouse_id).lock_out_goods().get()
    there = WarehouseStock.objects.filter(warehouse=warehouse_id)
    if set(there.values_list("item_id", flat=True)) - locked.keys():
        raise Busy
    return warehouse


def _write(warehouse: Warehouse, *, is_open: bool) -> Warehouse:
    warehouse.is_open = is_open
    warehouse.save(update_fields=["is_open"])
    return warehouse
