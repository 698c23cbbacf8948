"""Adjustments: units that are discarded, and stock rows corrected to a physical count.

Locks are taken in the written order Order -> AggregatedStock -> WarehouseStock ->
Shortfall.
"""

from django.db import transaction

from catalog.models import AggregatedStock, Item
from catalog.stock import change_stock, lock_stock
from orders.state.short_lines import lock_short_orders
from shop.core.authors import THE_SHOP, Author
from warehouses.exceptions import CountConflict, MoreThanPhysicalStock
from warehouses.fulfilment.promises import open_shortfalls
from warehouses.inventory.receiving import distribute_units
from warehouses.models import StockMovement, Warehouse, WarehouseStock
from warehouses.stock.rows import PostedMovement, StockKey, lock_or_create_rows, post_movements
from warehouses.stock.shortfall_rows import lock_open_shortfalls


@transaction.atomic
def discard_stock(
    *,
    warehouse: Warehouse,
    item: Item,
    quantity: int,
    reason: str = "",
    author: Author = THE_SHOP,
) -> PostedMovement:
    """Remove units from the physical stock.

    Available units go first; lost units that were assigned or promised open a Shortfall.
    Raises MoreThanPhysicalStock.
    """
    stock = lock_stock([item.pk])[item.pk]
    entry = StockMovement(
        item=item,
        warehouse=warehouse,
        kind=StockMovement.Kind.DISCARDED,
        physical_change=-quantity,
        reference=reason,
        author=author.user,
    )
    return _remove(entry, stock, lock_or_create_rows([(item.pk, warehouse.pk)]))


@transaction.atomic
def recount_stock(
    *,
    warehouse: Warehouse,
    item: Item,
    physical_stock: int,
    expected: int,
    author: Author = THE_SHOP,
) -> PostedMovement:
    """Correct a stock row's physical stock to a count.

    Surplus units are treated like received ones, lacking units like discarded ones.
    `expected` is the physical stock that the count was compared with. Raises CountConflict
    if the row has changed since.
    """
    difference = physical_stock - expected
    short_orders = lock_short_orders({item.pk: max(0, difference)})
    stock = lock_stock([item.pk])[item.pk]
    key: StockKey = (item.pk, warehouse.pk)
    rows = lock_or_create_rows([key])
    if rows[key].physical_stock != expected:
        raise CountConflict(expected=expected, actual=rows[key].physical_stock)
    entry = StockMovement(
        item=item,
        warehouse=warehouse,
        kind=StockMovement.Kind.RECOUNTED,
        physical_change=difference,
        author=author.user,
    )
    if difference < 0:
        return _remove(entry, stock, rows)
    shortfalls = lock_open_shortfalls([item.pk])
    available = distribute_units({key: difference}, shortfalls, short_orders)
    entry.available_change = available[key]
    post_movements(rows, [entry])
    return PostedMovement(entry)


def _remove(
    entry: StockMovement, stock: AggregatedStock, rows: dict[StockKey, WarehouseStock]
) -> PostedMovement:
    """Remove units from a locked stock row: available ones first, then assigned ones."""
    row = rows[entry.item_id, entry.warehouse_id]
    lost = -entry.physical_change
    if lost > row.physical_stock:
        raise MoreThanPhysicalStock(wanted=lost, left=row.physical_stock)
    free = min(lost, row.available_stock)
    is_open = Warehouse.objects.get(pk=entry.warehouse_id).is_open
    unsold = min(free, stock.stock) if is_open else 0
    change_stock({entry.item_id: -unsold})
    entry.available_change = -free
    post_movements(rows, [entry])
    opened = open_shortfalls(
        entry.warehouse_id,
        missing={entry.item_id: lost - free},
        promised={entry.item_id: free - unsold if is_open else 0},
    )
    return PostedMovement(entry, shortfall=opened.get(entry.item_id))
