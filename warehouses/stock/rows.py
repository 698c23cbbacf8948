"""Stock rows and their ledger: a row is locked, then changed together with a ledger entry."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import Q
from django.db.models.expressions import RawSQL

from shop.core.authors import THE_SHOP, Author
from warehouses.exceptions import StockChanged
from warehouses.models import (
    Shortfall,
    StockMovement,
    Warehouse,
    WarehouseOrder,
    WarehouseStock,
)

# A statement takes 65,535 parameters.
INSERT_BATCH_SIZE = 5000

# The item id and warehouse id of a stock row. Rows are locked in the order of this key.
StockKey = tuple[int, int]


@dataclass(frozen=True)
class Change:
    """A change of one stock row, in units."""

    physical: int = 0
    available: int = 0


@dataclass(frozen=True)
class PostedMovement:
    """The result of a verb that changes a stock row.

    `is_new` is False for a receipt that was recorded before; `shortfall` is the one that
    the change opened.
    """

    entry: StockMovement
    is_new: bool = True
    shortfall: Shortfall | None = None


def lock_open_warehouse_rows(
    item_ids: Iterable[int], *, closed_keys: Iterable[StockKey] = ()
) -> dict[StockKey, WarehouseStock]:
    """Return the items' rows of the open warehouses, locked by key until commit.

    A warehouse may close while this waits for the locks, and none can while they are held,
    so the closed ones are read after locking. `closed_keys` adds rows of closed warehouses
    whose units are reassigned. Raises StockChanged if one of those is open again.
    """
    closed_keys = set(closed_keys)
    rows = _lock(Q(item__in=set(item_ids), warehouse__is_open=True) | _has_key(closed_keys))
    closed = Warehouse.objects.closed_ids()
    if any(warehouse_id not in closed for _, warehouse_id in closed_keys):
        raise StockChanged
    return {key: row for key, row in rows.items() if key[1] not in closed or key in closed_keys}


def lock_rows(keys: Iterable[StockKey]) -> dict[StockKey, WarehouseStock]:
    """Return the stock rows of the keys, locked by key until commit."""
    return _lock(_has_key(keys))


def lock_warehouse_rows(warehouse_id: int, item_ids: Iterable[int]) -> list[WarehouseStock]:
    """Return a warehouse's rows of the items, locked by item until commit."""
    return list(_lock(Q(warehouse=warehouse_id, item__in=set(item_ids))).values())


def lock_or_create_rows(keys: Iterable[StockKey]) -> dict[StockKey, WarehouseStock]:
    """Return the stock rows of the keys, created where missing, locked by key until commit."""
    unique = sorted(set(keys))
    WarehouseStock.objects.bulk_create(
        [WarehouseStock(item_id=item, warehouse_id=warehouse) for item, warehouse in unique],
        ignore_conflicts=True,
    )
    requested = set(unique)
    nearby = WarehouseStock.objects.filter(
        item__in={item for item, _ in unique}, warehouse__in={warehouse for _, warehouse in unique}
    ).values_list("pk", "item_id", "warehouse_id")
    return _lock(Q(pk__in=[pk for pk, *key in nearby if tuple(key) in requested]))


def change_rows(
    rows: Mapping[StockKey, WarehouseStock],
    changes: Mapping[StockKey, Change],
    *,
    kind: StockMovement.Kind,
    warehouse_orders: Mapping[int, WarehouseOrder] | None = None,
    reference: str = "",
    author: Author = THE_SHOP,
) -> list[StockMovement]:
    """Change locked stock rows and write a ledger entry for each change.

    `warehouse_orders`, by warehouse id, are the ones that the units go to or come from.
    """
    entries = [
        StockMovement(
            item_id=key[0],
            warehouse_id=key[1],
            kind=kind,
            physical_change=change.physical,
            available_change=change.available,
            warehouse_order=(warehouse_orders or {}).get(key[1]),
            reference=reference,
            author=author.user,
        )
        for key, change in changes.items()
    ]
    return post_movements(rows, entries)


def post_movements(
    rows: Mapping[StockKey, WarehouseStock], entries: Sequence[StockMovement]
) -> list[StockMovement]:
    """Write ledger entries and change the locked stock rows by them."""
    if not entries:
        return []
    changed = {}
    for entry in entries:
        key = (entry.item_id, entry.warehouse_id)
        row = changed[key] = rows[key]
        row.physical_stock += entry.physical_change
        row.available_stock += entry.available_change
    _write(list(changed.values()))
    return StockMovement.objects.bulk_create(entries, batch_size=INSERT_BATCH_SIZE)


def _write(rows: Sequence[WarehouseStock]) -> None:
    """Update locked rows in one statement, because `bulk_update` builds a CASE for each row."""
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


def _has_key(keys: Iterable[StockKey]) -> Q:
    """Return a condition for the stock rows of the keys, with two parameters for any number."""
    items, warehouses = zip(*keys, strict=True) if (keys := list(keys)) else ((), ())
    ids = """
        SELECT s.id FROM warehouses_warehousestock AS s
          JOIN unnest(%s::bigint[], %s::bigint[]) AS p(item_id, warehouse_id)
         USING (item_id, warehouse_id)
    """
    return Q(pk__in=RawSQL(ids, [list(items), list(warehouses)]))  # noqa: S611


def _lock(condition: Q) -> dict[StockKey, WarehouseStock]:
    rows = (
        WarehouseStock.objects.filter(condition)
        .order_by("item_id", "warehouse_id")
        .select_for_update(of=("self",), no_key=True)
    )
    return {(row.item_id, row.warehouse_id): row for row in rows}
