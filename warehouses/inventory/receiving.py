"""Goods arriving: on the shelves, to those who went without them, and on sale.

Locks are taken in the written order Order -> AggregatedStock -> WarehouseStock ->
Shortfall.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction

from catalog.models import Item
from catalog.stock import change_stock, lock_stock
from orders.models import Order
from warehouses.exceptions import ReceiptRefused, ReferenceConflict, TooMuchStock
from warehouses.inventory.shortfalls import fill_backorders, lock_backorders
from warehouses.models import Shortfall, StockMovement, Warehouse, WarehouseStock
from warehouses.stock.rows import (
    StockKey,
    lock_open_shortfalls,
    open_rows,
    pay_missing,
    pay_promised,
    post_movements,
    write_owed,
)

# What a stock row can count, with room to spare.
MAX_UNITS_PER_STOCK_ROW = 1_000_000_000


@dataclass(frozen=True)
class Movement:
    """A ledger entry, whether it was there before, and what it left owing."""

    entry: StockMovement
    is_new: bool = True
    shortfall: Shortfall | None = None


@dataclass(frozen=True)
class Receipt:
    """So many units of an item that arrived under a delivery note."""

    warehouse: Warehouse
    item_id: int
    quantity: int
    reference: str = ""

    @property
    def place(self) -> StockKey:
        return self.item_id, self.warehouse.pk


@transaction.atomic
def receive_stock(
    *, warehouse: Warehouse, item: Item, quantity: int, reference: str = "", author=None
) -> Movement:
    """Put units on the shelves and on sale, after paying what is owed of the item.

    The same reference for the same warehouse and item is the same receipt, counted
    once. Raises ReferenceConflict when it comes with another quantity, or TooMuchStock.
    """
    [answer] = _receive([Receipt(warehouse, item.pk, quantity, reference)], author)
    if isinstance(answer, ReceiptRefused):
        raise answer
    return answer


@transaction.atomic
def receive_delivery(
    receipts: Sequence[Receipt], *, author=None
) -> list[Movement | ReceiptRefused]:
    """Receive many receipts in a few statements, each as `receive_stock` does.

    Returns for each receipt, in their order, its movement, or the refusal for which it
    was not taken.
    """
    return _receive(receipts, author)


def foresee_refusals(receipts: Sequence[Receipt]) -> list[ReceiptRefused | None]:
    """Tell which of the receipts would be refused now, without a lock and without effect."""
    nearby = WarehouseStock.objects.filter(
        item__in={receipt.item_id for receipt in receipts},
        warehouse__in={receipt.warehouse.pk for receipt in receipts},
    )
    answers = _tell_new_from_known(
        receipts, {(row.item_id, row.warehouse_id): row for row in nearby}, author=None
    )
    return [one if isinstance(one, ReceiptRefused) else None for one in answers]


def share_out(
    gained: Mapping[StockKey, int],
    owed: Sequence[Shortfall],
    backorders: Sequence[Order],
) -> Counter[StockKey]:
    """Give units that locked places gained to whom they are owed; the rest goes on sale.

    Returns the units of each place that became available: all but those that pay for
    missing ones. In a closed warehouse nothing goes to anybody else.
    """
    closed = Warehouse.objects.closed_ids()
    available: Counter[StockKey] = Counter()
    on_sale: Counter[int] = Counter()
    for place, units in gained.items():
        available[place] = units - pay_missing(owed, place, units)
        if place[1] not in closed:
            on_sale[place[0]] += available[place]
    for item_id in on_sale:
        on_sale[item_id] -= pay_promised(owed, item_id, on_sale[item_id])
    if backorders:
        on_sale.subtract(fill_backorders(backorders, on_sale))
    write_owed(owed)
    change_stock(on_sale)
    return available


def _receive(receipts: Sequence[Receipt], author) -> list[Movement | ReceiptRefused]:
    units: Counter[int] = Counter()
    for receipt in receipts:
        units[receipt.item_id] += receipt.quantity
    backorders = lock_backorders(units)
    lock_stock(units)
    places = open_rows(receipt.place for receipt in receipts)
    answers = _tell_new_from_known(receipts, places, author)
    entries = [one.entry for one in answers if isinstance(one, Movement) and one.is_new]
    gained: Counter[StockKey] = Counter()
    for entry in entries:
        gained[entry.item_id, entry.warehouse_id] += entry.physical_change
    available = share_out(gained, lock_open_shortfalls(units), backorders)
    _set_available_changes(entries, available)
    post_movements(places, entries)
    return answers


def _tell_new_from_known(
    receipts: Sequence[Receipt], places: Mapping[StockKey, WarehouseStock], author
) -> list[Movement | ReceiptRefused]:
    """Answer each receipt with a new entry, not written yet, or with what was received before."""
    known = _known_receipts(receipts)
    shelves = Counter({place: row.physical_stock for place, row in places.items()})
    answers: list[Movement | ReceiptRefused] = []
    for receipt in receipts:
        key = (*receipt.place, receipt.reference)
        if key in known:
            answers.append(_repeated(known[key], receipt.quantity))
        elif shelves[receipt.place] + receipt.quantity > MAX_UNITS_PER_STOCK_ROW:
            answers.append(TooMuchStock(wanted=receipt.quantity, limit=MAX_UNITS_PER_STOCK_ROW))
        else:
            entry = _entry(receipt, author)
            answers.append(Movement(entry))
            shelves[receipt.place] += receipt.quantity
            if receipt.reference:
                known[key] = entry
    return answers


def _repeated(earlier: StockMovement, quantity: int) -> Movement | ReceiptRefused:
    if earlier.physical_change == quantity:
        return Movement(earlier, is_new=False)
    return ReferenceConflict(earlier)


def _known_receipts(receipts: Sequence[Receipt]) -> dict[tuple[int, int, str], StockMovement]:
    """Find what was received before under the same references."""
    references = {receipt.reference for receipt in receipts} - {""}
    if not references:
        return {}
    there = StockMovement.objects.filter(
        kind=StockMovement.Kind.RECEIVED,
        warehouse__in={receipt.warehouse.pk for receipt in receipts},
        item__in={receipt.item_id for receipt in receipts},
        reference__in=references,
    )
    return {(entry.item_id, entry.warehouse_id, entry.reference): entry for entry in there}


def _entry(receipt: Receipt, author) -> StockMovement:
    return StockMovement(
        item_id=receipt.item_id,
        warehouse=receipt.warehouse,
        kind=StockMovement.Kind.RECEIVED,
        physical_change=receipt.quantity,
        reference=receipt.reference,
        author=author,
    )


def _set_available_changes(entries: Sequence[StockMovement], available: Counter[StockKey]) -> None:
    """Write on each entry how many of its units became available; the first ones pay debts."""
    left = Counter(available)
    for entry in reversed(entries):
        place = (entry.item_id, entry.warehouse_id)
        entry.available_change = min(entry.physical_change, left[place])
        left[place] -= entry.available_change
