"""The audit of the conservation law over all items, in one snapshot of the database.

For every item, at every instant between transactions:

1. stock + units held + units ordered but on no warehouse order
   = available units of open warehouses + units promised by open shortfalls;
2. in each warehouse, physical - available = units on its unshipped orders - missing ones;
3. in each warehouse, physical and available are the sums of the ledger;
4. nothing is negative.

It counts lines, not states.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any

from django.db import connection, transaction

# The cache key of the number of items that broke the law in the last audit.
BREACHES_CACHE_KEY = "audit:breaches"

BALANCES = """
WITH held AS (
    SELECT l.item_id, sum(l.quantity) AS units
      FROM orders_checkoutitem l JOIN orders_checkout c ON c.id = l.checkout_id
     WHERE c.status = 'held' {only_l} GROUP BY 1
), ordered AS (
    SELECT l.item_id, sum(l.quantity - l.cancelled_quantity - l.short_quantity) AS units
      FROM orders_orderitem l JOIN orders_order o ON o.id = l.order_id
     WHERE o.status <> 'cancelled' {only_l} GROUP BY 1
), on_warehouse_orders AS (
    SELECT l.item_id, sum(l.quantity) AS units
      FROM warehouses_warehouseorderitem l
      JOIN warehouses_warehouseorder w ON w.id = l.warehouse_order_id
     WHERE w.status <> 'cancelled' {only_l} GROUP BY 1
), available AS (
    SELECT l.item_id, sum(l.available_stock) AS units
      FROM warehouses_warehousestock l JOIN warehouses_warehouse w ON w.id = l.warehouse_id
     WHERE w.is_open {only_l} GROUP BY 1
), open_shortfalls AS (
    SELECT l.item_id, sum(l.promised) AS units
      FROM warehouses_shortfall l
     WHERE l.resolved_at IS NULL {only_l} GROUP BY 1
)
SELECT i.id AS item_id, i.sku, coalesce(s.stock, 0) AS stock,
       coalesce(h.units, 0)::bigint AS held,
       (coalesce(o.units, 0) - coalesce(a.units, 0))::bigint AS unassigned,
       coalesce(v.units, 0)::bigint AS available,
       coalesce(p.units, 0)::bigint AS promised
  FROM catalog_item i
  LEFT JOIN catalog_aggregatedstock s ON s.item_id = i.id
  LEFT JOIN held h ON h.item_id = i.id
  LEFT JOIN ordered o ON o.item_id = i.id
  LEFT JOIN on_warehouse_orders a ON a.item_id = i.id
  LEFT JOIN available v ON v.item_id = i.id
  LEFT JOIN open_shortfalls p ON p.item_id = i.id
 WHERE true {only_i}
"""

STOCK_ROWS = """
WITH open_orders AS (
    SELECT l.item_id, w.warehouse_id, sum(l.quantity) AS units
      FROM warehouses_warehouseorderitem l
      JOIN warehouses_warehouseorder w ON w.id = l.warehouse_order_id
     WHERE w.status IN ('assigned', 'picked') {only_l} GROUP BY 1, 2
), open_shortfalls AS (
    SELECT l.item_id, l.warehouse_id, sum(l.missing) AS units
      FROM warehouses_shortfall l
     WHERE l.resolved_at IS NULL {only_l} GROUP BY 1, 2
), ledger AS (
    SELECT l.item_id, l.warehouse_id,
           sum(l.physical_change) AS physical, sum(l.available_change) AS available
      FROM warehouses_stockmovement l
     WHERE true {only_l} GROUP BY 1, 2
), stock_rows AS (
    SELECT l.item_id, l.warehouse_id, l.physical_stock, l.available_stock
      FROM warehouses_warehousestock l WHERE true {only_l}
)
SELECT item_id, i.sku, w.code AS warehouse,
       coalesce(p.physical_stock, 0) AS physical, coalesce(p.available_stock, 0) AS available,
       coalesce(o.units, 0)::bigint AS on_orders, coalesce(s.units, 0)::bigint AS missing,
       coalesce(l.physical, 0)::bigint AS ledger_physical,
       coalesce(l.available, 0)::bigint AS ledger_available
  FROM stock_rows p
  FULL JOIN open_orders o USING (item_id, warehouse_id)
  FULL JOIN open_shortfalls s USING (item_id, warehouse_id)
  FULL JOIN ledger l USING (item_id, warehouse_id)
  JOIN catalog_item i ON i.id = item_id
  JOIN warehouses_warehouse w ON w.id = warehouse_id
"""

BROKEN_BALANCES = f"""
SELECT * FROM ({BALANCES}) b
 WHERE stock + held + unassigned <> available + promised
    OR least(stock, held, unassigned, available, promised) < 0
 ORDER BY item_id
"""

BROKEN_STOCK_ROWS = f"""
SELECT * FROM ({STOCK_ROWS}) p
 WHERE physical - available <> on_orders - missing
    OR physical <> ledger_physical OR available <> ledger_available
    OR least(physical, available, on_orders, missing) < 0
 ORDER BY sku, warehouse
"""


@dataclass(frozen=True)
class Breach:
    """An item, perhaps in one warehouse, whose numbers break the law."""

    sku: str
    warehouse: str | None
    numbers: dict[str, int]

    def __str__(self) -> str:
        where = f" at {self.warehouse}" if self.warehouse else ""
        return f"{self.sku}{where}: " + ", ".join(f"{k}={v}" for k, v in self.numbers.items())

    def as_dict(self) -> dict[str, Any]:
        """Return the breach as JSON can hold it."""
        return asdict(self)


def find_breaches() -> list[Breach]:
    """Return every item that breaks the law, as of one repeatable-read snapshot."""
    with _snapshot():
        rows = _read(BROKEN_BALANCES) + _read(BROKEN_STOCK_ROWS)
    return [_breach(row) for row in rows]


def item_balance(item_id: int) -> dict[str, Any]:
    """Return the numbers of one item, in units, and whether they satisfy the law.

    The keys are those of BALANCES (`stock`, `held`, `unassigned`, `available`, `promised`),
    `warehouses` with a row of STOCK_ROWS for each warehouse, and `conserved`.
    """
    with _snapshot():
        balance = _read(BALANCES, item_id)[0]
        rows = _read(STOCK_ROWS, item_id)
        broken = _read(BROKEN_BALANCES, item_id) or _read(BROKEN_STOCK_ROWS, item_id)
    return {**balance, "warehouses": rows, "conserved": not broken}


@contextmanager
def _snapshot() -> Iterator[None]:
    """Open a read-only repeatable-read transaction, unless the caller has one."""
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield


def _read(query: str, item_id: int | None = None) -> list[dict[str, Any]]:
    """Run a query over all items, or over the rows of one item only."""
    only = "" if item_id is None else "AND {column} = %(item)s"
    sql = query.format(only_l=only.format(column="l.item_id"), only_i=only.format(column="i.id"))
    with connection.cursor() as cursor:
        cursor.execute(sql, {"item": item_id})
        columns = [column.name for column in cursor.description]
        return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]


def _breach(row: dict[str, Any]) -> Breach:
    sku = row.pop("sku")
    row.pop("item_id")
    return Breach(sku, row.pop("warehouse", None), row)
