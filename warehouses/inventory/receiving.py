"""Receiving: units go on the shelves, then to shortfalls and short lines, the rest on sale.

Locks are taken in the written order Order -> AggregatedStock -> WarehouseStock ->
Shortfall.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction

from catalog.models import Item
from catalog.stock import lock_stock, sum_by_item
from orders.models import Order
from orders.state.short_lines import lock_short_orders
from shop.core.authors import THE_SHOP, Author
from warehouses.exceptions import ReceiptRefused, ReferenceConflict, TooMuchStock
from warehouses.fulfilment.promises import offer_units
from warehouses.models import Shortfall, StockMovement, Warehouse, WarehouseStock
from warehouses.stock.rows import PostedMovement, StockKey, lock_or_create_rows, post_movements
from warehouses.stock.shortfall_rows import (
    lock_open_shortfalls,
    reduce_missing,
    save_shortfalls,
)

# Well below the largest integer of the column.
MAX_UNITS_PER_STOCK_ROW = 1_000_000_000


@dataclass(frozen=True)
class Receipt:
    """Units of an item received in a warehouse; `reference` is the delivery note."""

    warehouse: Warehouse
    item_id: int
    quantity: int
    reference: str = ""

    @property
    def key(self) -> StockKey:
        """Return the key of the stock row that the units go to."""
        return self.item_id, self.warehouse.pk


@transaction.atomic
def receive_stock(
    *,
    warehouse: Warehouse,
    item: Item,
    quantity: int,
    reference: str = "",
    author: Author = THE_SHOP,
) -> PostedMovement:
    """Add units to a warehouse's stock; shortfalls and short lines are served before sale.

    The same reference for the same warehouse and item is the same receipt, counted
    once. Raises ReferenceConflict when it comes with another quantity, or TooMuchStock.
    """
    [result] = _receive([Receipt(warehouse, item.pk, quantity, reference)], author)
    if isinstance(result, ReceiptRefused):
        raise result
    return result


@transaction.atomic
def receive_delivery(
    receipts: Sequence[Receipt], *, author: Author = THE_SHOP
) -> list[PostedMovement | ReceiptRefused]:
    """Receive many receipts in a few statements, each as `receive_stock` does.

    Return for each receipt, in their order, its movement or its refusal.
    """
    return _receive(receipts, author)


def check_receipts(receipts: Sequence[Receipt]) -> list[ReceiptRefused | None]:
    """Return for each receipt the refusal that it would meet now, or None; take no lock."""
    nearby = WarehouseStock.objects.filter(
        item__in={receipt.item_id for receipt in receipts},
        warehouse__in={receipt.warehouse.pk for receipt in receipts},
    )
    rows = {(row.item_id, row.warehouse_id): row for row in nearby}
    results = _classify(receipts, rows, THE_SHOP)
    return [result if isinstance(result, ReceiptRefused) else None for result in results]


def distribute_units(
    gained: Mapping[StockKey, int],
    shortfalls: Sequence[Shortfall],
    short_orders: Sequence[Order],
) -> Counter[StockKey]:
    """Use units that locked stock rows gained for missing ones, then promises, then sale.

    Return by stock row the units that became available: all but those that replace
    missing ones. In a closed warehouse units only replace missing ones.
    """
    closed = Warehouse.objects.closed_ids()
    available: Counter[StockKey] = Counter()
    free: Counter[int] = Counter()
    for key, units in gained.items():
        item_id, warehouse_id = key
        available[key] = units - reduce_missing(shortfalls, key, units)
        if warehouse_id not in closed:
            free[item_id] += available[key]
    offer_units(free, shortfalls, short_orders)
    save_shortfalls(shortfalls)
    return available


def set_available_changes(entries: Sequence[StockMovement], available: Counter[StockKey]) -> None:
    """Set each entry's available change; the first entries' units replace missing ones."""
    left = Counter(available)
    for entry in reversed(entries):
        key = (entry.item_id, entry.warehouse_id)
        entry.available_change = min(entry.physical_change, left[key])
        left[key] -= entry.available_change


def _receive(receipts: Sequence[Receipt], author: Author) -> list[PostedMovement | ReceiptRefused]:
    units = sum_by_item((receipt.item_id, receipt.quantity) for receipt in receipts)
    short_orders = lock_short_orders(units)
    lock_stock(units)
    rows = lock_or_create_rows(receipt.key for receipt in receipts)
    results = _classify(receipts, rows, author)
    entries = [
        result.entry for result in results if isinstance(result, PostedMovement) and result.is_new
    ]
    gained: Counter[StockKey] = Counter()
    for entry in entries:
        gained[entry.item_id, entry.warehouse_id] += entry.physical_change
    available = distribute_units(gained, lock_open_shortfalls(units), short_orders)
    set_available_changes(entries, available)
    post_movements(rows, entries)
    return results


def _classify(
    receipts: Sequence[Receipt], rows: Mapping[StockKey, WarehouseStock], author: Author
) -> list[PostedMovement | ReceiptRefused]:
    """Return for each receipt an unsaved new entry, the earlier entry, or a refusal."""
    entries = _earlier_entries(receipts)
    physical_stock = Counter({key: row.physical_stock for key, row in rows.items()})
    results: list[PostedMovement | ReceiptRefused] = []
    for receipt in receipts:
        entry_key = (*receipt.key, receipt.reference)
        if entry_key in entries:
            results.append(_repeat(entries[entry_key], receipt.quantity))
        elif physical_stock[receipt.key] + receipt.quantity > MAX_UNITS_PER_STOCK_ROW:
            results.append(TooMuchStock(wanted=receipt.quantity, limit=MAX_UNITS_PER_STOCK_ROW))
        else:
            entry = _entry(receipt, author)
            results.append(PostedMovement(entry))
            physical_stock[receipt.key] += receipt.quantity
            if receipt.reference:
                entries[entry_key] = entry
    return results


def _repeat(earlier: StockMovement, quantity: int) -> PostedMovement | ReceiptRefused:
    """Return the earlier movement of a reference; refuse it for another quantity."""
    if earlier.physical_change == quantity:
        return PostedMovement(earlier, is_new=False)
    return ReferenceConflict(earlier)


def _earlier_entries(receipts: Sequence[Receipt]) -> dict[tuple[int, int, str], StockMovement]:
    """Return the ledger's receipts with the same references, by item, warehouse and reference."""
    references = {receipt.reference for receipt in receipts} - {""}
    if not references:
        return {}
    entries = StockMovement.objects.filter(
        kind=StockMovement.Kind.RECEIVED,
        warehouse__in={receipt.warehouse.pk for receipt in receipts},
        item__in={receipt.item_id for receipt in receipts},
        reference__in=references,
    )
    return {(entry.item_id, entry.warehouse_id, entry.reference): entry for entry in entries}


def _entry(receipt: Receipt, author: Author) -> StockMovement:
    return StockMovement(
        item_id=receipt.item_id,
        warehouse=receipt.warehouse,
        kind=StockMovement.Kind.RECEIVED,
        physical_change=receipt.quantity,
        reference=receipt.reference,
        author=author.user,
    )
