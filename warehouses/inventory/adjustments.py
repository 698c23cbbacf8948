"""Adjustments: units that are discarded, and stock rows corrected to a physical count.

Many are adjusted in the same few statements as one. Locks are taken in the written order
Order -> AggregatedStock -> WarehouseStock -> Shortfall.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction

from catalog.models import AggregatedStock, Item
from catalog.stock import change_stock, lock_stock, sum_by_item
from orders.state.short_lines import lock_short_orders
from shop.core.authors import THE_SHOP, Author
from warehouses.exceptions import CountConflict, MoreThanPhysicalStock
from warehouses.fulfilment.promises import open_shortfalls
from warehouses.inventory.receiving import distribute_units, set_available_changes
from warehouses.models import Shortfall, StockMovement, Warehouse, WarehouseStock
from warehouses.stock.rows import PostedMovement, StockKey, lock_or_create_rows, post_movements
from warehouses.stock.shortfall_rows import lock_open_shortfalls

AdjustmentRefused = CountConflict | MoreThanPhysicalStock


@dataclass(frozen=True)
class Discard:
    """Units of an item that are thrown out of a warehouse."""

    warehouse: Warehouse
    item_id: int
    quantity: int
    reason: str = ""

    kind = StockMovement.Kind.DISCARDED

    @property
    def key(self) -> StockKey:
        """Return the key of the stock row that the units leave."""
        return self.item_id, self.warehouse.pk

    @property
    def change(self) -> int:
        """Return the change of the physical stock, in units."""
        return -self.quantity

    def refusal(self, physical_stock: int) -> AdjustmentRefused | None:
        """Return the refusal at this physical stock, or None."""
        if self.quantity > physical_stock:
            return MoreThanPhysicalStock(wanted=self.quantity, left=physical_stock)
        return None


@dataclass(frozen=True)
class Count:
    """A count of an item in a warehouse, and the physical stock that it was compared with."""

    warehouse: Warehouse
    item_id: int
    physical_stock: int
    expected: int

    kind = StockMovement.Kind.RECOUNTED
    reason = ""

    @property
    def key(self) -> StockKey:
        """Return the key of the stock row that was counted."""
        return self.item_id, self.warehouse.pk

    @property
    def change(self) -> int:
        """Return the change of the physical stock, in units."""
        return self.physical_stock - self.expected

    def refusal(self, physical_stock: int) -> AdjustmentRefused | None:
        """Return the refusal at this physical stock, or None."""
        if physical_stock != self.expected:
            return CountConflict(expected=self.expected, actual=physical_stock)
        return None


Adjustment = Discard | Count


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
    return _adjust_one(Discard(warehouse, item.pk, quantity, reason), author)


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
    return _adjust_one(Count(warehouse, item.pk, physical_stock, expected), author)


@transaction.atomic
def adjust_stock(
    adjustments: Sequence[Adjustment], *, author: Author = THE_SHOP
) -> list[PostedMovement | AdjustmentRefused]:
    """Make many adjustments in a few statements, each as its own verb does, in their order.

    Surplus units are used before lacking ones are taken off sale. Return for each
    adjustment its movement or its refusal.
    """
    return _adjust(adjustments, author)


def check_adjustments(adjustments: Sequence[Adjustment]) -> list[AdjustmentRefused | None]:
    """Return for each adjustment the refusal that it would meet now, or None; take no lock."""
    nearby = WarehouseStock.objects.filter(
        item__in={adjustment.item_id for adjustment in adjustments},
        warehouse__in={adjustment.warehouse.pk for adjustment in adjustments},
    )
    rows = {(row.item_id, row.warehouse_id): row for row in nearby}
    return [
        None if isinstance(entry, StockMovement) else entry
        for entry in _classify(adjustments, rows, THE_SHOP)
    ]


def _adjust_one(adjustment: Adjustment, author: Author) -> PostedMovement:
    """Make one adjustment. Raises its refusal."""
    [result] = _adjust([adjustment], author)
    if isinstance(result, AdjustmentRefused):
        raise result
    return result


def _adjust(
    adjustments: Sequence[Adjustment], author: Author
) -> list[PostedMovement | AdjustmentRefused]:
    gains = sum_by_item((a.item_id, max(0, a.change)) for a in adjustments)
    short_orders = lock_short_orders(gains)
    stock = lock_stock(gains)
    rows = lock_or_create_rows(adjustment.key for adjustment in adjustments)
    results = _classify(adjustments, rows, author)
    entries = [entry for entry in results if isinstance(entry, StockMovement)]
    if gained := [entry for entry in entries if entry.physical_change > 0]:
        _use_gained(gained, short_orders)
        stock = AggregatedStock.objects.in_bulk(gains)  # locked, and changed since
    available = _available_stock(rows, gained)
    lost = [entry for entry in entries if entry.physical_change < 0]
    shortfalls = _withdraw_lost(lost, available, stock)
    post_movements(rows, entries)
    return [
        PostedMovement(entry, shortfall=shortfalls.get((entry.item_id, entry.warehouse_id)))
        if isinstance(entry, StockMovement)
        else entry
        for entry in results
    ]


def _classify(
    adjustments: Sequence[Adjustment], rows: Mapping[StockKey, WarehouseStock], author: Author
) -> list[StockMovement | AdjustmentRefused]:
    """Return for each adjustment an unsaved entry of the ledger, or a refusal."""
    physical_stock = Counter({key: row.physical_stock for key, row in rows.items()})
    results: list[StockMovement | AdjustmentRefused] = []
    for adjustment in adjustments:
        if refusal := adjustment.refusal(physical_stock[adjustment.key]):
            results.append(refusal)
            continue
        physical_stock[adjustment.key] += adjustment.change
        results.append(
            StockMovement(
                item_id=adjustment.item_id,
                warehouse=adjustment.warehouse,
                kind=adjustment.kind,
                physical_change=adjustment.change,
                available_change=0,
                reference=adjustment.reason,
                author=author.user,
            )
        )
    return results


def _use_gained(entries: Sequence[StockMovement], short_orders) -> None:
    """Use surplus units of locked stock rows, and set the entries' available changes."""
    gained: Counter[StockKey] = Counter()
    for entry in entries:
        gained[entry.item_id, entry.warehouse_id] += entry.physical_change
    shortfalls = lock_open_shortfalls(entry.item_id for entry in entries)
    set_available_changes(entries, distribute_units(gained, shortfalls, short_orders))


