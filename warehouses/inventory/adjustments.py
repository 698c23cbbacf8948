"""Goods thrown out, goods counted.

Locks are taken in the written order Order -> AggregatedStock -> WarehouseStock ->
Shortfall.
"""

from django.db import transaction

from catalog.models import AggregatedStock, Item
from catalog.stock import change_stock, lock_stock
from warehouses.exceptions import CountConflict, MoreThanPhysicalStock
from warehouses.inventory.receiving import Movement, share_out
from warehouses.inventory.shortfalls import lock_backorders
from warehouses.models import Shortfall, StockMovement, Warehouse, WarehouseStock
from warehouses.signals import shortfall_opened
from warehouses.stock.rows import StockKey, lock_open_shortfalls, open_rows, post_movements


@transaction.atomic
def discard_stock(
    *, warehouse: Warehouse, item: Item, quantity: int, reason: str = "", author=None
) -> Movement:
    """Take units off the shelves for good.

    Free units go first; what was promised and is now gone opens a Shortfall. Raises
    MoreThanPhysicalStock.
    """
    stock = lock_stock([item.pk])[item.pk]
    place = (item.pk, warehouse.pk)
    entry = StockMovement(
        item=item,
        warehouse=warehouse,
        kind=StockMovement.Kind.DISCARDED,
        physical_change=-quantity,
        reference=reason,
        author=author,
    )
    return _lose(entry, stock, open_rows([place]))


@transaction.atomic
def recount_stock(
    *, warehouse: Warehouse, item: Item, physical_stock: int, expected: int, author=None
) -> Movement:
    """Correct a stock row to what was counted on the shelves.

    Units found are shared out like goods that arrived, units lost like goods thrown
    out. Raises CountConflict when the row no longer says what the counter expected.
    """
    found = physical_stock - expected
    backorders = lock_backorders({item.pk: max(0, found)})
    stock = lock_stock([item.pk])[item.pk]
    place: StockKey = (item.pk, warehouse.pk)
    rows = open_rows([place])
    if rows[place].physical_stock != expected:
        raise CountConflict(expected=expected, actual=rows[place].physical_stock)
    entry = StockMovement(
        item=item,
        warehouse=warehouse,
        kind=StockMovement.Kind.RECOUNTED,
        physical_change=found,
        author=author,
    )
    if found < 0:
        return _lose(entry, stock, rows)
    owed = lock_open_shortfalls([item.pk])
    entry.available_change = share_out({place: found}, owed, backorders)[place]
    post_movements(rows, [entry])
    return Movement(entry)


def _lose(
    entry: StockMovement, stock: AggregatedStock, rows: dict[StockKey, WarehouseStock]
) -> Movement:
    """Take units off a locked place: free ones first, then what others were promised."""
    place = rows[entry.item_id, entry.warehouse_id]
    lost = -entry.physical_change
    if lost > place.physical_stock:
        raise MoreThanPhysicalStock(wanted=lost, left=place.physical_stock)
    free = min(lost, place.available_stock)
    is_open = Warehouse.objects.get(pk=entry.warehouse_id).is_open
    unsold = min(free, stock.stock) if is_open else 0
    change_stock({entry.item_id: -unsold})
    entry.available_change = -free
    post_movements(rows, [entry])
    promised = free - unsold if is_open else 0
    return Movement(entry, shortfall=_owe(entry, missing=lost - free, promised=promised))


def _owe(entry: StockMovement, *, missing: int, promised: int) -> Shortfall | None:
    if not missing and not promised:
        return None
    shortfall = Shortfall.objects.create(
        item_id=entry.item_id,
        warehouse_id=entry.warehouse_id,
        missing=missing,
        promised=promised,
    )
    shortfall_opened.send(sender=Shortfall, item_id=entry.item_id)
    return shortfall
