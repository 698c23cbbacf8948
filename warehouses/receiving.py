"""Goods arriving, goods thrown out, goods counted.

Locks are taken in the written order AggregatedStock -> WarehouseStock -> Shortfall.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now

from catalog.models import Item
from catalog.stock import change_stock, lock_stock
from warehouses.exceptions import CountConflict, MoreThanPhysicalStock, ReferenceConflict
from warehouses.models import Shortfall, StockMovement, Warehouse, WarehouseStock
from warehouses.stock import (
    Change,
    change_places,
    enter,
    lock_open_shortfalls,
    open_place,
    open_places,
)


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
    reference: str

    @property
    def place(self) -> tuple[int, int]:
        return self.item_id, self.warehouse.pk


@transaction.atomic
def receive_stock(
    *, warehouse: Warehouse, item: Item, quantity: int, reference: str = "", author=None
) -> Movement:
    """Put units on the shelves and on sale, after paying what is owed of the item.

    The same reference for the same warehouse and item is the same receipt, counted
    once. Raises ReferenceConflict when it comes with another quantity.
    """
    lock_stock([item.pk])
    place = open_place(item_id=item.pk, warehouse_id=warehouse.pk)
    earlier = _receipt(warehouse, item, reference)
    if earlier:
        if earlier.physical_change != quantity:
            raise ReferenceConflict(earlier)
        return Movement(earlier, is_new=False)
    missing, promised = _pay_shortfalls(place, quantity)
    if warehouse.is_open:
        change_stock({item.pk: quantity - missing - promised})
    entry = _move(
        place, "received", quantity, quantity - missing, reference=reference, author=author
    )
    return Movement(entry)


@transaction.atomic
def receive_delivery(
    receipts: Sequence[Receipt], *, author=None
) -> list[Movement | ReferenceConflict]:
    """Receive many receipts in a few statements, each as `receive_stock` does.

    Returns for each receipt, in their order, its movement, or the conflict for which
    it was not taken.
    """
    item_ids = {receipt.item_id for receipt in receipts}
    lock_stock(item_ids)
    places = open_places(receipt.place for receipt in receipts)
    owed = _owed(item_ids)
    known = _known_receipts(receipts)
    entries: list[StockMovement] = []
    on_sale: Counter[int] = Counter()
    answers: list[Movement | ReferenceConflict] = []
    for receipt in receipts:
        key = (*receipt.place, receipt.reference)
        if earlier := known.get(key):
            answers.append(_repeated(earlier, receipt.quantity))
            continue
        missing, promised = _pay(owed[receipt.item_id], places[receipt.place], receipt.quantity)
        if receipt.warehouse.is_open:
            on_sale[receipt.item_id] += receipt.quantity - missing - promised
        entries.append(_receipt_entry(receipt, receipt.quantity - missing, author))
        known[key] = entries[-1]
        answers.append(Movement(entries[-1]))
    _write_paid([shortfall for of_item in owed.values() for shortfall in of_item])
    change_stock(on_sale)
    enter(places, entries)
    return answers


@transaction.atomic
def discard_stock(
    *, warehouse: Warehouse, item: Item, quantity: int, reason: str = "", author=None
) -> Movement:
    """Take units off the shelves for good.

    Free units go first; what was promised and is now gone opens a Shortfall. Raises
    MoreThanPhysicalStock.
    """
    lock_stock([item.pk])
    place = open_place(item_id=item.pk, warehouse_id=warehouse.pk)
    return _lose(place, quantity, kind="discarded", reference=reason, author=author)


@transaction.atomic
def recount_stock(
    *, warehouse: Warehouse, item: Item, physical_stock: int, expected: int, author=None
) -> Movement:
    """Correct a stock row to what was counted on the shelves.

    Raises CountConflict when the row no longer says what the counter expected.
    """
    lock_stock([item.pk])
    place = open_place(item_id=item.pk, warehouse_id=warehouse.pk)
    if place.physical_stock != expected:
        raise CountConflict(expected=expected, actual=place.physical_stock)
    found = physical_stock - place.physical_stock
    if found < 0:
        return _lose(place, -found, kind="recounted", author=author)
    missing, promised = _pay_shortfalls(place, found)
    if warehouse.is_open:
        change_stock({item.pk: found - missing - promised})
    return Movement(_move(place, "recounted", found, found - missing, author=author))


def _receipt(warehouse: Warehouse, item: Item, reference: str) -> StockMovement | None:
    if not reference:
        return None
    return StockMovement.objects.filter(
        warehouse=warehouse, item=item, kind=StockMovement.Kind.RECEIVED, reference=reference
    ).first()


def _known_receipts(receipts: Sequence[Receipt]) -> dict[tuple[int, int, str], StockMovement]:
    """Find what was received before under the same references."""
    there = StockMovement.objects.filter(
        kind=StockMovement.Kind.RECEIVED,
        warehouse__in={receipt.warehouse.pk for receipt in receipts},
        item__in={receipt.item_id for receipt in receipts},
        reference__in={receipt.reference for receipt in receipts},
    ).exclude(reference="")
    return {(entry.item_id, entry.warehouse_id, entry.reference): entry for entry in there}


def _repeated(earlier: StockMovement, quantity: int) -> Movement | ReferenceConflict:
    if earlier.physical_change != quantity:
        return ReferenceConflict(earlier)
    return Movement(earlier, is_new=False)


def _receipt_entry(receipt: Receipt, available: int, author) -> StockMovement:
    return StockMovement(
        item_id=receipt.item_id,
        warehouse=receipt.warehouse,
        kind=StockMovement.Kind.RECEIVED,
        physical_change=receipt.quantity,
        available_change=available,
        reference=receipt.reference,
        author=author,
    )


def _pay_shortfalls(place: WarehouseStock, quantity: int) -> tuple[int, int]:
    """Use arriving units for what is owed of the item; returns units paid (missing, promised)."""
    shortfalls = lock_open_shortfalls([place.item_id])
    paid = _pay(shortfalls, place, quantity)
    _write_paid(shortfalls)
    return paid


def _owed(item_ids: set[int]) -> dict[int, list[Shortfall]]:
    owed: dict[int, list[Shortfall]] = defaultdict(list)
    for shortfall in lock_open_shortfalls(item_ids):
        owed[shortfall.item_id].append(shortfall)
    return owed


def _pay(shortfalls: Sequence[Shortfall], place: WarehouseStock, quantity: int) -> tuple[int, int]:
    """Count down locked shortfalls of an item; returns units paid (missing, promised).

    Missing units are those of this warehouse's own orders; promised ones were taken
    from everybody, so any warehouse's goods pay them.
    """
    missing = promised = 0
    for shortfall in shortfalls:
        if shortfall.warehouse_id == place.warehouse_id:
            paid = min(shortfall.missing, quantity - missing)
            shortfall.missing -= paid
            missing += paid
    for shortfall in shortfalls:
        paid = min(shortfall.promised, quantity - missing - promised)
        shortfall.promised -= paid
        promised += paid
    return missing, promised


def _write_paid(shortfalls: Sequence[Shortfall]) -> None:
    for shortfall in shortfalls:
        if not shortfall.missing and not shortfall.promised:
            shortfall.resolved_at = Now()
        shortfall.save(update_fields=["missing", "promised", "resolved_at"])


def _lose(
    place: WarehouseStock, quantity: int, *, kind: str, reference="", author=None
) -> Movement:
    """Take units off a locked place: free ones first, then what others were promised."""
    if quantity > place.physical_stock:
        raise MoreThanPhysicalStock(wanted=quantity, left=place.physical_stock)
    free = min(quantity, place.available_stock)
    is_open = place.warehouse.is_open
    unsold = min(free, lock_stock([place.item_id])[place.item_id].stock) if is_open else 0
    change_stock({place.item_id: -unsold})
    entry = _move(place, kind, -quantity, -free, reference=reference, author=author)
    missing, promised = quantity - free, free - unsold if is_open else 0
    shortfall = None
    if missing or promised:
        shortfall = Shortfall.objects.create(
            item_id=place.item_id,
            warehouse_id=place.warehouse_id,
            missing=missing,
            promised=promised,
        )
    return Movement(entry, shortfall=shortfall)


def _move(
    place: WarehouseStock, kind: str, physical: int, available: int, **notes
) -> StockMovement:
    key = (place.item_id, place.warehouse_id)
    return change_places(
        {key: place}, {key: Change(physical, available)}, kind=StockMovement.Kind(kind), **notes
    )[0]