def _available_stock(
    rows: Mapping[StockKey, WarehouseStock], gained: Sequence[StockMovement]
) -> Counter[StockKey]:
    """Return the available stock of locked rows, with that of the surplus units."""
    available = Counter({key: row.available_stock for key, row in rows.items()})
    for entry in gained:
        available[entry.item_id, entry.warehouse_id] += entry.available_change
    return available


def _withdraw_lost(
    entries: Sequence[StockMovement],
    available: Counter[StockKey],
    stock: Mapping[int, AggregatedStock],
) -> dict[StockKey, Shortfall]:
    """Set the available changes of lost units, and take them off sale; return shortfalls by row.

    Available units are lost first, those for sale before those that are promised. The
    others are missing on warehouse orders. In a closed warehouse no unit is for sale.
    """
    if not entries:
        return {}
    closed = Warehouse.objects.closed_ids()
    for_sale = Counter({item_id: row.stock for item_id, row in stock.items()})
    unsold: Counter[int] = Counter()
    promised: Counter[StockKey] = Counter()
    missing: Counter[StockKey] = Counter()
    for entry in entries:
        key = (entry.item_id, entry.warehouse_id)
        free = min(-entry.physical_change, available[key])
        off_sale = 0 if entry.warehouse_id in closed else min(free, for_sale[entry.item_id])
        entry.available_change = -free
        available[key] -= free
        for_sale[entry.item_id] -= off_sale
        unsold[entry.item_id] += off_sale
        promised[key] += 0 if entry.warehouse_id in closed else free - off_sale
        missing[key] += -entry.physical_change - free
    change_stock({item_id: -units for item_id, units in unsold.items() if units})
    return _open_shortfalls(promised, missing)


def _open_shortfalls(
    promised: Mapping[StockKey, int], missing: Mapping[StockKey, int]
) -> dict[StockKey, Shortfall]:
    """Open the shortfalls of each warehouse for units by stock row, and return them by row."""
    short = {key for units in (promised, missing) for key in units if units[key]}
    shortfalls: dict[StockKey, Shortfall] = {}
    for warehouse_id in sorted({warehouse_id for _, warehouse_id in short}):
        items = [item_id for item_id, place in short if place == warehouse_id]
        opened = open_shortfalls(
            warehouse_id,
            promised={item_id: promised[item_id, warehouse_id] for item_id in items},
            missing={item_id: missing[item_id, warehouse_id] for item_id in items},
        )
        shortfalls |= {(item_id, warehouse_id): row for item_id, row in opened.items()}
    return shortfalls
