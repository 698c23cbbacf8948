"""The audit of the conservation law over all items and orders, in one snapshot of the database.

For every item, at every instant between transactions:

1. stock + units held + units ordered but on no warehouse order
   = available units of open warehouses + units promised by open shortfalls
   + promised units in transit;
2. in each warehouse, physical - available = units on its unshipped orders - missing ones;
3. in each warehouse, physical and available are the sums of the ledger;
4. nothing is negative; and while units of an item are short, none of it is on sale or held,
   because those who wait are first in line.

For every line of every order:

5. quantity = cancelled + shipped + owed, with owed = unassigned + short + on unshipped
   warehouse orders; the shipped units are those of shipped warehouse orders, at least as many
   as were returned; the columns are the sums of the history. The order's status is a function
   of its lines.

It counts lines, not states.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any

from django.db import connection, transaction

from warehouses.stock.laws import (
    BALANCES,
    BROKEN_BALANCES,
    BROKEN_LINES,
    BROKEN_ORDERS,
    BROKEN_STOCK_ROWS,
    STOCK_ROWS,
)

# The cache key of the number of items that broke the law in the last audit.
BREACHES_CACHE_KEY = "audit:breaches"


@dataclass(frozen=True)
class Breach:
    """Numbers that break the law: of an item, perhaps in one warehouse or order, or of an order."""

    sku: str | None
    warehouse: str | None
    order: str | None
    numbers: dict[str, Any]

    def __str__(self) -> str:
        order = f"order {self.order}" if self.order else ""
        where = f"at {self.warehouse}" if self.warehouse else ""
        what = " ".join(filter(None, [self.sku, where, order]))
        return f"{what}: " + ", ".join(f"{k}={v}" for k, v in self.numbers.items())

    def as_dict(self) -> dict[str, Any]:
        """Return the breach as JSON can hold it."""
        return asdict(self)


def find_breaches() -> list[Breach]:
    """Return what breaks the law, as of one repeatable-read snapshot."""
    queries = (BROKEN_BALANCES, BROKEN_STOCK_ROWS, BROKEN_LINES, BROKEN_ORDERS)
    with _snapshot():
        rows = [row for query in queries for row in _read(query)]
    return [_breach(row) for row in rows]


def item_balance(item_id: int) -> dict[str, Any]:
    """Return the numbers of one item, in units, and whether they satisfy the law.

    The keys are those of BALANCES (`stock`, `held`, `unassigned`, `available`, `promised`,
    `in_transit`, `short`), `warehouses` with a row of STOCK_ROWS for each warehouse, and
    `conserved`.
    """
    with _snapshot():
        balance = _read(BALANCES, item_id)[0]
        rows = _read(STOCK_ROWS, item_id)
        laws = (BROKEN_BALANCES, BROKEN_STOCK_ROWS, BROKEN_LINES)
        broken = any(_read(law, item_id) for law in laws)
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
    of_lines = "AND {column} IN (SELECT id FROM orders_orderitem WHERE item_id = %(item)s)"
    sql = query.format(
        only_l=only.format(column="l.item_id"),
        only_i=only.format(column="i.id"),
        only_c=of_lines.format(column="c.order_item_id") if item_id is not None else "",
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, {"item": item_id})
        columns = [column.name for column in cursor.description]
        return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]


def _breach(row: dict[str, Any]) -> Breach:
    names = ("sku", "warehouse", "order")
    sku, warehouse, order = (row.pop(name, None) for name in names)
    numbers = {key: value for key, value in row.items() if key not in {"item_id", "order_id"}}
    return Breach(sku, warehouse, order, numbers)
