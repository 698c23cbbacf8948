"""The warehouses' stock rows and their ledger: locked, changed and written down together."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Q

from warehouses.models import Shortfall, StockMovement, WarehouseOrder, WarehouseStock

# A stock row is known by its item and warehouse, in the order in which rows are locked.
Place = tuple[int, int]


@dataclass(frozen=True)
class Change:
    """What happens to one stock row, in units."""

    physical: int = 0
    available: int = 0


def lock_items(item_ids: Iterable[int]) -> dict[Place, WarehouseStock]:
    """Return the items' rows of the open warehouses, locked by item and warehouse until commit."""
    return _lock(Q(item__in=set(item_ids), warehouse__is_open=True))


def lock_places(places: Iterable[Place]) -> dict[Place, WarehouseStock]:
    """Return the rows of the places, locked by item and warehouse until commit."""
    wanted = Q(pk__in=[])
    for item_id, warehouse_id in places:
        wanted |= Q(item=item_id, warehouse=warehouse_id)
    return _lock(wanted)


def open_place(*, item_id: int, warehouse_id: int) -> WarehouseStock:
    """Return the locked row of one place, making it when the item is new there."""
    WarehouseStock.objects.bulk_create(
        [WarehouseStock(item_id=item_id, warehouse_id=warehouse_id)], ignore_conflicts=True
    )
    return lock_places([(item_id, warehouse_id)])[item_id, warehouse_id]


def lock_open_shortfalls(item_id: int) -> list[Shortfall]:
    """Return what is owed of an item, oldest first, locked by key until commit."""
    return list(
        Shortfall.objects.filter(item=item_id, resolved_at=None)
        .order_by("pk")
        .select_for_update(no_key=True)
    )


def change_places(
    rows: Mapping[Place, WarehouseStock],
    changes: Mapping[Place, Change],
    *,
    kind: StockMovement.Kind,
    warehouse_orders: Mapping[int, WarehouseOrder] | None = None,
    reference: str = "",
    author=None,
) -> list[StockMovement]:
    """Change locked stock rows and enter each change in the ledger.

    `warehouse_orders`, by warehouse, are what the units go to or come from.
    """
    for place, change in changes.items():
        rows[place].physical_stock += change.physical
        rows[place].available_stock += change.available
    WarehouseStock.objects.bulk_update(
        [rows[place] for place in changes], ["physical_stock", "available_stock"]
    )
    return StockMovement.objects.bulk_create(
        StockMovement(
            item_id=place[0],
            warehouse_id=place[1],
            kind=kind,
            physical_change=change.physical,
            available_change=change.available,
            warehouse_order=(warehouse_orders or {}).get(place[1]),
            reference=reference,
            author=author,
        )
        for place, change in changes.items()
    )


def _lock(wanted: Q) -> dict[Place, WarehouseStock]:
    rows = (
        WarehouseStock.objects.filter(wanted)
        .order_by("item_id", "warehouse_id")
        .select_for_update(of=("self",), no_key=True)
    )
    return {(row.item_id, row.warehouse_id): row for row in rows}
