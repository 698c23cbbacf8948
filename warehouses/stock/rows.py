"""The warehouses' stock rows and their ledger: locked, changed and written down together."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import Q
from django.db.models.expressions import RawSQL
from django.db.models.functions import Now

from warehouses.exceptions import ChangedSince
from warehouses.models import (
    Shortfall,
    StockMovement,
    Warehouse,
    WarehouseOrder,
    WarehouseStock,
)

# A statement takes 65,535 parameters.
INSERT_BATCH_SIZE = 5000

# A stock row is known by its item and warehouse, in the order in which rows are locked.
StockKey = tuple[int, int]


@dataclass(frozen=True)
class Change:
    """What happens to one stock row, in units."""

    physical: int = 0
    available: int = 0


def lock_items(
    item_ids: Iterable[int], *, leaving: Iterable[StockKey] = ()
) -> dict[StockKey, WarehouseStock]:
    """Return the items' rows of the open warehouses, locked by item and warehouse until commit.

    Which are open is judged anew under the locks: one may have closed while they were
    waited for, and none can while they are held. With them come places of closed
    warehouses that units are `leaving`. Raises ChangedSince where one has opened again.
    """
    leaving = set(leaving)
    rows = _lock(Q(item__in=set(item_ids), warehouse__is_open=True) | _at(leaving))
    closed = Warehouse.objects.closed_ids()
    if any(warehouse_id not in closed for _, warehouse_id in leaving):
        raise ChangedSince
    return {place: row for place, row in rows.items() if place[1] not in closed or place in leaving}


def lock_rows(places: Iterable[StockKey]) -> dict[StockKey, WarehouseStock]:
    """Return the rows of the places, locked by item and warehouse until commit."""
    return _lock(_at(places))


def lock_rows_of(warehouse_id: int, item_ids: Iterable[int]) -> list[WarehouseStock]:
    """Return a warehouse's rows of the items, locked by item until commit."""
    return list(_lock(Q(warehouse=warehouse_id, item__in=set(item_ids))).values())


def open_rows(places: Iterable[StockKey]) -> dict[StockKey, WarehouseStock]:
    """Return the locked rows of many places, making those where an item is new."""
    wanted = sorted(set(places))
    WarehouseStock.objects.bulk_create(
        [WarehouseStock(item_id=item, warehouse_id=warehouse) for item, warehouse in wanted],
        ignore_conflicts=True,
    )
    known = set(wanted)
    nearby = WarehouseStock.objects.filter(
        item__in={item for item, _ in wanted}, warehouse__in={warehouse for _, warehouse in wanted}
    ).values_list("pk", "item_id", "warehouse_id")
    return _lock(Q(pk__in=[pk for pk, *place in nearby if tuple(place) in known]))


def lock_open_shortfalls(item_ids: Iterable[int]) -> list[Shortfall]:
    """Return what is owed of the items, oldest first, locked by key until commit."""
    return list(
        Shortfall.objects.filter(item__in=set(item_ids), resolved_at=None)
        .order_by("pk")
        .select_for_update(no_key=True)
    )


def pay_missing(owed: Iterable[Shortfall], place: StockKey, units: int) -> int:
    """Let units on these shelves pay for those missing from them; returns how many it took."""
    left = units
    for shortfall in owed:
        if (shortfall.item_id, shortfall.warehouse_id) == place:
            paid = min(shortfall.missing, left)
            shortfall.missing -= paid
            left -= paid
    return units - left


def pay_promised(owed: Iterable[Shortfall], item_id: int, units: int) -> int:
    """Pay promised units of an item, oldest debt first; returns how many it took.

    They were taken from everybody, so any warehouse's units pay them.
    """
    left = units
    for shortfall in owed:
        if shortfall.item_id == item_id:
            paid = min(shortfall.promised, left)
            shortfall.promised -= paid
            left -= paid
    return units - left


def write_owed(owed: Iterable[Shortfall]) -> None:
    """Write locked shortfalls, and that those are resolved which owe nothing any more."""
    owed = list(owed)
    for shortfall in owed:
        if not shortfall.promised and not shortfall.missing:
            shortfall.resolved_at = Now()
    Shortfall.objects.bulk_update(owed, ["missing", "promised", "resolved_at"])


def change_rows(
    rows: Mapping[StockKey, WarehouseStock],
    changes: Mapping[StockKey, Change],
    *,
    kind: StockMovement.Kind,
    warehouse_orders: Mapping[int, WarehouseOrder] | None = None,
    reference: str = "",
    author=None,
) -> list[StockMovement]:
    """Change locked stock rows and enter each change in the ledger.

    `warehouse_orders`, by warehouse, are what the units go to or come from.
    """
    entries = [
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
    ]
    return post_movements(rows, entries)


def post_movements(
    rows: Mapping[StockKey, WarehouseStock], entries: Sequence[StockMovement]
) -> list[StockMovement]:
    """Write entries in the ledger and change the locked stock rows by what they say."""
    touched = {}
    for entry in entries:
        place = (entry.item_id, entry.warehouse_id)
        row = touched[place] = rows[place]
        row.physical_stock += entry.physical_change
        row.available_stock += entry.available_change
    _write(list(touched.values()))
    return StockMovement.objects.bulk_create(entries, batch_size=INSERT_BATCH_SIZE)


def _write(rows: Sequence[WarehouseStock]) -> None:
    """Write locked rows in one plain statement; `bulk_update` builds a CASE for each row."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE warehouses_warehousestock AS s
               SET physical_stock = r.physical_stock, available_stock = r.available_stock
              FROM unnest(%s::bigint[], %s::int[], %s::int[])
                   AS r(id, physical_stock, available_stock)
             WHERE s.id = r.id
            """,
            [
                [row.pk for row in rows],
                [row.physical_stock for row in rows],
                [row.available_stock for row in rows],
            ],
        )


def _at(places: Iterable[StockKey]) -> Q:
    """The rows of the places, asked for by two parameters however many they are."""
    items, warehouses = zip(*places, strict=True) if (places := list(places)) else ((), ())
    at = """
        SELECT s.id FROM warehouses_warehousestock AS s
          JOIN unnest(%s::bigint[], %s::bigint[]) AS p(item_id, warehouse_id)
         USING (item_id, warehouse_id)
    """
    return Q(pk__in=RawSQL(at, [list(items), list(warehouses)]))  # noqa: S611


def _lock(wanted: Q) -> dict[StockKey, WarehouseStock]:
    rows = (
        WarehouseStock.objects.filter(wanted)
        .order_by("item_id", "warehouse_id")
        .select_for_update(of=("self",), no_key=True)
    )
    return {(row.item_id, row.warehouse_id): row for row in rows}
